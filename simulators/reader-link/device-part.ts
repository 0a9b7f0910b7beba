// A part of a simulated ReaderLink reader that has messages and times of its own, such as its chip or its boot loader.
import type { BodyDraft, KnownBody } from "../../protocol/frame/reader-link/messages.ts";

/** What a part may do with its reader. */
export interface DeviceLine {
  send(body: BodyDraft): void;
  /** Starts the reader anew, as soon as the message under way is dealt with. */
  restart(): void;
}

/** Made at each start of the reader; what must outlive a loss of power lies outside. */
export interface DevicePart {
  /** The host's Hello is being answered: after our Hello, before our Capabilities. `isNewHost`: it has started since. */
  greeted(isNewHost: boolean, nowMs: number): void;
  /** Any message but Hello, Ack and Feedback. Its `bytes` members are good until this returns. */
  receive(body: KnownBody, nowMs: number): void;
  readonly untilMs: number | undefined;
  wake(nowMs: number): void;
}

export type MakeDevicePart = (line: DeviceLine) => DevicePart;
