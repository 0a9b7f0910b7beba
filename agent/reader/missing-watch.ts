// Tells when a reader stays away, and when it is back; a short unplugging is no news.
import type { Reader } from "./reader.ts";

/** A reader that is gone for so long will not come back by itself (READERS chapter 2). */
const missingMs = 5_000;

export type MissingNews = "reader_missing" | "reader_added";

export class MissingWatch {
  readonly #tell: (news: MissingNews, reader: Reader) => void;
  /** Readers that are away: the timer until it is told, or `told`. */
  readonly #away = new Map<Reader, NodeJS.Timeout | "told">();

  constructor(tell: (news: MissingNews, reader: Reader) => void) {
    this.#tell = tell;
  }

  /** To be called with each change of a reader's state. */
  look(reader: Reader): void {
    const away = this.#away.get(reader);
    const isAway = reader.state.kind === "absent";
    if (isAway === (away !== undefined)) return;
    if (isAway) {
      const timer = setTimeout(() => {
        this.#away.set(reader, "told");
        this.#tell("reader_missing", reader);
      }, missingMs);
      this.#away.set(reader, timer);
      return;
    }
    this.#away.delete(reader);
    if (away !== "told") clearTimeout(away);
    else if (reader.state.kind !== "stopped") this.#tell("reader_added", reader);
  }

  stop(): void {
    for (const away of this.#away.values()) if (away !== "told") clearTimeout(away);
    this.#away.clear();
  }
}
