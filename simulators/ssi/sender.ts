// Sends a simulated decoder's scans packet by packet: each again twice when no answer comes, then the scan is given up.
import { markRetransmit } from "../../protocol/frame/ssi/packet.ts";

export interface SenderOutput {
  write(packet: Uint8Array): void;
  /** A scan was given up: lo-lo-lo-lo. */
  dropped(): void;
}

/** Once, and again twice. */
const attemptsMax = 3;

interface Outgoing {
  readonly packets: readonly Uint8Array[];
  /** Undefined: nobody acknowledges, a packet is gone once it is written. */
  readonly answerMsMax: number | undefined;
  next: number;
}

export class Sender {
  readonly #output: SenderOutput;
  readonly #queue: Outgoing[] = [];
  #attempts = 0;
  #untilMs: number | undefined;

  constructor(output: SenderOutput) {
    this.#output = output;
  }

  /** Scans that are not delivered yet. */
  get held(): number {
    return this.#queue.length;
  }

  get untilMs(): number | undefined {
    return this.#untilMs;
  }

  add(packets: readonly Uint8Array[], answerMsMax: number | undefined, nowMs: number): void {
    this.#queue.push({ packets, answerMsMax, next: 0 });
    if (this.#queue.length === 1) this.#sendNext(nowMs);
  }

  acknowledged(nowMs: number): void {
    const current = this.#queue[0];
    if (current === undefined || this.#untilMs === undefined) return;
    current.next += 1;
    if (current.next === current.packets.length) this.#queue.shift();
    this.#sendNext(nowMs);
  }

  refused(isResendWanted: boolean, nowMs: number): void {
    if (this.#untilMs === undefined) return;
    if (isResendWanted) this.#sendAgain(nowMs);
    else this.#drop(nowMs);
  }

  wake(nowMs: number): void {
    if (this.#untilMs !== undefined && nowMs >= this.#untilMs) this.#sendAgain(nowMs);
  }

  flush(): void {
    this.#queue.length = 0;
    this.#untilMs = undefined;
  }

  #sendNext(nowMs: number): void {
    this.#untilMs = undefined;
    this.#attempts = 0;
    for (let current = this.#queue[0]; current !== undefined; current = this.#queue[0]) {
      if (current.answerMsMax !== undefined) {
        this.#send(current, nowMs);
        return;
      }
      for (const packet of current.packets) this.#output.write(packet);
      this.#queue.shift();
    }
  }

  #sendAgain(nowMs: number): void {
    const current = this.#queue[0];
    if (current === undefined) return;
    if (this.#attempts < attemptsMax) this.#send(current, nowMs);
    else this.#drop(nowMs);
  }

  #send(current: Outgoing, nowMs: number): void {
    const packet = current.packets[current.next];
    if (packet === undefined) return;
    this.#attempts += 1;
    this.#untilMs = nowMs + (current.answerMsMax ?? 0);
    this.#output.write(this.#attempts === 1 ? packet : markRetransmit(packet));
  }

  #drop(nowMs: number): void {
    this.#queue.shift();
    this.#output.dropped();
    this.#sendNext(nowMs);
  }
}
