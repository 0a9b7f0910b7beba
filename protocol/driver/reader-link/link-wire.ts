// Messages to and from a ReaderLink line, on either side: framed, under our boot id, counted where they break.
import { decodeEnvelope } from "../../frame/reader-link/decode-envelope.ts";
import { encodeEnvelope } from "../../frame/reader-link/encode-envelope.ts";
import { encodeFrame } from "../../frame/reader-link/encode-frame.ts";
import { agreedFrameBytesMin, crcBytes, frameBytesMax, frameEnd } from "../../frame/reader-link/frame-limits.ts";
import { FrameReader } from "../../frame/reader-link/frame-reader.ts";
import { type BodyDraft, bootIdBytes, type Envelope } from "../../frame/reader-link/messages.ts";
import type { Discard } from "../discard.ts";

/** The only version there is. */
export const version = 1;

export interface WireEvents {
  readonly write: (bytes: Uint8Array) => void;
  /** A message that came whole, from a sender with a boot id; its `bytes` members are good until this returns. */
  readonly message: (envelope: Envelope, bytes: number) => void;
  readonly discarded: (why: Discard, bytes: number) => void;
}

export class LinkWire {
  readonly #events: WireEvents;
  readonly #bootId: Uint8Array;
  readonly #frames: FrameReader;
  #frameBytesMax = frameBytesMax;
  /** As Health tells them. */
  crcErrors = 0;
  overruns = 0;

  constructor(bootId: Uint8Array, events: WireEvents) {
    this.#bootId = bootId;
    this.#events = events;
    this.#frames = new FrameReader({
      payload: (payload) => this.#take(payload),
      discarded: (why, bytes) => {
        if (why === "overflow") this.overruns += 1;
        else if (why !== "closed") this.crcErrors += 1;
        events.discarded(why, bytes);
      },
    });
  }

  push(chunk: Uint8Array): void {
    this.#frames.push(chunk);
  }

  close(): void {
    this.#frames.close();
  }

  /** Whatever noise stands before us on the line belongs to no frame of ours. */
  endFrames(): void {
    this.#events.write(Uint8Array.of(frameEnd, frameEnd));
  }

  /** What the reader can take: `Capabilities.max_frame`, 0 where it says nothing. */
  agree(maxFrame: number): void {
    const bytes = maxFrame === 0 ? frameBytesMax : maxFrame;
    this.#frameBytesMax = Math.min(Math.max(bytes, agreedFrameBytesMin), frameBytesMax);
  }

  /**
   * Answers whether the message fits the agreed frame; it is not sent where it does not. A scan has its number, and the boot
   * id of the start in which it was read.
   */
  send(body: BodyDraft, seq = 0, bootId = this.#bootId): boolean {
    const payload = encodeEnvelope({ version, bootId, seq, body });
    if (payload.length + crcBytes > this.#frameBytesMax) return false;
    this.#events.write(encodeFrame(payload));
    return true;
  }

  #take(payload: Uint8Array): void {
    const envelope = decodeEnvelope(payload);
    if (envelope?.bootId.length === bootIdBytes) {
      this.#events.message(envelope, payload.length);
      return;
    }
    this.crcErrors += 1;
    this.#events.discarded("bad-frame", payload.length);
  }
}
