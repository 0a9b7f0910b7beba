// Every message of ReaderLink v1 as a table of facts (READERS chapter 10), and the types that follow from it.
import type { Field, Message, MessageOf } from "./field-table.ts";

/** Bytes of a `boot_id`: drawn by chance at each start of either side. */
export const bootIdBytes = 8;
/** Bytes of a text, in UTF-8. */
const textBytesMax = 64;
/** Entries of a list. */
const itemsMax = 32;
/** Bytes of a scan; the largest binary QR code holds 2,953. */
export const scanBytesMax = 3_072;
/** Scans that one Ack may name. */
export const ackedMax = 64;
/** Bytes of one line that people read on the reader's display. */
export const lineBytesMax = 32;
/** Bytes of a command to a chip, or of its answer. */
export const apduBytesMax = 3_900;
/** Bytes of an answer to reset (ISO/IEC 7816-3, clause 8). */
const atrBytesMax = 33;
/** Bytes of one piece of a firmware image. */
export const chunkBytesMax = 1_024;
const sha256Bytes = 32;
const signatureBytes = 64;
const nonceBytes = 32;
/** `Scan.age_ms` of a scan that was kept over a loss of power. */
export const ageUnknown = 0xffffffff;

const uint32 = <N extends number>(number: N) => ({ kind: "uint32", number }) as const satisfies Field;
const flag = <N extends number>(number: N) => ({ kind: "flag", number }) as const satisfies Field;
const bytes = (number: number, bytesMax: number) => ({ kind: "bytes", number, bytesMax }) as const satisfies Field;
const text = (number: number) => ({ kind: "text", number, bytesMax: textBytesMax }) as const satisfies Field;
const texts = (number: number, bytesMax = textBytesMax) =>
  ({ kind: "texts", number, itemsMax, bytesMax }) as const satisfies Field;
const choice = <const V extends readonly string[]>(number: number, name: string, values: V) =>
  ({ kind: "choice", number, name, values }) as const satisfies Field;

/** The fields of the envelope that stand before its body. */
export const envelopeFields = {
  version: uint32(1),
  bootId: bytes(2, bootIdBytes),
  seq: uint32(3),
} as const satisfies Message["fields"];

/** The bodies by name; `number` is the field of the envelope that holds one. */
export const bodies = {
  hello: {
    number: 10,
    name: "Hello",
    fields: {
      minVersion: uint32(1),
      maxVersion: uint32(2),
      vendor: text(3),
      model: text(4),
      serial: text(5),
      firmware: text(6),
      resumeBootId: bytes(7, bootIdBytes),
      resumeSeq: uint32(8),
      nonce: bytes(9, nonceBytes),
      proof: bytes(10, signatureBytes),
    },
  },
  capabilities: {
    number: 11,
    name: "Capabilities",
    fields: {
      maxFrame: uint32(1),
      ringSize: uint32(2),
      window: uint32(3),
      persistentRing: flag(4),
      symbologies: texts(5),
      trigger: flag(6),
      displayLines: uint32(7),
      chip: flag(8),
      maxCommand: uint32(9),
      maxResponse: uint32(10),
      firmwareUpdate: flag(11),
      attestation: flag(12),
    },
  },
  scan: {
    number: 12,
    name: "Scan",
    fields: {
      data: bytes(1, scanBytesMax),
      aim: text(2),
      ageMs: uint32(3),
      attempt: uint32(4),
      length: uint32(5),
      oversize: flag(6),
    },
  },
  ack: {
    number: 13,
    name: "Ack",
    fields: {
      bootId: bytes(1, bootIdBytes),
      seq: { kind: "uint32s", number: 2, itemsMax: ackedMax },
      result: choice(3, "Result", ["unspecified", "stored", "duplicate", "too-large", "unknown-body"]),
    },
  },
  feedback: {
    number: 14,
    name: "Feedback",
    fields: {
      bootId: bytes(1, bootIdBytes),
      ofSeq: uint32(2),
      outcome: choice(3, "Outcome", [
        "unspecified",
        "accepted",
        "rejected",
        "repeated",
        "wait",
        "attention",
        "identify",
      ]),
      holdMs: uint32(4),
      line: texts(5, lineBytesMax),
    },
  },
  control: {
    number: 15,
    name: "Control",
    fields: {
      requestId: uint32(1),
      op: choice(2, "Op", [
        "unspecified",
        "arm",
        "disarm",
        "trigger-on",
        "trigger-off",
        "card-reset",
        "card-off",
        "firmware-test",
        "firmware-confirm",
        "firmware-abort",
        "restart",
      ]),
    },
  },
  cardEvent: {
    number: 16,
    name: "CardEvent",
    fields: {
      session: uint32(1),
      state: choice(2, "State", ["unspecified", "present", "removed"]),
      atr: bytes(3, atrBytesMax),
      kbitPerS: uint32(4),
    },
  },
  apduRequest: {
    number: 17,
    name: "ApduRequest",
    fields: { requestId: uint32(1), session: uint32(2), apdu: bytes(3, apduBytesMax), timeoutMs: uint32(4) },
  },
  apduResponse: {
    number: 18,
    name: "ApduResponse",
    fields: {
      requestId: uint32(1),
      session: uint32(2),
      status: choice(3, "Status", [
        "unspecified",
        "ok",
        "no-card",
        "card-removed",
        "rf-error",
        "timeout",
        "too-long",
        "busy",
        "bad-session",
      ]),
      apdu: bytes(4, apduBytesMax),
      chipMs: uint32(5),
    },
  },
  health: {
    number: 19,
    name: "Health",
    fields: {
      uptimeS: uint32(1),
      ringUsed: uint32(2),
      scans: uint32(3),
      resends: uint32(4),
      refused: uint32(5),
      crcErrors: uint32(6),
      overruns: uint32(7),
      temperatureDc: { kind: "sint32", number: 8 },
      supplyMv: uint32(9),
      resetReason: uint32(10),
      canStore: flag(11),
    },
  },
  firmwareInfo: {
    number: 20,
    name: "FirmwareInfo",
    fields: {
      version: text(1),
      sha256: bytes(2, sha256Bytes),
      hardware: text(3),
      bootloader: text(4),
      floor: text(5),
      confirmed: flag(6),
      otherVersion: text(7),
    },
  },
  firmwareChunk: {
    number: 21,
    name: "FirmwareChunk",
    fields: {
      offset: uint32(1),
      data: bytes(2, chunkBytesMax),
      total: uint32(3),
      sha256: bytes(4, sha256Bytes),
      version: text(5),
      signature: bytes(6, signatureBytes),
      keyId: text(7),
    },
  },
  firmwareStatus: {
    number: 22,
    name: "FirmwareStatus",
    fields: {
      state: choice(1, "State", [
        "unspecified",
        "receiving",
        "verifying",
        "ready",
        "testing",
        "confirmed",
        "reverted",
        "failed",
      ]),
      nextOffset: uint32(2),
      error: text(3),
    },
  },
  fault: {
    number: 23,
    name: "Fault",
    fields: { requestId: uint32(1), code: uint32(2), text: text(3) },
  },
} as const satisfies Record<string, Message & { readonly number: number }>;

export type BodyKind = keyof typeof bodies;
type BodyOf<K extends BodyKind> = { readonly kind: K } & MessageOf<(typeof bodies)[K]>;

export type Hello = BodyOf<"hello">;
export type Capabilities = BodyOf<"capabilities">;
export type ScanBody = BodyOf<"scan">;
export type Ack = BodyOf<"ack">;
export type Feedback = BodyOf<"feedback">;
export type Control = BodyOf<"control">;
export type CardEvent = BodyOf<"cardEvent">;
export type ApduRequest = BodyOf<"apduRequest">;
export type ApduResponse = BodyOf<"apduResponse">;
export type Health = BodyOf<"health">;
export type FirmwareInfo = BodyOf<"firmwareInfo">;
export type FirmwareChunk = BodyOf<"firmwareChunk">;
export type FirmwareStatus = BodyOf<"firmwareStatus">;
export type Fault = BodyOf<"fault">;

/** A body of a later version, or none. */
export interface UnknownBody {
  readonly kind: "unknown";
}

export type KnownBody = { [K in BodyKind]: BodyOf<K> }[BodyKind];
export type Body = KnownBody | UnknownBody;

/** One message as it was read. `bytes` members lie in the frame's memory: good until the next frame is read. */
export interface Envelope {
  readonly version: number;
  readonly bootId: Uint8Array;
  /** Above 0 for what must be acknowledged: scans. */
  readonly seq: number;
  readonly body: Body;
}

type Draft<B> = B extends KnownBody ? Pick<B, "kind"> & Partial<Omit<B, "kind">> : never;
/** A body to be sent; members that are left out are 0, false or empty. */
export type BodyDraft = Draft<KnownBody>;

export interface EnvelopeDraft {
  readonly version: number;
  readonly bootId: Uint8Array;
  readonly seq: number;
  readonly body: BodyDraft;
}
