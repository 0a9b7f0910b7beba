// What an SSI decoder is told to beep and light, and when its lights go out again (READERS chapter 6).
import { ledOff } from "../../frame/ssi/host-commands.ts";
import type { Outcome } from "../outcome.ts";
import { feedbackPackets, lightsOf } from "./profile-commands.ts";

/** A light is seen, and is out before the next patient; whoever looks for the reader gets longer. */
const lightMs = 1_000;
const identifyMs = 5_000;

export class Feedback {
  readonly #commands: Readonly<Record<Outcome, readonly Uint8Array[]>>;
  /** The latest only: what was not sent before it is no longer true. */
  #outcome: Outcome | undefined;
  #lights = 0;
  #untilMs: number | undefined;

  constructor(commands: Readonly<Record<Outcome, readonly Uint8Array[]>>) {
    this.#commands = commands;
  }

  /** When a light has to go out. */
  get untilMs(): number | undefined {
    return this.#untilMs;
  }

  show(outcome: Outcome): void {
    this.#outcome = outcome;
  }

  /** The packets for the outcome that waits, to be sent now. */
  next(nowMs: number): readonly Uint8Array[] {
    const outcome = this.#outcome;
    if (outcome === undefined) return [];
    this.#outcome = undefined;
    const packets = feedbackPackets(this.#commands[outcome]);
    const lights = packets.reduce((mask, packet) => mask | lightsOf(packet), 0);
    if (lights === 0) return packets;
    this.#lights |= lights;
    this.#untilMs = nowMs + (outcome === "identify" ? identifyMs : lightMs);
    return packets;
  }

  /** The packet that darkens what was lit, once its time is over. */
  wake(nowMs: number): Uint8Array | undefined {
    if (this.#untilMs === undefined || nowMs < this.#untilMs) return undefined;
    const packet = ledOff(this.#lights);
    this.#untilMs = undefined;
    this.#lights = 0;
    return packet;
  }
}
