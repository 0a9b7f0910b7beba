// What a driver is: the conversation with one reader over one open line, without I/O, clock or timer.
import type { Scan } from "../message/scan.ts";
import type { Discard } from "./discard.ts";
import type { Outcome } from "./outcome.ts";

/** What a reader says of itself once it has been asked; claims, not proofs. None of it may be personal data. */
export interface ReaderSelfReport {
  readonly firmware?: string;
  readonly model?: string;
  readonly serial?: string;
  /** The reader signed with a key that the registry has for it (true), or tried to (false); absent where nobody asked. */
  readonly isProven?: boolean;
}

/** Why a conversation cannot go on: the line is closed and opened again after a growing delay. */
export const driverFailures = {
  "handshake-failed": "Đầu đọc không trả lời khi bắt đầu | The reader did not answer the opening handshake",
  "no-answer": "Đầu đọc không trả lời lệnh | The reader stopped answering commands",
  "line-noise": "Đường truyền nhiễu | Too many broken frames: check cable, speed and protocol mode",
  "wrong-protocol": "Đầu đọc nói giao thức khác | The reader speaks another protocol than its profile says",
  "version-unknown": "Phiên bản giao thức không hỗ trợ | No protocol version in common with the reader",
} as const;
export type DriverFailure = keyof typeof driverFailures;

/** Something IT should see that ends nothing: stable codes, told as an event of the desk. */
export type DriverFault =
  | "scans-lost" // the reader's own numbering shows scans that never came
  | "boot-id-reused" // the same scan number came with other data, or one that is too old to come again
  | "setup-refused" // the reader refused a set-up command
  | "not-rearmed" // the reader could not be armed again after a read
  | "reader-reported"; // the reader reported a fault of its own

/** Where a driver's doings go; given to it when it is made. No function may throw or call the driver back at once. */
export interface DriverHost {
  /** Bytes for the line, in order. For HID: one output report that begins with its report id. For Socket.IO: one event as JSON. */
  write(bytes: Uint8Array): void;
  /** A HID feature report that begins with its report id; other lines ignore it. */
  writeFeature(report: Uint8Array): void;
  /**
   * One complete scan. `scan.raw` is good until this returns. The host answers with exactly one `settle` of the same
   * object, later or within its next turn, never from inside this call.
   */
  scan(scan: Scan): void;
  /** Bytes that came to nothing. */
  discarded(why: Discard, bytes: number): void;
  /** The handshake is over: the reader is ours, and disarmed as far as its protocol can. Called once. */
  ready(report: ReaderSelfReport): void;
  fault(fault: DriverFault): void;
  /** The conversation is over; nothing follows. */
  failed(why: DriverFailure): void;
  /** Asks for `wake` at this monotonic time in milliseconds; replaces the last wish; undefined withdraws it. */
  wakeAt(timeMs: number | undefined): void;
}

/**
 * Single use: made for one open line, thrown away with it. `nowMs` is monotonic. The caller hands over every byte that
 * has arrived before it calls `wake`, so that a busy process is not mistaken for a silent reader. Never throws.
 */
export interface Driver {
  /** The line has opened. Leads to `ready` or `failed`, for drivers without a handshake at once. */
  start(nowMs: number): void;
  /** One chunk of a byte line, one HID input report with its report id, or one Socket.IO event as UTF-8 JSON `[name, argument]`. */
  receive(chunk: Uint8Array, nowMs: number): void;
  wake(nowMs: number): void;
  /** Lets scans through, or keeps the reader from scanning where its protocol can. Only after `ready`. */
  setArmed(isArmed: boolean, nowMs: number): void;
  /**
   * What became of a scan: acknowledges it where the protocol can, beeps and lights as the profile says. `accepted`,
   * `repeated` and `rejected` mean that it is dealt with for good; `wait` that it could not be kept, so it is refused.
   */
  settle(scan: Scan, outcome: Outcome, nowMs: number): void;
  /** Feedback that belongs to no scan under way: `identify`, `result`, `attention`. */
  signal(outcome: Outcome, nowMs: number): void;
  /** Asks the reader whether it still works, where the protocol can; silence ends in `failed`. */
  checkHealth(nowMs: number): void;
  /** The line is gone: whatever is half read is dropped and counted. */
  close(): void;
}
