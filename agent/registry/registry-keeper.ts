// Keeps the desk's list of certified readers: takes a newer one from file or topic, and judges readers by it.
import { createHash } from "node:crypto";
import { unwatchFile, watchFile } from "node:fs";
import { mkdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { vietnamDate } from "../../protocol/check-in/vietnam-time.ts";
import type { VerifyProof } from "../../protocol/driver/reader-link/attestation.ts";
import type { Clock, Log } from "../../protocol/host.ts";
import type { Certification } from "../../protocol/registry/certification.ts";
import { judge, type ReaderSubject } from "../../protocol/registry/judge.ts";
import { withOverride } from "../../protocol/registry/override.ts";
import type { RegistryDocument } from "../../protocol/registry/registry-document.ts";
import { type RegistryRefusal, registryRefusals } from "../../protocol/registry/registry-refusal.ts";
import { replaceFile } from "../../store/durable-file.ts";
import { listBytesMax } from "./list-size.ts";
import type { RegistryConfig } from "./registry-config.ts";
import type { VerifiedList } from "./verify-list.ts";
import { proofVerifier } from "./verify-proof.ts";

export type RegistrySource = "kept" | "file" | "topic";

/** What became of a list that was offered. */
export type Verdict =
  | { readonly kind: "accepted"; readonly source: RegistrySource; readonly version: number }
  /** It is the one in use, or a retained topic was emptied. */
  | { readonly kind: "unchanged"; readonly source: RegistrySource }
  | { readonly kind: "refused"; readonly source: RegistrySource; readonly reason: RegistryRefusal };

export interface RegistryKeeperOptions {
  /** Directory of the last good list; made if it is not there. */
  readonly dataDir: string;
  readonly config: RegistryConfig;
  readonly clock: Clock;
  readonly log: Log;
  /** A list was taken or refused; the same refusal of the same list is told once. */
  readonly onVerdict?: (verdict: Verdict) => void;
  /** How often the configured file is looked at; 5 seconds. */
  readonly fileLookMs?: number;
}

/** The last good list, as it was signed; it lies in the data directory. */
export const keptListFileName = "registry.jws";

/** How often the configured file is looked at. Watching by inode would miss a file that is replaced over the network. */
const fileLookMs = 5_000;
/** Offers that wait for their turn: a topic brings one at a time, and more would be an attack. */
const offersMax = 8;

/**
 * Does nothing before `load`. The keys, the schema and the signature are checked by code that is loaded with the first list:
 * a desk without a list does without its memory.
 */
export class RegistryKeeper {
  readonly #options: RegistryKeeperOptions;
  readonly #listeners = new Set<() => void>();
  #list: { readonly document: RegistryDocument; readonly payload: string } | undefined;
  #offers: Promise<unknown> = Promise.resolve();
  #offersWaiting = 0;
  #lastRefusal = "";

  constructor(options: RegistryKeeperOptions) {
    this.#options = options;
  }

  /** The list in use. */
  get document(): RegistryDocument | undefined {
    return this.#list?.document;
  }

  /** Checks the proofs of ReaderLink readers by the list in use; undefined where it has no keys. */
  get verifyProof(): VerifyProof | undefined {
    return proofVerifier(this.#list?.document);
  }

  /** Takes up the last good list, then the configured file, and begins to watch that. Never rejects: a list that can't be used is a verdict. */
  async load(): Promise<void> {
    const { config, dataDir } = this.#options;
    if (config.keys.length === 0) return;
    await this.#offerFile(join(dataDir, keptListFileName), "kept");
    const { file } = config;
    if (file === undefined) return;
    watchFile(file, { interval: this.#options.fileLookMs ?? fileLookMs, persistent: false }, this.#look); // first: a change meanwhile is seen
    await this.#offerFile(file, "file");
  }

  /** Stops watching; a list that is being checked is still taken. */
  async close(): Promise<void> {
    if (this.#options.config.file !== undefined) unwatchFile(this.#options.config.file, this.#look);
    await this.#offers;
  }

  /** Checks a list and takes it if it is newer than the one in use; then it is on the disk before this resolves. Never rejects. */
  offer(jws: Uint8Array, source: RegistrySource): Promise<Verdict> {
    if (this.#offersWaiting >= offersMax) return Promise.resolve(this.#refuse("busy", source, jws));
    this.#offersWaiting += 1;
    const verdict = this.#offers.then(() => this.#take(jws, source));
    this.#offers = verdict.finally(() => {
      this.#offersWaiting -= 1;
    });
    return verdict;
  }

  /** What the list and the configuration say of a reader now. `reader` is its id at this desk. */
  judge(subject: ReaderSubject, reader: string): Certification {
    const { clock, config } = this.#options;
    const conditions = { nowMs: clock.now(), clockSynced: clock.isSynced(), policy: config.policy };
    const override = config.overrides.find((candidate) => candidate.reader === reader);
    return withOverride(judge(this.#list?.document, subject, conditions), override, conditions);
  }

  /** Tells when another list is in use. Days pass without a call: judge again every few minutes. Call the answer to stop. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Called by the watch with each change of the file, also when it vanishes. */
  readonly #look = (now: { readonly mtimeMs: number }): void => {
    const { file } = this.#options.config;
    if (file !== undefined && now.mtimeMs > 0) void this.#offerFile(file, "file");
  };

  async #offerFile(path: string, source: "kept" | "file"): Promise<void> {
    const bytes = await readBounded(path);
    if (bytes === "absent" && source === "kept") return;
    if (typeof bytes === "string") this.#refuse(bytes === "absent" ? "unreadable" : bytes, source, new Uint8Array());
    else await this.offer(bytes, source);
  }

  async #take(jws: Uint8Array, source: RegistrySource): Promise<Verdict> {
    const { clock, config } = this.#options;
    if (jws.length === 0 && source === "topic") return { kind: "unchanged", source };
    const { verifyList } = await import("./verify-list.ts");
    // What was good once is not refused because the clock has lost its battery since.
    const today = clock.isSynced() && source !== "kept" ? vietnamDate(clock.now()) : undefined;
    const verified = await verifyList(jws, config.keys, today);
    if (verified.kind === "refused") return this.#refuse(verified.reason, source, jws);
    const known = this.#list;
    if (known?.payload === verified.payload) return { kind: "unchanged", source };
    if (known !== undefined && verified.document.version <= known.document.version) {
      const isSame = verified.document.version === known.document.version;
      return this.#refuse(isSame ? "version-reused" : "lower-version", source, jws);
    }
    if (source !== "kept" && !(await this.#keep(jws))) return this.#refuse("not-kept", source, jws);
    return this.#use(verified, source);
  }

  /** On the disk first: what a power cut could take back would let a lower version in later. */
  async #keep(jws: Uint8Array): Promise<boolean> {
    const { dataDir, log } = this.#options;
    try {
      await mkdir(dataDir, { recursive: true, mode: 0o750 });
      await replaceFile(join(dataDir, keptListFileName), jws, 0o600);
      return true;
    } catch (error) {
      log.error({ error }, "the list of certified readers can't be kept");
      return false;
    }
  }

  #use({ document, payload }: VerifiedList & { kind: "list" }, source: RegistrySource): Verdict {
    const { log, onVerdict } = this.#options;
    this.#list = { document, payload };
    this.#lastRefusal = "";
    const verdict: Verdict = { kind: "accepted", source, version: document.version };
    log.info({ registryVersion: document.version, source }, "a list of certified readers is in use");
    onVerdict?.(verdict);
    for (const listener of this.#listeners) listener();
    return verdict;
  }

  #refuse(reason: RegistryRefusal, source: RegistrySource, jws: Uint8Array): Verdict {
    const { log, onVerdict } = this.#options;
    const verdict: Verdict = { kind: "refused", source, reason };
    // A retained list comes again with every connection.
    const refusal = `${source} ${reason} ${createHash("sha256").update(jws).digest("hex")}`;
    if (refusal === this.#lastRefusal) return verdict;
    this.#lastRefusal = refusal;
    log.warn({ reason, source }, registryRefusals[reason]);
    onVerdict?.(verdict);
    return verdict;
  }
}

/** What IT sees of a verdict, as an event of the desk; nothing for a list that is in use already. */
export function registryEvent(verdict: Verdict): { readonly kind: string; readonly facts: object } | undefined {
  const { source } = verdict;
  switch (verdict.kind) {
    case "accepted":
      return { kind: "registry_accepted", facts: { source, registryVersion: verdict.version } };
    case "refused":
      return { kind: "registry_refused", facts: { source, reason: verdict.reason } };
    case "unchanged":
      return undefined;
  }
}

async function readBounded(path: string): Promise<Uint8Array | "absent" | "too-large" | "unreadable"> {
  try {
    if ((await stat(path)).size > listBytesMax) return "too-large";
    return await readFile(path);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? "absent" : "unreadable";
  }
}
