// A simulated reader that speaks ReaderLink: holds each scan until it is acknowledged, and says truly what became of it.
import { bytesAreEqual } from "../../protocol/bytes/bytes-are-equal.ts";
import { LinkWire } from "../../protocol/driver/reader-link/link-wire.ts";
import {
  type Body,
  type BodyDraft,
  bootIdBytes,
  type Control,
  type Envelope,
  type Health,
  type Hello,
  scanBytesMax,
} from "../../protocol/frame/reader-link/messages.ts";
import type { Device, DeviceSign, DeviceSurroundings } from "../device.ts";
import { Chip } from "./chip.ts";
import type { DeviceLine, DevicePart } from "./device-part.ts";
import { capabilitiesOf, helloOf, type ReaderLinkModel } from "./reader-link-model.ts";
import { type HeldScan, ScanRing, scanBody } from "./scan-ring.ts";
import { takeAck, takeFeedback, takeResume } from "./tones.ts";

const helloMs = 1_000;
const helloTriesMax = 5;
const healthMs = 5_000;
/** A host that says nothing for so long is gone: nothing is read for it any more. */
const silenceMsMax = 15_000;
const versionUnknown = { kind: "fault", code: 1, text: "version" } as const satisfies BodyDraft;
/** What the envelope and the other fields take of a frame, at the most. */
const scanOverheadBytes = 128;
const aim = "]Q1";
const noNonce = new Uint8Array();

/** The same model switched on again remembers its ring, where it is persistent, and the boot id, where it is faulty. */
export function readerLinkDevice(model: ReaderLinkModel): (surroundings: DeviceSurroundings) => ReaderLinkDevice {
  const memory: Memory = { bootId: undefined, scans: [] };
  return (surroundings) => new ReaderLinkDevice(model, memory, surroundings);
}

/** What outlives a loss of power. */
interface Memory {
  bootId: Uint8Array | undefined;
  scans: readonly HeldScan[];
}

/** A host that has said Hello. */
interface Host {
  readonly bootId: Uint8Array;
  heardAtMs: number;
}

export class ReaderLinkDevice implements Device {
  readonly #model: ReaderLinkModel;
  readonly #memory: Memory;
  readonly #surroundings: DeviceSurroundings;
  #wire: LinkWire;
  #ring: ScanRing;
  #chip: Chip;
  #parts: readonly DevicePart[];
  #bootId: Uint8Array;
  #startedMs = 0;
  #seq = 0;
  #isConnected = false;
  #host: Host | undefined;
  #isArmed = false;
  #canStore = true;
  #mustRestart = false;
  #helloTries = 0;
  #helloSentMs = Number.NEGATIVE_INFINITY;
  #helloAtMs: number | undefined;
  #healthAtMs: number | undefined;
  #nowMs = 0;
  #counts = { scans: 0, resends: 0, refused: 0 };

  constructor(model: ReaderLinkModel, memory: Memory, surroundings: DeviceSurroundings) {
    this.#model = model;
    this.#memory = memory;
    this.#surroundings = surroundings;
    this.#bootId = this.#drawBootId();
    this.#wire = this.#newWire();
    this.#ring = this.#newRing();
    this.#chip = new Chip(this.#line, model.maxResponse);
    this.#parts = [this.#chip, ...model.parts.map((make) => make(this.#line))];
  }

  get held(): number {
    return this.#ring.scans.length;
  }

  get isArmed(): boolean {
    return this.#isArmed;
  }

  /** Commands that its chip has executed since the start. */
  get executed(): number {
    return this.#chip.executed;
  }

  connected(nowMs: number): void {
    this.#nowMs = nowMs;
    this.#isConnected = true;
    this.#wire = this.#newWire();
    this.#greet();
    this.#goOn();
  }

  disconnected(): void {
    this.#isConnected = false;
    this.#lose();
    this.#helloAtMs = undefined;
    this.#goOn(); // a part may have times of its own: an image on test goes back by itself
  }

  receive(chunk: Uint8Array, nowMs: number): void {
    this.#nowMs = nowMs;
    this.#wire.push(chunk);
    this.#goOn();
  }

  wake(nowMs: number): void {
    this.#nowMs = nowMs;
    if (this.#host !== undefined && nowMs >= this.#host.heardAtMs + silenceMsMax) this.#lose();
    if (isPast(this.#helloAtMs, nowMs)) this.#sayHello();
    if (isPast(this.#healthAtMs, nowMs)) this.#sendHealth();
    for (const part of this.#parts) part.wake(nowMs);
    this.#goOn();
  }

  present(payload: Uint8Array, nowMs: number): boolean {
    this.#nowMs = nowMs;
    if (!this.#isArmed || !this.#canStore || this.#ring.isFull) {
      this.#counts.refused += 1;
      this.#surroundings.sign("error");
      return false;
    }
    this.#seq += 1;
    this.#counts.scans += 1;
    const dataBytesMax = Math.min(scanBytesMax, this.#model.maxFrame - scanOverheadBytes);
    this.#ring.add(this.#bootId, this.#seq, payload, dataBytesMax, nowMs);
    this.#surroundings.sign("held");
    this.#goOn();
    return true;
  }

  /** A card is laid on the reader, or taken away. */
  layCard(isPresent: boolean, nowMs: number): void {
    this.#nowMs = nowMs;
    this.#chip.lay(isPresent, nowMs);
    this.#goOn();
  }

  /** Starts anew while the line stays open, as after a crash of its firmware. */
  restart(nowMs: number): void {
    this.#nowMs = nowMs;
    this.#lose();
    this.#bootId = this.#drawBootId();
    this.#startedMs = nowMs;
    this.#seq = 0;
    this.#counts = { scans: 0, resends: 0, refused: 0 };
    this.#wire = this.#newWire();
    this.#ring = this.#newRing();
    this.#chip = new Chip(this.#line, this.#model.maxResponse);
    this.#parts = [this.#chip, ...this.#model.parts.map((make) => make(this.#line))];
    if (this.#isConnected) this.#greet();
    this.#goOn();
  }

  readonly #line: DeviceLine = {
    send: (body) => this.#send(body),
    restart: () => {
      this.#mustRestart = true;
    },
  };

  #drawBootId(): Uint8Array {
    const { reusesBootId, random } = this.#model;
    const before = reusesBootId ? this.#memory.bootId : undefined;
    this.#memory.bootId = before ?? random.bytes(bootIdBytes);
    return this.#memory.bootId;
  }

  #newRing(): ScanRing {
    const { ringSize, window, random, persistentRing } = this.#model;
    return new ScanRing(ringSize, window, random, persistentRing ? this.#memory.scans : []);
  }

  #newWire(): LinkWire {
    return new LinkWire(this.#bootId, {
      write: (bytes) => this.#surroundings.write(bytes),
      message: (envelope) => this.#take(envelope),
      discarded: () => undefined,
    });
  }

  #greet(): void {
    this.#wire.endFrames();
    this.#helloTries = 0;
    this.#sayHello();
  }

  /** Again each second until the host has said its own, though not for ever. */
  #sayHello(): void {
    this.#helloTries += 1;
    this.#helloSentMs = this.#nowMs;
    this.#helloAtMs = this.#helloTries < helloTriesMax ? this.#nowMs + helloMs : undefined;
    this.#send(helloOf(this.#model, this.#bootId, noNonce));
  }

  /** The host is gone: nobody would hear what is read now. */
  #lose(): void {
    this.#host = undefined;
    this.#isArmed = false;
    this.#healthAtMs = undefined;
  }

  #take({ bootId, body }: Envelope): void {
    if (body.kind === "hello") this.#takeHello(bootId, body);
    else if (this.#host !== undefined && bytesAreEqual(this.#host.bootId, bootId)) this.#takeMessage(body, this.#host);
    else if (this.#nowMs >= this.#helloSentMs + helloMs) this.#sayHello(); // a host that we have forgotten
  }

  #takeHello(bootId: Uint8Array, hello: Hello): void {
    const { minVersion, maxVersion, nonce } = hello;
    const { versions, firmware, imageSha256, running } = this.#model;
    this.#helloAtMs = undefined;
    this.#helloSentMs = this.#nowMs;
    this.#send(helloOf(this.#model, this.#bootId, nonce));
    if (minVersion > versions.max || maxVersion < versions.min) {
      this.#send(versionUnknown);
      return;
    }
    const isNewHost = this.#host === undefined || !bytesAreEqual(this.#host.bootId, bootId);
    this.#host = { bootId: bootId.slice(), heardAtMs: this.#nowMs };
    this.#sign(takeResume(this.#ring, hello));
    this.#send(running?.().info ?? { kind: "firmwareInfo", version: firmware, sha256: imageSha256, confirmed: true });
    for (const part of this.#parts) part.greeted(isNewHost, this.#nowMs);
    this.#send(capabilitiesOf(this.#model));
    this.#sendHealth();
    if (isNewHost) {
      this.#canStore = true;
      this.#ring.sendAllAgain(this.#nowMs);
    }
  }

  #takeMessage(body: Exclude<Body, Hello>, host: Host): void {
    host.heardAtMs = this.#nowMs;
    if (body.kind === "unknown") return;
    if (body.kind === "ack") this.#sign(takeAck(this.#ring, body));
    else if (body.kind === "feedback") this.#sign(takeFeedback(this.#ring, body));
    else {
      if (body.kind === "control") this.#obey(body);
      else if (body.kind === "health") this.#takeHealth(body);
      for (const part of this.#parts) part.receive(body, this.#nowMs);
    }
  }

  #sign(signs: readonly DeviceSign[]): void {
    for (const sign of signs) this.#surroundings.sign(sign);
  }

  #takeHealth({ canStore }: Health): void {
    if (canStore && !this.#canStore) this.#ring.sendAllAgain(this.#nowMs);
    this.#canStore = canStore;
  }

  #obey({ op }: Control): void {
    if (op === "arm") this.#isArmed = true;
    else if (op === "disarm") this.#isArmed = false;
    else if (op === "restart") this.#mustRestart = true;
  }

  #sendHealth(): void {
    this.#healthAtMs = this.#nowMs + healthMs;
    this.#send({
      kind: "health",
      uptimeS: Math.floor((this.#nowMs - this.#startedMs) / 1_000),
      ringUsed: this.held,
      ...this.#counts,
      crcErrors: this.#wire.crcErrors,
      overruns: this.#wire.overruns,
      temperatureDc: 315,
      supplyMv: 5_000,
      canStore: true,
    });
  }

  #send(body: BodyDraft): void {
    if (this.#isConnected) this.#wire.send(body);
  }

  /** Does what is due, and asks to be woken for what is due next. */
  #goOn(): void {
    if (this.#mustRestart) {
      this.#mustRestart = false;
      this.restart(this.#nowMs);
      return;
    }
    if (this.#host !== undefined) this.#sendScans();
    this.#memory.scans = this.#ring.scans;
    const silentAtMs = this.#host === undefined ? undefined : this.#host.heardAtMs + silenceMsMax;
    const scansAtMs = this.#host === undefined ? undefined : this.#ring.untilMs;
    const parts = this.#parts.map(({ untilMs }) => untilMs);
    const wishes = [this.#helloAtMs, this.#healthAtMs, silentAtMs, scansAtMs, ...parts].filter(
      (ms) => ms !== undefined,
    );
    this.#surroundings.wakeAt(wishes.length === 0 ? undefined : Math.min(...wishes));
  }

  #sendScans(): void {
    for (const scan of this.#ring.due(this.#nowMs)) {
      if (scan.attempt > 1) this.#counts.resends += 1;
      this.#wire.send(scanBody(scan, aim, this.#nowMs), scan.seq, scan.bootId);
    }
  }
}

const isPast = (timeMs: number | undefined, nowMs: number): boolean => timeMs !== undefined && nowMs >= timeMs;
