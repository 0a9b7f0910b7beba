// Runs one reader: does what its life cycle says, joins its driver to its port, and tells it what became of each scan.
import { backoffMs, readerBackoff } from "../../protocol/backoff.ts";
import type { ReaderFacts } from "../../protocol/check-in/create-event.ts";
import type { Discard } from "../../protocol/driver/discard.ts";
import {
  type Driver,
  type DriverFault,
  type DriverHost,
  driverFailures,
  type ReaderSelfReport,
} from "../../protocol/driver/driver.ts";
import type { Outcome } from "../../protocol/driver/outcome.ts";
import type { Clock, Log, Random } from "../../protocol/host.ts";
import type { Scan } from "../../protocol/message/scan.ts";
import { isPortError, PortError } from "../../protocol/port.ts";
import type { ScanSource } from "../check-in/pipeline.ts";
import { Conversation, type FeaturePort } from "./conversation.ts";
import {
  type Conditions,
  isOpen,
  type ReaderEffect,
  type ReaderInput,
  type ReaderState,
  stepReader,
  stopped,
} from "./life-cycle.ts";
import { ToldFaults } from "./told-faults.ts";

/** What the certified registry says of a reader: how far it may go, and what its events say of it. */
export interface Judgement extends Pick<ReaderFacts, "certification" | "registryVersion" | "registryEntry"> {
  readonly mayReach: Conditions["mayReach"];
  /** For the reader's retained topic: what it is and how it stands with the registry. */
  readonly info: object;
}

export interface ReaderOptions {
  readonly id: string;
  readonly model: string;
  /** Whether its protocol can carry new firmware. */
  readonly takesFirmware: boolean;
  /** What is known of it before it was ever there, for its retained topic. */
  readonly about: object;
  /** Whether the device is there now, apart from what its stream says; a network address always is. */
  readonly place: () => "absent" | "there" | "ambiguous";
  /** Opens the line; `giveUp` ends an attempt that nobody waits for any more. Throws `PortError`. */
  readonly open: (giveUp: AbortSignal) => Promise<FeaturePort>;
  /** Makes the driver of one opening. */
  readonly makeDriver: (host: DriverHost) => Driver;
  /** Asked when the device appears (it has reported nothing yet), when it has reported itself, and when the registry changes. */
  readonly judge: (report: ReaderSelfReport | undefined) => Judgement;
  /** Whether the registry lets it run that version. */
  readonly allowsFirmware: (report: ReaderSelfReport | undefined, version: string) => boolean;
}

export interface ReaderTools {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly onScan: (scan: Scan, source: ScanSource) => void;
  readonly onDiscard: (why: Discard, bytes: number) => void;
  readonly onFault: (fault: DriverFault, readerId: string) => void;
  /** The state changed, or what is known of the reader did. */
  readonly onChange: () => void;
}

/** How often the device is looked for, whether its stream is quiet or not: an unplugged reader is noticed within this time. */
const watchMs = 500;
/** A reader that stayed open this long has recovered: its next failure starts from the shortest delay (READERS chapter 2). */
const steadyMs = 60_000;
/** How often an armed reader is asked whether it still works (READERS chapter 2). */
const healthMs = 30_000;
/** A port that is not closed by then hangs: it is left to itself, and the next opening says what it finds. */
const closeMsMax = 2_000;

export class Reader {
  readonly id: string;
  readonly #options: ReaderOptions;
  readonly #tools: ReaderTools;
  #state: ReaderState = stopped;
  #lastNews = "";
  #conditions: Conditions = { mayReach: "armed", isEnabled: true, spoolIsWritable: true, isFree: true };
  #judgement: Judgement;
  #report: ReaderSelfReport | undefined;
  #facts: ReaderFacts;
  /** Outlives the conversations: a reader that restarts has the same fault again. */
  readonly #toldFaults = new ToldFaults();
  #conversation: Conversation | undefined;
  /** The last port, until it is closed: a device that we still hold can't be opened again. */
  #closing: Promise<void> | undefined;
  /** Numbers the openings: a port that opens too late for its life is closed again. */
  #opening = 0;
  #giveUp = new AbortController();
  #watch: NodeJS.Timeout | undefined;
  #retry: NodeJS.Timeout | undefined;
  #steady: NodeJS.Timeout | undefined;
  #health: NodeJS.Timeout | undefined;

  constructor(options: ReaderOptions, tools: ReaderTools) {
    this.id = options.id;
    this.#options = options;
    this.#tools = tools;
    this.#judgement = { certification: "unknown", mayReach: "armed", info: options.about };
    this.#facts = { id: options.id, model: options.model, certification: this.#judgement.certification };
  }

  get state(): ReaderState {
    return this.#state;
  }

  /** What events say of this reader. */
  get facts(): ReaderFacts {
    return this.#facts;
  }

  /** What the reader is, and what the registry says of it. */
  get info(): object {
    return this.#judgement.info;
  }

  /** Why the reader is not armed, as a stable word; undefined where its state says it all. */
  get reason(): string | undefined {
    const { mayReach, isEnabled, spoolIsWritable } = this.#conditions;
    const state = this.#state;
    if (state.kind === "error") return state.why;
    const isHeld = (state.kind === "present" && !state.isOpening) || (state.kind === "claimed" && state.isReady);
    if (!isHeld) return undefined;
    if (mayReach !== "armed") return "refused-by-registry";
    if (!isEnabled) return "switched-off";
    return spoolIsWritable ? undefined : "spool-full";
  }

  get isEnabled(): boolean {
    return this.#conditions.isEnabled;
  }

  get takesFirmware(): boolean {
    return this.#options.takesFirmware;
  }

  start(): void {
    this.#step({ kind: "start" });
  }

  /** Resolves when the port is closed. */
  async stop(): Promise<void> {
    const conversation = this.#conversation;
    this.#step({ kind: "stop" });
    await conversation?.close();
  }

  /** Closes the line and opens it again. */
  restart(): void {
    this.#step({ kind: "restart" });
  }

  /** Scans are only taken while they can be kept, while IT has not switched the reader off, and nothing longer occupies it. */
  setConditions(changed: Partial<Omit<Conditions, "mayReach">>): void {
    this.#conditions = { ...this.#conditions, ...changed };
    this.#step({ kind: "conditions" });
  }

  /** Whether the registry would let it run that version. */
  allowsFirmware(version: string): boolean {
    return this.#options.allowsFirmware(this.#report, version);
  }

  /** Asks the registry again. */
  judgeAgain(): void {
    this.#judge();
    this.#step({ kind: "conditions" });
  }

  /** Feedback that belongs to no scan, best effort; answers whether the reader is open to hear it. */
  signal(outcome: Outcome): boolean {
    this.#conversation?.signal(outcome);
    return this.#conversation !== undefined;
  }

  #step(input: ReaderInput): void {
    const before = this.#state;
    const { state, effects } = stepReader(before, input, this.#conditions);
    this.#state = state;
    // A reader that is tried again every few seconds is news once.
    const isRetry = (state.kind === "present" || state.kind === "claimed") && state.failures > 0;
    if (!isRetry) this.#tell(state, before);
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
      case "arm":
      case "disarm":
        this.#conversation?.setArmed(effect.kind === "arm");
        return;
      case "await-steady":
        this.#steady = setTimeout(() => this.#step({ kind: "steady" }), steadyMs);
        this.#health = setInterval(() => this.#conversation?.checkHealth(), healthMs);
        return;
      case "wait": {
        const waitMs = backoffMs(readerBackoff, effect.failures, this.#tools.random.unit());
        this.#retry = setTimeout(() => this.#step({ kind: "delay-over" }), waitMs);
        return;
      }
    }
  }

  #look(): void {
    const place = this.#options.place();
    if (place === "there" && this.#state.kind === "absent") this.#judge();
    this.#step({ kind: place === "there" ? "appeared" : place === "absent" ? "vanished" : "ambiguous" });
  }

  #judge(): void {
    this.#judgement = this.#options.judge(this.#report);
    const { mayReach, certification, registryVersion, registryEntry } = this.#judgement;
    this.#conditions = { ...this.#conditions, mayReach };
    const { model } = this.#options;
    this.#facts = { id: this.id, model, certification, registryVersion, registryEntry };
    this.#tools.onChange();
  }

  async #open(): Promise<void> {
    this.#opening += 1;
    const opening = this.#opening;
    this.#giveUp = new AbortController();
    if (this.#closing !== undefined) {
      await this.#closing;
      if (opening !== this.#opening) return;
    }
    try {
      const port = await this.#options.open(this.#giveUp.signal);
      if (opening === this.#opening) this.#converse(port);
      else await port.close();
    } catch (error) {
      if (opening !== this.#opening) return;
      const failure = isPortError(error) ? error : new PortError("port-failed", { cause: error });
      this.#logFailure(failure);
      this.#step({ kind: "failed", why: failure.code });
    }
  }

  /** Begins the conversation over a port that has just opened. */
  #converse(port: FeaturePort): void {
    const { clock, log, onDiscard, onFault } = this.#tools;
    const reader = this;
    const source: ScanSource = {
      get facts() {
        return reader.#facts;
      },
      tell: (outcome, scan) => conversation.settle(scan, outcome),
    };
    const conversation = new Conversation(port, this.#options.makeDriver, clock, {
      scan: (scan) => this.#scanned(scan, source),
      discarded: onDiscard,
      fault: (fault) => {
        if (!this.#toldFaults.isNews(fault, clock.monotonic())) return;
        log.warn({ reader: this.id, fault }, "the reader has a fault");
        onFault(fault, this.id);
      },
      ready: (report) => {
        this.#report = report;
        this.#judge();
        this.#step({ kind: "ready" });
      },
      failed: (why) => {
        if (this.#failures === 0) log.warn({ reader: this.id, code: why }, driverFailures[why]);
        this.#step({ kind: "failed", why });
      },
      lost: (why) => this.#step({ kind: "failed", why }),
    });
    this.#conversation = conversation;
    this.#step({ kind: "opened" }); // before the start: a port may deliver, or be lost, within it
    conversation.start();
  }

  #close(): void {
    this.#opening += 1;
    this.#giveUp.abort();
    clearTimeout(this.#retry);
    clearTimeout(this.#steady);
    clearInterval(this.#health);
    if (this.#state.kind === "stopped") clearInterval(this.#watch);
    this.#report = undefined;
    if (this.#conversation === undefined) return;
    const closing = closedSoon(this.#conversation.close()).finally(() => {
      if (this.#closing === closing) this.#closing = undefined;
    });
    this.#closing = closing;
    this.#conversation = undefined;
  }

  #scanned(scan: Scan, source: ScanSource): void {
    const { spoolIsWritable, isEnabled, mayReach } = this.#conditions;
    // A reader that keeps its scans sends what was taken while it was armed: that is stored even when it no longer is.
    const isOwed = scan.link !== undefined && mayReach === "armed" && spoolIsWritable;
    if (this.#state.kind === "armed" || isOwed) {
      this.#tools.onScan(scan, source);
      return;
    }
    this.#tools.onDiscard("not-armed", scan.raw.length);
    const isForLater = !spoolIsWritable || (isEnabled && mayReach === "armed");
    source.tell(isForLater ? "wait" : "rejected", scan);
  }

  #tell(state: ReaderState, before: ReaderState): void {
    if (state.kind !== before.kind) this.#logState(state, before);
    const news = `${state.kind} ${this.reason}`;
    if (news === this.#lastNews) return;
    this.#lastNews = news;
    this.#tools.onChange();
  }

  #logState(state: ReaderState, before: ReaderState): void {
    const facts = { reader: this.id, state: state.kind };
    if (state.kind === "armed") this.#tools.log.info(facts, "the reader takes scans");
    else if (isOpen(before) && (state.kind === "absent" || state.kind === "error")) {
      this.#tools.log.warn(facts, "the reader went away; it is taken back as soon as it returns");
    } else this.#tools.log.debug(facts, "the reader changed its state");
  }

  /** In a row. */
  get #failures(): number {
    return "failures" in this.#state ? this.#state.failures : 0;
  }

  #logFailure(failure: PortError): void {
    const cause = failure.cause instanceof Error ? failure.cause.message : undefined;
    const facts = { reader: this.id, code: failure.code, holder: failure.holder, cause };
    if (this.#failures === 0) this.#tools.log.warn(facts, failure.message);
    else this.#tools.log.debug(facts, failure.message);
  }
}

/** Resolves when the port is closed, or hangs. */
function closedSoon(closed: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, closeMsMax);
    closed
      .catch(() => undefined)
      .finally(() => {
        clearTimeout(timer);
        resolve();
      });
  });
}
