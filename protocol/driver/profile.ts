// A reader model as data: what it is, how it speaks, and what to send it (READERS chapter 13).
import type { Terminator } from "../frame/plain-framing.ts";
import type { Outcome } from "./outcome.ts";

/** The conversations that exist; one driver each. */
export const driverNames = ["serial-text", "hidpos", "ssi", "mrz-serial", "hn212", "nfc-text", "readerlink"] as const;
export type DriverName = (typeof driverNames)[number];

/** The languages in which a `serial-text` or `hidpos` reader takes commands and answers them. */
export const commandSets = ["none", "honeywell", "newland", "newland-legacy", "gm65", "datalogic"] as const;
export type CommandSet = (typeof commandSets)[number];

export const ackModes = ["none", "ack-nak", "host-ack"] as const;
export type AckMode = (typeof ackModes)[number];

export const quirks = [
  "no-aim-in-report",
  "suspends-until-hostack",
  "ssi-raw-by-default",
  "bridge-identity",
  "kbd-composite",
  "deaf-after-reset-30s",
  "rearm-after-read",
  "rs232-wakeup",
  "short-apdu-only",
  "single-per-host",
  "beeps-by-itself", // sounds its own good-read beep whatever we say; `doctor` shows how to silence it
] as const;
export type Quirk = (typeof quirks)[number];

/** What a reader hangs on. */
export const transportKinds = ["serial", "tcp", "hid", "socketio"] as const;
export type TransportKind = (typeof transportKinds)[number];

export const hidLayouts = ["honeywell-64", "newland-64"] as const;
export type HidLayout = (typeof hidLayouts)[number];

/** Checked, with every default filled in. Byte strings are bytes here; in the file they are hexadecimal. */
export interface Profile {
  readonly id: string;
  readonly vendor: string;
  readonly model: string;
  readonly driver: DriverName;
  readonly match: readonly ProfileMatch[];
  readonly transport: {
    readonly kind: TransportKind;
    readonly baud: number | undefined;
    readonly host: string | undefined;
    readonly port: number | undefined;
  };
  readonly framing: {
    readonly end: readonly Terminator[];
    readonly stxEtx: boolean;
    /** `dechdr`: Honeywell's length-prefixed frame. */
    readonly lengthPrefix: "dechdr" | undefined;
    /** Silence that ends a scan, milliseconds; undefined: the transport's own default. */
    readonly idleMs: number | undefined;
    readonly maxBytes: number;
    readonly aim: "none" | "optional" | "required";
    /** Bytes of a vendor's code id that lead each scan and are taken off, such as Honeywell's `73` (QR). */
    readonly codeId: Uint8Array | undefined;
    readonly stripTerminator: boolean;
  };
  /** Overrides the report descriptor of a HID reader that does not declare its fields. */
  readonly layout: HidLayout | undefined;
  readonly commands: CommandSet;
  readonly ack: { readonly mode: AckMode; readonly timeoutMs: number | undefined };
  /** Sent on every claim, in order; written in the reader's RAM, never saved. */
  readonly init: readonly Uint8Array[];
  /** Asks for the firmware version; `expect` is the text that stands before it in the answer, undefined where the answer is the version. */
  readonly version: { readonly send: Uint8Array | undefined; readonly expect: string | undefined };
  readonly trigger: { readonly on: Uint8Array | undefined; readonly off: Uint8Array | undefined };
  readonly arm: { readonly on: Uint8Array | undefined; readonly off: Uint8Array | undefined };
  /** For `ssi` an opcode and its data (`E6 00` beeps); for `readerlink` nothing, it is told the outcome; else what the line carries. */
  readonly feedback: Readonly<Record<Outcome, readonly Uint8Array[]>>;
  readonly quirks: readonly Quirk[];
  readonly capabilities: readonly string[];
  readonly confidence: "certain" | "likely" | "single-source" | "own-design";
}

export interface ProfileMatch {
  readonly bus: "usb";
  /** Four lower-case hexadecimal digits. */
  readonly vid: string;
  readonly pid: string;
  /** HID usage page, hexadecimal: a composite has a keyboard under the same numbers. */
  readonly usagePage: string | undefined;
  /** `bInterfaceNumber`, two hexadecimal digits. */
  readonly interface: string | undefined;
}
