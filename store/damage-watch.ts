// Notices at work that a file is broken: ends the process, and has the next start look at every page.
import { closeSync, existsSync, fsyncSync, openSync, rmSync } from "node:fs";
import { isDamage } from "./sqlite.ts";

/** The file has broken pages. Going on would spread them: the next start sets it aside and saves what can be read. */
export class DamagedFile extends Error {
  constructor(path: string, cause: unknown) {
    super(
      `Tệp bị hỏng, khởi động lại để cứu dữ liệu | The file is damaged; the next start saves what can be read: ${path}`,
      {
        cause,
      },
    );
    this.name = "DamagedFile";
  }
}

export class DamageWatch {
  readonly #path: string;
  readonly #end: (error: DamagedFile) => void;
  #isNoted = false;

  /** `end` has to end the process; if not given, the error is thrown where nothing catches it. */
  constructor(path: string, end: (error: DamagedFile) => void = throwUncaught) {
    this.#path = path;
    this.#end = end;
  }

  /** To be told of every error of the file; only damage counts, and only once. */
  note(error: unknown): void {
    if (this.#isNoted || !isDamage(error)) return;
    this.#isNoted = true;
    suspect(this.#path);
    this.#end(new DamagedFile(this.#path, error));
  }

  /** Reads, and throws what reading throws; `DamagedFile` for damage, since this may be what ends the process. */
  guard<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      this.note(error);
      throw isDamage(error) ? new DamagedFile(this.#path, error) : error;
    }
  }
}

/** A file of this name beside it says that the file was found damaged at work. */
const markOf = (path: string) => `${path}.suspect`;

/** Has the next start look at every page of the file. */
export function suspect(path: string): void {
  if (path === ":memory:") return;
  try {
    const mark = openSync(markOf(path), "w", 0o640);
    fsyncSync(mark);
    closeSync(mark);
  } catch {
    // The disk takes nothing any more: the next run finds the damage again.
  }
}

export function isSuspect(path: string): boolean {
  return existsSync(markOf(path));
}

export function acquit(path: string): void {
  rmSync(markOf(path), { force: true });
}

function throwUncaught(error: DamagedFile): void {
  setImmediate(() => {
    throw error;
  });
}
