// Runs one reader: does what its life cycle says, cuts its bytes into scans, and tells it what became of each.
import { backoffMs, readerBackoff } from "../../protocol/backoff.ts";
import type { ReaderFacts } from "../../protocol/check-in/create-event.ts";
import { type Discard, PlainFramer } from "../../protocol/frame/plain-framer.ts";
import type { PlainFraming } from "../../protocol/frame/plain-framing.ts";
import type { Clock, Log, Random } from "../../protocol/host.ts";
import type { Scan } from "../../protocol/message/scan.ts";
import { type Port, PortError } from "../../protocol/port.ts";
import type { Outcome, ScanSource } from "../check-in/pipeline.ts";
import { isOpen, type ReaderEffect, type ReaderInput, type ReaderState, stepReader, stopped } from "./life-cycle.ts";

export interface ReaderOptions {
  readonly facts: ReaderFacts;
  readonly framing: PlainFraming;
  /** Silence that ends a scan, milliseconds. */
  readonly idleMs: number;
  /** Bytes that make the reader beep or light; an outcome without bytes stays silent. */
  readonly feedback: Partial<Record<Outcome, Uint8Array>>;
  /** Opens the line; `giveUp` ends an attempt that nobody waits for any more. Throws `PortError`. */
  readonly open: (giveUp: AbortSignal) => Promise<Port>;
  /** Whether the device is there now, apart from what its stream says; a network address always is. */
  readonly isThere: () => boolean;
}

export interface ReaderTools {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly onScan: (scan: Scan, source: ScanSource) => void;
  readonly onDiscard: (why: Discard | "not-armed", bytes: number) => void;
  readonly onState: (state: ReaderState) => void;
}

/** How often the device is looked for, whether its stream is quiet or not: an unplugged reader is noticed within this time. */
const watchMs = 500;
/** A reader that stayed open this long has recovered: its next failure starts from the shortest delay (READERS chapter 2). */
const steadyMs = 60_000;
/** Silence inside an STX frame that is a fault, not a pause (READERS chapter 4). */
const stxIdleMs = 500;
/** Answers that the line has not taken yet: several whole commits of a burst, and less than a megabyte when it takes none at all. */
const untoldMax = 4_096;
/** A reader that sends terminators and pauses without one has stalled, not ended: it gets this many times the gap. */
const terminatedGapFactor = 3;
/** Bytes may have arrived while the process was busy: after the gap the port gets this long to hand them over. */
const idleGraceMs = 5;

export class Reader implements ScanSource {
  readonly facts: ReaderFacts;
  readonly #options: ReaderOptions;
  readonly #tools: ReaderTools;
  readonly #framer: PlainFramer;
  #state: ReaderState = stopped;
  #lastNews = "";
  #spoolIsWritable = true;
  /** How the last scan ended: what a reader did once it will do again. */
  #endsWithTerminator = false;
  #port: Port | undefined;
  #untold = 0;
  /** Numbers the openings: a port that opens too late for its life is closed again. */
  #opening = 0;
  #giveUp = new AbortController();
  #watch: NodeJS.Timeout | undefined;
  #retry: NodeJS.Timeout | undefined;
  #steady: NodeJS.Timeout | undefined;
  #idle: NodeJS.Timeout | undefined;
  #grace: NodeJS.Timeout | undefined;

  constructor(options: ReaderOptions, tools: ReaderTools) {
    this.facts = options.facts;
    this.#options = options;
    this.#tools = tools;
    this.#framer = new PlainFramer(options.framing, {
      scan: (scan) => this.#scanned(scan),
      discarded: (why, bytes) => this.#tools.onDiscard(why, bytes),
    });
  }

  get state(): ReaderState {
    return this.#state;
  }

  start(): void {
    this.#step({ kind: "start" });
  }

  /** Resolves when the port is closed. */
  async stop(): Promise<void> {
    const port = this.#port;
    this.#step({ kind: "stop" });
    await port?.close();
  }

  /** Scans are only taken while they can be kept. */
  setSpoolWritable(isWritable: boolean): void {
    if (isWritable === this.#spoolIsWritable) return;
    this.#spoolIsWritable = isWritable;
    this.#step({ kind: "spool", isWritable });
  }

  /** Best effort: a beep that can't be sent changes nothing about the check-in. */
  tell(outcome: Outcome): void {
    const bytes = this.#options.feedback[outcome];
    if (bytes === undefined || this.#port === undefined || this.#untold >= untoldMax) return;
    this.#untold += 1;
    this.#port
      .write(bytes)
      .catch(() => undefined)
      .finally(() => {
        this.#untold -= 1;
      });
  }

  #step(input: ReaderInput): void {
    const before = this.#state;
    const { state, effects } = stepReader(before, input, this.#spoolIsWritable);
    this.#state = state;
    // A reader that is tried again every few seconds is news once.
    const isRetry = state.kind === "present" && state.failures > 0;
    if (state.kind !== before.kind && !isRetry) this.#report(state, before);
    for (const effect of effects) this.#do(effect); // last: an effect may step again
  }

  #do(effect: ReaderEffect): void {
    switch (effect.kind) {
      case "watch":
        this.#watch = setInterval(() => this.#look(), watchMs);
        this.#look();
        return;
      case "open":
        void this.#open();
        return;
      case "close":
        this.#close();
        return;
      case "await-steady":
        this.#steady = setTimeout(() => this.#step({ kind: "steady" }), steadyMs);
        return;
      case "wait": {
        const waitMs = backoffMs(readerBackoff, effect.failures, this.#tools.random.unit());
        this.#retry = setTimeout(() => this.#step({ kind: "delay-over" }), waitMs);
        return;
      }
    }
  }

  #look(): void {
    this.#step({ kind: this.#options.isThere() ? "appeared" : "vanished" });
  }

  async #open(): Promise<void> {
    this.#opening += 1;
    const opening = this.#opening;
    this.#giveUp = new AbortController();
    try {
      const port = await this.#options.open(this.#giveUp.signal);
      if (opening !== this.#opening) {
        await port.close();
        return;
      }
      this.#port = port;
      this.#step({ kind: "opened" }); // before the start: a port may deliver, or be lost, within it
      port.start(
        (chunk) => this.#received(chunk),
        (error) => this.#step({ kind: "failed", why: error.code }),
      );
    } catch (error) {
      if (opening !== this.#opening) return;
      const failure = error instanceof PortError ? error : new PortError("port-failed", { cause: error });
      this.#logFailure(failure);
      this.#step({ kind: "failed", why: failure.code });
    }
  }

  #close(): void {
    this.#opening += 1;
    this.#giveUp.abort();
    clearTimeout(this.#retry);
    clearTimeout(this.#steady);
    clearTimeout(this.#idle);
    clearTimeout(this.#grace);
    this.#idle = undefined;
    if (this.#state.kind === "stopped") clearInterval(this.#watch);
    this.#framer.close();
    void this.#port?.close();
    this.#port = undefined;
  }

  #received(chunk: Uint8Array): void {
    if (!isOpen(this.#state)) return;
    clearTimeout(this.#grace);
    this.#framer.push(chunk);
    if (this.#framer.pending === "nothing") {
      clearTimeout(this.#idle);
      this.#idle = undefined;
      return;
    }
    if (this.#idle !== undefined) this.#idle.refresh();
    else this.#idle = setTimeout(() => this.#silent(), this.#gapMs());
  }

  #gapMs(): number {
    return this.#options.idleMs * (this.#endsWithTerminator ? terminatedGapFactor : 1);
  }

  /** The gap is over. Not the end yet: bytes may wait in the kernel because this process was busy. */
  #silent(): void {
    this.#idle = undefined;
    const longer = this.#framer.pending === "stx" ? stxIdleMs - this.#gapMs() : 0;
    this.#grace = setTimeout(() => this.#framer.idle(), Math.max(idleGraceMs, longer));
  }

  #scanned(scan: Scan): void {
    this.#endsWithTerminator = scan.endedBy === "terminator";
    if (this.#state.kind === "armed") {
      this.#tools.onScan(scan, this);
      return;
    }
    this.#tools.onDiscard("not-armed", scan.raw.length);
    this.tell("refused");
  }

  #report(state: ReaderState, before: ReaderState): void {
    const facts = { reader: this.facts.id, state: state.kind };
    if (state.kind === "armed") this.#tools.log.info(facts, "the reader takes scans");
    else if (isOpen(before) && (state.kind === "absent" || state.kind === "error")) {
      this.#tools.log.warn(facts, "the reader went away; it is taken back as soon as it returns");
    } else this.#tools.log.debug(facts, "the reader changed its state");
    const news = state.kind === "error" ? `error ${state.why}` : state.kind;
    if (news === this.#lastNews) return;
    this.#lastNews = news;
    this.#tools.onState(state);
  }

  #logFailure(failure: PortError): void {
    const failures = "failures" in this.#state ? this.#state.failures : 0;
    const cause = failure.cause instanceof Error ? failure.cause.message : undefined;
    const facts = { reader: this.facts.id, code: failure.code, holder: failure.holder, cause };
    if (failures === 0) this.#tools.log.warn(facts, failure.message);
    else this.#tools.log.debug(facts, failure.message);
  }
}
