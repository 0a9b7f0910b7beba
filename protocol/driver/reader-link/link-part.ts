// What a part of the ReaderLink conversation is that has messages and times of its own: chip cards, firmware.
import type { BodyDraft, Capabilities, KnownBody } from "../../frame/reader-link/messages.ts";

/** What a part may ask of the conversation. */
export interface LinkLine {
  /** Sends one message; what is longer than the agreed frame is not sent, and answered with false. */
  send(body: BodyDraft): boolean;
  /** For a Control or an ApduRequest: rises by one with each, and is never used again on this line. */
  nextRequestId(): number;
}

/** Made for one open line. No function may throw. */
export interface LinkPart {
  /** A handshake is over. `isNewStart`: the reader has started since the last one, and knows nothing of what was before. */
  claimed(capabilities: Capabilities, isNewStart: boolean, nowMs: number): void;
  /** Any message but Hello, Capabilities, Scan and Ack. Its `bytes` members are good until this returns. */
  receive(body: KnownBody, nowMs: number): void;
  /** When `wake` is wanted. */
  readonly untilMs: number | undefined;
  wake(nowMs: number): void;
  /** The line is gone, or the conversation failed. */
  close(): void;
}

export type MakeLinkPart = (line: LinkLine) => LinkPart;
