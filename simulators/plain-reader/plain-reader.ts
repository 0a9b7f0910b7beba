// A QR reader that sends its scans as text, with a vendor's commands and, where chosen, waiting for acknowledgement.
import type { AckMode, CommandSet } from "../../protocol/driver/profile.ts";
import { encodePlain } from "../../protocol/frame/encode-plain.ts";
import { encodeDechdr } from "../../protocol/frame/honeywell/dechdr.ts";
import { type HostAckLetter, hostAckWaitMs } from "../../protocol/frame/honeywell/host-ack.ts";
import type { Device, DeviceSurroundings, PowerDevice } from "../device.ts";
import type { ReaderTerminator } from "../reader.ts";
import { type ReaderMind, understandings } from "./responder.ts";

export interface PlainReaderOptions {
  readonly terminator: ReaderTerminator;
  /** Symbology identifier before each payload, such as `]Q1`; empty for none. */
  readonly aim: string;
  readonly commands: CommandSet;
  readonly ack: AckMode;
  /** Sends length-prefixed frames from the start; else only after the host's DECHDR1. */
  readonly isDechdr?: boolean;
}

/** Silence that a reader keeps after a scan without terminator, in milliseconds. */
const quietMs = 300;
/** How long it waits for 06 or 15, and how often it sends one scan in all. */
const ackMs = 2_000;
const triesMax = 3;
/** Bytes of a command that is not whole yet. */
const commandBytesMax = 2_048;

export const plainReader =
  (options: PlainReaderOptions): PowerDevice =>
  (surroundings) =>
    new PlainReader(options, surroundings);

class PlainReader implements Device {
  readonly #options: PlainReaderOptions;
  readonly #around: DeviceSurroundings;
  readonly #mind: ReaderMind;
  #nowMs = 0;
  #isEnabled = true;
  #isLineOpen = false;
  #deafUntil = Number.NEGATIVE_INFINITY;
  #quietUntil = Number.NEGATIVE_INFINITY;
  #command: Uint8Array = new Uint8Array();
  /** The scan that waits for the host's answer. */
  #waiting: { readonly frame: Uint8Array; readonly tries: number; readonly dueAt: number } | undefined;

  constructor(options: PlainReaderOptions, surroundings: DeviceSurroundings) {
    this.#options = options;
    this.#around = surroundings;
    const settings = new Map<string, string>();
    if (options.isDechdr === true) settings.set(dechdrSetting, "1");
    this.#mind = {
      settings,
      reply: (bytes) => surroundings.write(bytes),
      setEnabled: (isEnabled) => {
        this.#isEnabled = isEnabled;
      },
      beep: (isGood) => surroundings.sign(isGood ? "good-read" : "error"),
      hostAck: (letter) => this.#hostAcked(letter),
      deafFor: (milliseconds) => {
        this.#deafUntil = this.#nowMs + milliseconds;
      },
    };
  }

  get held(): number {
    return this.#waiting === undefined ? 0 : 1;
  }

  connected(nowMs: number): void {
    this.#nowMs = nowMs;
    this.#isLineOpen = true;
  }

  disconnected(): void {
    this.#isLineOpen = false;
    this.#waiting = undefined;
    this.#command = new Uint8Array();
    this.#around.wakeAt(undefined);
  }

  receive(chunk: Uint8Array, nowMs: number): void {
    this.#nowMs = nowMs;
    if (nowMs < this.#deafUntil) return;
    if (this.#options.ack === "ack-nak") for (const byte of chunk) this.#acked(byte);
    const understand = understandings[this.#options.commands];
    let bytes: Uint8Array = new Uint8Array([...this.#command, ...chunk]);
    while (bytes.length > 0) {
      const understood = understand(bytes, this.#mind);
      if (understood === "incomplete" && bytes.length < commandBytesMax) break;
      bytes = bytes.subarray(typeof understood === "number" ? understood : 1);
    }
    this.#command = bytes;
  }

  wake(nowMs: number): void {
    this.#nowMs = nowMs;
    if (this.#waiting === undefined || nowMs < this.#waiting.dueAt) return;
    if (this.#options.ack === "ack-nak") this.#sendAgain();
    else this.#giveUp();
  }

  present(payload: Uint8Array, nowMs: number): boolean {
    this.#nowMs = nowMs;
    const isReady = this.#isEnabled && this.#isLineOpen && this.#waiting === undefined;
    if (!isReady || nowMs < this.#quietUntil || nowMs < this.#deafUntil) return false;
    const frame = this.#frameOf(payload);
    switch (this.#options.ack) {
      case "none":
        this.#around.write(frame);
        this.#around.sign("good-read");
        if (this.#options.terminator === "none") this.#quietUntil = nowMs + quietMs;
        return true;
      case "ack-nak":
        this.#wait(frame, 1, ackMs);
        return true;
      case "host-ack":
        this.#wait(frame, 1, hostAckWaitMs);
        return true;
    }
  }

  #frameOf(payload: Uint8Array): Uint8Array {
    const { terminator, aim } = this.#options;
    if (this.#mind.settings.get(dechdrSetting) === "1") {
      const raw = Uint8Array.from([...payload, 0x0d]);
      return encodeDechdr({ codeId: 0x73, aim: aim === "" ? "]Q1" : aim, raw });
    }
    return encodePlain(payload, { stx: terminator === "etx" }, terminator === "etx" ? "none" : terminator, aim);
  }

  #wait(frame: Uint8Array, tries: number, milliseconds: number): void {
    const dueAt = this.#nowMs + milliseconds;
    this.#waiting = { frame, tries, dueAt };
    this.#around.wakeAt(dueAt);
    this.#around.write(frame);
  }

  #sendAgain(): void {
    if (this.#waiting === undefined) return;
    if (this.#waiting.tries >= triesMax) this.#giveUp();
    else this.#wait(this.#waiting.frame, this.#waiting.tries + 1, ackMs);
  }

  #acked(byte: number): void {
    if (this.#waiting === undefined) return;
    if (byte === 0x15) this.#sendAgain();
    else if (byte === 0x06) this.#letGo("good-read");
  }

  #hostAcked(letter: HostAckLetter): void {
    const isBad = letter === "b" || letter === "8";
    if (this.#options.ack === "host-ack" && this.#waiting !== undefined) this.#letGo(isBad ? "error" : "good-read");
    else this.#around.sign("light");
  }

  #giveUp(): void {
    this.#letGo("error");
  }

  #letGo(sign: "good-read" | "error"): void {
    this.#waiting = undefined;
    this.#around.wakeAt(undefined);
    this.#around.sign(sign);
  }
}

const dechdrSetting = "DECHDR";
