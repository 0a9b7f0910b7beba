// The firmware updates of a desk: at most one a reader, begun by a technician, gone on with after a restart of the desk.
import { mkdir, readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { type FirmwareJob, firmwarePart } from "../../protocol/driver/reader-link/firmware-part.ts";
import type { MakeLinkPart } from "../../protocol/driver/reader-link/link-part.ts";
import type { FirmwareImage, FirmwareRefusal } from "../../protocol/firmware/firmware-image.ts";
import { newUpdate, stepUpdate, type UpdateState } from "../../protocol/firmware/update-state.ts";
import type { Clock, Log } from "../../protocol/host.ts";
import { namePattern } from "../../protocol/topics.ts";
import { replaceFile } from "../../store/durable-file.ts";
import type { PinnedKey } from "../registry/pinned-key.ts";
import { firmwareFileBytesMax, readFirmwareFile } from "./firmware-file.ts";

export interface FirmwareUpdatesOptions {
  readonly dataDir: string;
  readonly keys: readonly PinnedKey[];
  readonly clock: Clock;
  readonly log: Log;
  /** Whether the list of certified readers allows this version on this reader. */
  readonly isAllowed: (reader: string, version: string) => boolean;
  /** A step of an update; `isOver` once it is done or has failed. */
  readonly onState: (reader: string, facts: FirmwareNews, isOver: boolean) => void;
}

/** What IT sees of an update. */
export interface FirmwareNews {
  readonly reader: string;
  readonly version: string;
  readonly state: UpdateState["kind"];
  readonly reason?: FirmwareRefusal;
  readonly detail?: string;
}

/** Images that technicians put into the data directory, and, below it, the updates under way. */
const folderName = "firmware";
const underWayName = "under-way";
const fileNamePattern = /^[\w-][\w.-]{0,63}$/;

export class FirmwareUpdates {
  readonly #options: FirmwareUpdatesOptions;
  readonly #jobs = new Map<string, FirmwareJob>();
  /** Readers whose update is being written down. */
  readonly #beginning = new Set<string>();

  constructor(options: FirmwareUpdatesOptions) {
    this.#options = options;
  }

  /** Goes on with what a restart of the desk has interrupted. Never rejects. */
  async start(): Promise<void> {
    const folder = this.#underWay();
    for (const reader of await readdir(folder).catch(() => [])) {
      const text = await readFile(join(folder, reader), "utf8").catch(() => "");
      const read = readFirmwareFile(text, this.#options.keys);
      // Another name is that of a file whose writing was cut off: nobody was told that its update has begun.
      if (read.kind === "image" && namePattern.test(reader)) this.#begin(reader, read.image);
      else await rm(join(folder, reader), { force: true });
    }
  }

  /** Begins an update with a file of the folder `firmware`. Answers why not, or undefined once it is safe on the disk that it has begun. */
  async begin(reader: string, fileName: string): Promise<FirmwareRefusal | "no-file" | "busy" | undefined> {
    if (this.#jobs.has(reader) || this.#beginning.has(reader)) return "busy";
    this.#beginning.add(reader);
    try {
      return await this.#writeDown(reader, fileName);
    } finally {
      this.#beginning.delete(reader);
    }
  }

  async #writeDown(reader: string, fileName: string): Promise<FirmwareRefusal | "no-file" | undefined> {
    const path = join(this.#options.dataDir, folderName, fileName);
    const isReadable = fileNamePattern.test(fileName) && (await sizeOf(path)) <= firmwareFileBytesMax;
    const text = isReadable ? await readFile(path, "utf8").catch(() => undefined) : undefined;
    if (text === undefined) return "no-file";
    const read = readFirmwareFile(text, this.#options.keys);
    if (read.kind === "refused") return read.why;
    if (!this.#options.isAllowed(reader, read.image.version)) return "not-listed";
    await mkdir(this.#underWay(), { recursive: true, mode: 0o750 });
    await replaceFile(join(this.#underWay(), reader), text, 0o640);
    this.#begin(reader, read.image);
    return undefined;
  }

  isUnderWay(reader: string): boolean {
    return this.#jobs.has(reader);
  }

  /** The part of a reader's conversation that does the update, whenever there is one. */
  partFor(reader: string): MakeLinkPart {
    return firmwarePart(() => this.#jobs.get(reader));
  }

  /** Ends updates whose reader does not come back; every few seconds. */
  care(): void {
    for (const job of this.#jobs.values()) {
      if (job.state.kind !== "waiting") continue; // else its conversation looks after it
      const { state } = stepUpdate(job.state, { kind: "due" }, job.image, this.#options.clock.monotonic());
      if (state === job.state) continue;
      job.state = state;
      job.onChange(state);
    }
  }

  #begin(reader: string, image: FirmwareImage): void {
    let told = "";
    const onChange = (state: UpdateState) => {
      if (state.kind === told) return;
      told = state.kind;
      this.#tell(reader, image, state);
    };
    const state = newUpdate(this.#options.clock.monotonic());
    this.#jobs.set(reader, { image, state, onChange });
    onChange(state);
  }

  #tell(reader: string, { version }: FirmwareImage, state: UpdateState): void {
    const isOver = state.kind === "done" || state.kind === "failed";
    if (isOver) {
      this.#jobs.delete(reader);
      rm(join(this.#underWay(), reader), { force: true }).catch(() => undefined); // begun anew at a restart, and found done
    }
    const why =
      state.kind === "failed" ? { reason: state.why, ...(state.detail === "" ? {} : { detail: state.detail }) } : {};
    const news: FirmwareNews = { reader, version, state: state.kind, ...why };
    this.#options.log.info({ ...news }, "the update of a reader's firmware went a step on");
    this.#options.onState(reader, news, isOver);
  }

  #underWay(): string {
    return join(this.#options.dataDir, folderName, underWayName);
  }
}

const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => Number.POSITIVE_INFINITY,
  );
