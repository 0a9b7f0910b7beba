// Writes down which readers were let scan, which were refused, and whose decision overrode the list: one JSON line each.
import { mkdir, open, readFile, rename, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { vietnamTime } from "../../protocol/check-in/vietnam-time.ts";
import type { Clock, Log } from "../../protocol/host.ts";
import type { Certification } from "../../protocol/registry/certification.ts";
import type { RegistryPolicy } from "../../protocol/registry/registry-policy.ts";

/** A reader was judged and armed, or kept from it. Nothing of a patient, no serial number. */
export interface Judgement {
  readonly reader: string;
  readonly profileId: string;
  readonly firmware: string | undefined;
  readonly policy: RegistryPolicy;
  readonly certification: Certification;
}

/** Lies in the data directory; older ones beside it as `.1` to `.4`. */
export const auditFileName = "certification-audit.jsonl";

/** Some 4,000 records: years of a desk whose readers are as they should be. */
const fileBytesMax = 1024 * 1024;
const olderFilesMax = 4;
/** Records of one day that are remembered so that they are not written twice; a desk has 16 readers of a few states each. */
const rememberedMax = 256;
/** Records that wait for the disk. */
const waitingMax = 64;

/** A reader that comes and goes would push the history out of the file, so what was said today is not said again. */
export class CertificationAudit {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #log: Log;
  #day = "";
  /** What was written on that day. */
  #written = new Set<string>();
  #work: Promise<void> = Promise.resolve();
  #waiting = 0;

  constructor(path: string, clock: Clock, log: Log) {
    this.#path = path;
    this.#clock = clock;
    this.#log = log;
  }

  /** Learns what was written before this start. Rejects never: without a file there is nothing to learn. */
  async open(): Promise<void> {
    const text = await readFile(this.#path, "utf8").catch(() => "");
    this.#day = this.#time().slice(0, dayCharacters);
    for (const line of text.split("\n")) {
      const record = parseRecord(line);
      if (record?.at.startsWith(this.#day) === true) this.#remember(keyOf(record));
    }
  }

  /** On the disk when this resolves, unless the same was written today. Never rejects: what can't be written is logged. */
  record(judgement: Judgement): Promise<void> {
    if (this.#waiting >= waitingMax) return Promise.resolve();
    this.#waiting += 1;
    this.#work = this.#work
      .then(() => this.#write(judgement))
      .catch((error: unknown) => this.#log.error({ error }, "the audit of readers can't be written"))
      .finally(() => {
        this.#waiting -= 1;
      });
    return this.#work;
  }

  async #write(judgement: Judgement): Promise<void> {
    const at = this.#time();
    const day = at.slice(0, dayCharacters);
    if (day !== this.#day) this.#written = new Set();
    this.#day = day;
    const record = { at, clock: this.#clock.isSynced() ? "synced" : "unsynced", ...contentOf(judgement) };
    const key = keyOf(record);
    if (this.#written.has(key)) return;
    await this.#append(`${JSON.stringify(record)}\n`);
    this.#remember(key);
  }

  #remember(key: string): void {
    if (this.#written.size < rememberedMax) this.#written.add(key);
  }

  async #append(line: string): Promise<void> {
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o750 });
    const size = await stat(this.#path).then(
      (found) => found.size,
      () => 0,
    );
    if (size + line.length > fileBytesMax) await this.#rotate();
    const file = await open(this.#path, "a+", 0o640);
    try {
      await file.write((await isTorn(file)) ? `\n${line}` : line);
      await file.datasync();
    } finally {
      await file.close();
    }
  }

  async #rotate(): Promise<void> {
    for (let age = olderFilesMax; age >= 1; age -= 1) {
      const younger = age === 1 ? this.#path : `${this.#path}.${age - 1}`;
      await rename(younger, `${this.#path}.${age}`).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== "ENOENT") throw error;
      });
    }
  }

  #time(): string {
    return vietnamTime(this.#clock.now());
  }
}

const dayCharacters = "2026-11-21".length;

interface AuditRecord {
  readonly at: string;
  readonly clock: string;
  readonly what: string;
  readonly reader: string;
  readonly status: string;
}

function contentOf({ reader, profileId, firmware, policy, certification }: Judgement) {
  const { status, isClockUnsure, mayArm, override } = certification;
  const { registryVersion, entryId, certificateId, validUntil } = certification;
  const refusedOrArmed = mayArm ? "armed" : "refused";
  return {
    what: override === undefined ? refusedOrArmed : "override",
    ...{ reader, profile: profileId, firmware, policy, status },
    ...(isClockUnsure ? { isClockUnsure } : {}),
    ...{ registryVersion, registryEntry: entryId, certificate: certificateId, validUntil, override },
  };
}

/** A reader that no list names is told of once a day, whatever else changes (READERS chapter 13). */
const onceADay: readonly string[] = ["unlisted", "unknown", "no-registry"];

/** Equal for records that say the same; `record` is one that was made here or read back. */
function keyOf(record: AuditRecord): string {
  const { at: _at, clock: _clock, ...content } = record;
  const { what, reader, status } = record;
  return JSON.stringify(onceADay.includes(status) ? { what, reader, status } : content);
}

function parseRecord(line: string): AuditRecord | undefined {
  try {
    const record: Partial<AuditRecord> | null = JSON.parse(line);
    return typeof record?.at === "string" ? (record as AuditRecord) : undefined;
  } catch {
    return undefined; // a power cut left half a line
  }
}

/** A power cut can leave a line without its end. */
async function isTorn(file: Awaited<ReturnType<typeof open>>): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return false;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] !== 0x0a;
}
