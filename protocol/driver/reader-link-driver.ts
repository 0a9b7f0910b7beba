// The conversation with a reader that speaks ReaderLink: a scan is acknowledged when it is on the disk (READERS chapter 10).
//
//   start ──► 00 00, Hello ──► reader's Hello ──► its Capabilities ──► ready, DISARM ──► ARM
//   Scan ──► scan ──► settle: accepted, repeated, rejected ──► Feedback, then Ack STORED
//                └──► settle: wait ──► no Ack, Feedback WAIT, Health with can_store false; the reader sends it again
//
// What can be lost is sent again: Hello each second until it is answered, ARM or DISARM with each Health, an Ack whenever
// the reader repeats its Scan.
import { bytesOfHex } from "../bytes/hex.ts";
import {
  type Body,
  type BodyDraft,
  bootIdBytes,
  type Capabilities,
  type Envelope,
  type Hello,
} from "../frame/reader-link/messages.ts";
import type { Scan } from "../message/scan.ts";
import type { Discard } from "./discard.ts";
import type { DriverHost } from "./driver.ts";
import type { Outcome } from "./outcome.ts";
import { type ApduOutcome, CardPart } from "./reader-link/card-part.ts";
import type { LinkLine, LinkPart } from "./reader-link/link-part.ts";
import { closedLink, type LinkEffect, type LinkInput, stepLink } from "./reader-link/link-state.ts";
import { LinkWire, version } from "./reader-link/link-wire.ts";
import type { ReaderLinkDriver, ReaderLinkOptions } from "./reader-link/options.ts";
import { Partner } from "./reader-link/partner.ts";
import { feedbackOutcomes, ScanDelivery } from "./reader-link/scan-delivery.ts";
import { RecentFaults } from "./recent-faults.ts";

const nonceBytes = 32;
const helloMs = 1_000;
const healthMs = 5_000;
/** After ARM or DISARM the next Health, which says it once more, comes this soon. */
const repeatMs = 1_000;
/** A reader says something every five seconds. */
const silenceMsMax = 15_000;

const versionUnknown = { kind: "fault", code: 1, text: "version" } as const satisfies BodyDraft;

export function readerLinkDriver(host: DriverHost, options: ReaderLinkOptions): ReaderLinkDriver {
  return new Conversation(host, options);
}

class Conversation implements ReaderLinkDriver {
  readonly #host: DriverHost;
  readonly #options: ReaderLinkOptions;
  readonly #wire: LinkWire;
  readonly #scans: ScanDelivery;
  readonly #faults = new RecentFaults();
  readonly #card: CardPart;
  readonly #parts: readonly LinkPart[];
  readonly #nonce: Uint8Array;
  #link = closedLink;
  #partner: Partner | undefined;
  /** The reader's start with which the last handshake was finished. */
  #claimed: Partner | undefined;
  #requestId = 0;
  #armRequestId = 0;
  #canStore = true;
  #nowMs = 0;
  #startedMs = 0;
  #helloAtMs: number | undefined;
  #healthAtMs: number | undefined;
  #silentAtMs: number | undefined;

  constructor(host: DriverHost, options: ReaderLinkOptions) {
    this.#host = host;
    this.#options = options;
    this.#nonce = options.random.bytes(nonceBytes);
    this.#wire = new LinkWire(options.random.bytes(bootIdBytes), {
      write: (bytes) => host.write(bytes),
      message: (envelope, bytes) => this.#take(envelope, bytes),
      discarded: (why, bytes) => this.#discarded(why, bytes),
    });
    const line: LinkLine = { send: (body) => this.#send(body), nextRequestId: () => this.#nextRequestId() };
    this.#scans = new ScanDelivery(host, options.taken, line.send);
    this.#card = new CardPart(line, options.onCard ?? (() => undefined));
    this.#parts = [this.#card, ...(options.parts ?? []).map((make) => make(line))];
  }

  start(nowMs: number): void {
    this.#nowMs = nowMs;
    this.#startedMs = nowMs;
    this.#step({ kind: "opened" });
    this.#askForWake();
  }

  receive(chunk: Uint8Array, nowMs: number): void {
    if (this.#isOver) return;
    this.#nowMs = nowMs;
    this.#wire.push(chunk);
    this.#askForWake();
  }

  wake(nowMs: number): void {
    if (this.#isOver) return;
    this.#nowMs = nowMs;
    if (isPast(this.#silentAtMs, nowMs)) this.#step({ kind: "silence" });
    if (isPast(this.#helloAtMs, nowMs)) this.#step({ kind: "hello-due" });
    if (this.#isOver) return;
    if (isPast(this.#healthAtMs, nowMs)) this.#sendHealth();
    this.#scans.wake(nowMs);
    for (const part of this.#parts) part.wake(nowMs);
    this.#askForWake();
  }

  setArmed(isArmed: boolean, nowMs: number): void {
    if (this.#isOver) return;
    this.#nowMs = nowMs;
    if (isArmed) this.#canStore = true;
    this.#step({ kind: isArmed ? "arm" : "disarm" });
    this.#askForWake();
  }

  settle(scan: Scan, outcome: Outcome, nowMs: number): void {
    if (this.#isOver) return;
    this.#nowMs = nowMs;
    if (this.#scans.settle(scan, outcome)) this.#tellStore(outcome !== "wait");
    this.#askForWake();
  }

  signal(outcome: Outcome, nowMs: number): void {
    this.#nowMs = nowMs;
    this.#send({ kind: "feedback", outcome: feedbackOutcomes[outcome] });
  }

  /** Nothing needs to be asked: the reader's own Health comes every five seconds, and its silence ends the conversation. */
  checkHealth(): void {}

  exchange(apdu: Uint8Array, timeoutMs: number, nowMs: number, done: (outcome: ApduOutcome) => void): void {
    this.#nowMs = nowMs;
    if (this.#isOver) done({ kind: "closed" });
    else this.#card.exchange(apdu, timeoutMs, nowMs, done);
    this.#askForWake();
  }

  close(): void {
    this.#link = { ...this.#link, kind: "failed" };
    this.#wire.close();
    for (const part of this.#parts) part.close();
    this.#host.wakeAt(undefined);
  }

  get #isOver(): boolean {
    return this.#link.kind === "failed";
  }

  #step(input: LinkInput): void {
    const { state, effects } = stepLink(this.#link, input);
    this.#link = state;
    for (const effect of effects) this.#do(effect);
  }

  #do(effect: LinkEffect): void {
    switch (effect.kind) {
      case "end-frames":
        this.#wire.endFrames();
        return;
      case "send-hello":
        this.#sendHello();
        this.#helloAtMs = this.#nowMs + helloMs;
        return;
      case "await-hello":
        this.#helloAtMs = this.#nowMs + helloMs;
        return;
      case "send-arm":
      case "send-disarm":
        this.#armRequestId = this.#nextRequestId();
        this.#sendHealth();
        this.#healthAtMs = this.#nowMs + repeatMs;
        return;
      case "ready":
        this.#host.ready(this.#partner?.report(this.#nonce, this.#options.verifyProof) ?? {});
        return;
      case "fail":
        for (const part of this.#parts) part.close();
        this.#host.wakeAt(undefined);
        this.#host.failed(effect.why);
    }
  }

  #discarded(why: Discard, bytes: number): void {
    this.#host.discarded(why, bytes);
    if (!this.#isOver && this.#faults.add(this.#nowMs)) this.#step({ kind: "noise" });
  }

  #take(envelope: Envelope, bytes: number): void {
    if (this.#isOver) return;
    if (this.#silentAtMs !== undefined) this.#silentAtMs = this.#nowMs + silenceMsMax;
    const { bootId, body } = envelope;
    if (body.kind === "hello") this.#takeHello(bootId, body);
    else if (this.#partner === undefined)
      return; // nothing is agreed with whoever speaks
    else if (envelope.version !== version) this.#refuseVersion();
    else if (body.kind === "scan" || body.kind === "unknown") this.#takeNumbered(envelope, this.#partner, bytes);
    // What a reader sent before its restart concerns nobody any more.
    else if (this.#partner.isStart(bootId)) this.#takeBody(body, this.#partner);
  }

  #takeHello(bootId: Uint8Array, hello: Hello): void {
    if (hello.minVersion > version || hello.maxVersion < version) {
      this.#refuseVersion();
      return;
    }
    const before = this.#partner;
    const isAgain = before?.isStart(bootId) ?? false;
    if (!isAgain) this.#scans.begin(bootId, before !== undefined);
    this.#partner = new Partner(bootId, hello, before);
    this.#silentAtMs = this.#nowMs + silenceMsMax;
    this.#step({ kind: isAgain ? "hello-again" : "hello" });
  }

  #refuseVersion(): void {
    this.#send(versionUnknown);
    this.#step({ kind: "no-version" });
  }

  /** What wants an acknowledgement. Before the first handshake is over nobody knows whether this reader may be heard: it will send again. */
  #takeNumbered({ bootId, seq, body }: Envelope, partner: Partner, bytes: number): void {
    if (!this.#link.wasReady) return;
    if (body.kind === "scan" && seq === 0) this.#discarded("bad-frame", bytes);
    else if (body.kind === "scan") this.#scans.take(bootId, seq, body, partner.isStart(bootId), this.#nowMs);
    else if (seq > 0) this.#send({ kind: "ack", bootId, seq: [seq], result: "unknown-body" });
  }

  #takeBody(body: Exclude<Body, { kind: "scan" | "unknown" }>, partner: Partner): void {
    if (body.kind === "capabilities") {
      this.#takeCapabilities(body, partner);
      return;
    }
    if (body.kind === "firmwareInfo") partner.takeFirmware(body);
    if (body.kind === "fault") {
      this.#host.fault(
        body.requestId > 0 && body.requestId === this.#armRequestId ? "setup-refused" : "reader-reported",
      );
    }
    for (const part of this.#parts) part.receive(body, this.#nowMs);
  }

  #takeCapabilities(capabilities: Capabilities, partner: Partner): void {
    // A proof covers the image that runs: without FirmwareInfo it says nothing, and the next Hello asks for both again.
    if (capabilities.attestation && this.#options.verifyProof !== undefined && !partner.knowsFirmware) return;
    if (this.#link.kind !== "agreed") return;
    this.#wire.agree(capabilities.maxFrame);
    this.#helloAtMs = undefined;
    this.#step({ kind: "capabilities" });
    const isNewStart = !(this.#claimed?.isStart(partner.bootId) ?? false);
    this.#claimed = partner;
    for (const part of this.#parts) part.claimed(capabilities, isNewStart, this.#nowMs);
  }

  /** A reader whose scans can't be stored holds them, and sends them as soon as it hears that they can. */
  #tellStore(canStore: boolean): void {
    if (this.#canStore === canStore) return;
    this.#canStore = canStore;
    this.#sendHealth();
  }

  #sendHello(): void {
    const last = this.#options.taken.last();
    const resumeBootId = bytesOfHex(last?.boot ?? "");
    const isKnown = last !== undefined && resumeBootId?.length === bootIdBytes;
    this.#send({
      kind: "hello",
      minVersion: version,
      maxVersion: version,
      vendor: "tiepdon",
      nonce: this.#nonce,
      ...(isKnown ? { resumeBootId, resumeSeq: last.contiguousSeq } : {}),
    });
  }

  /** With what the reader should do: the first time may have been lost. */
  #sendHealth(): void {
    this.#healthAtMs = this.#nowMs + healthMs;
    if (this.#link.kind !== "claimed" && this.#link.kind !== "armed") return;
    this.#send({
      kind: "health",
      uptimeS: Math.floor((this.#nowMs - this.#startedMs) / 1_000),
      crcErrors: this.#wire.crcErrors,
      overruns: this.#wire.overruns,
      canStore: this.#canStore,
    });
    this.#send({ kind: "control", requestId: this.#armRequestId, op: this.#link.kind === "armed" ? "arm" : "disarm" });
  }

  #nextRequestId(): number {
    this.#requestId += 1;
    return this.#requestId;
  }

  #send(body: BodyDraft): boolean {
    return !this.#isOver && this.#wire.send(body);
  }

  #askForWake(): void {
    if (this.#isOver) return;
    const parts = this.#parts.map(({ untilMs }) => untilMs);
    const wishes = [this.#helloAtMs, this.#healthAtMs, this.#silentAtMs, this.#scans.untilMs, ...parts];
    this.#host.wakeAt(Math.min(...wishes.filter((timeMs) => timeMs !== undefined)));
  }
}

const isPast = (timeMs: number | undefined, nowMs: number): boolean => timeMs !== undefined && nowMs >= timeMs;
