// One message of an Elyctis ID BOX, either way: a letter, a length and that many bytes (Scanner Command Set 1.7; READERS chapter 8).
import { type FrameCut, incomplete } from "../mrz/frame-cut.ts";

/** Letters of the messages that we know; a presence detector has others of the same form. */
export const elyctisCommands = {
  /** Asks for, and brings, the zone of several lines. */
  inquire: 0x49,
  /** The same for a zone of one line, as driving licences have it. */
  inquireLine: 0x4c,
  /** Continuous reading: 01 on, 00 off. Each successful read switches it off. */
  continuous: 0x43,
} as const;

export interface ElyctisMessage {
  readonly kind: "elyctis";
  readonly command: number;
  readonly body: Uint8Array;
}

const headerBytes = 3;
/** The largest zone has 88 characters and two line ends of two; more than 255 bytes, and a first length byte, nobody sends. */
export const elyctisBodyBytesMax = 0xff;

/** Whether these bytes, two at least, begin a message: text of a zone never has a zero. */
export const opensElyctis = (first: number, second: number): boolean => isCapital(first) && second === 0;

const isCapital = (byte: number): boolean => byte >= 0x41 && byte <= 0x5a;

/** Cuts the message that begins at `start`, of what lies before `end`; `opensElyctis` has said that there is one. The body lies in `bytes`. */
export function cutElyctis(bytes: Uint8Array, start: number, end: number): FrameCut<ElyctisMessage> {
  const bodyStart = start + headerBytes;
  const bodyEnd = bodyStart + (bytes[start + 2] ?? 0);
  if (bodyStart > end || bodyEnd > end) return incomplete;
  const frame: ElyctisMessage = {
    kind: "elyctis",
    command: bytes[start] ?? 0,
    body: bytes.subarray(bodyStart, bodyEnd),
  };
  return { kind: "frame", bytesUsed: bodyEnd - start, frame };
}

/** `body` has `elyctisBodyBytesMax` bytes at the most. */
export function encodeElyctis({ command, body }: Pick<ElyctisMessage, "command" | "body">): Uint8Array {
  return Uint8Array.of(command, 0, body.length, ...body);
}

/** The command that switches continuous reading; its answer is the same message. */
export const continuousReading = (isOn: boolean): Uint8Array =>
  encodeElyctis({ command: elyctisCommands.continuous, body: Uint8Array.of(isOn ? 1 : 0) });
