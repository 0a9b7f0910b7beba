// The test vectors of ReaderLink for those who write a reader's firmware: frames of every message, broken ones, and one conversation.
import { readerlink } from "../command-line/frames/readerlink.ts";
import { encodeCobs } from "../protocol/bytes/cobs.ts";
import { encodeEnvelope } from "../protocol/frame/reader-link/encode-envelope.ts";
import { encodeFrame } from "../protocol/frame/reader-link/encode-frame.ts";
import { apduBytesMax, type BodyDraft, scanBytesMax } from "../protocol/frame/reader-link/messages.ts";

const readerBoot = bytesOf("a1b2c3d4e5f60718");
const hostBoot = bytesOf("0102030405060708");
const sha256 = Uint8Array.from({ length: 32 }, (_, at) => at);
const nonce = Uint8Array.from({ length: 32 }, (_, at) => 0xff - at);
const signature = Uint8Array.from({ length: 64 }, (_, at) => 0x80 + at);

type Side = "reader" | "host";

interface Said {
  readonly name: string;
  readonly from: Side;
  readonly body: BodyDraft;
  readonly seq?: number;
}

const scan = (text: string, attempt: number, ageMs: number): BodyDraft => {
  const data = Buffer.from(text);
  return { kind: "scan", data, aim: "]Q1", ageMs, attempt, length: data.length };
};
const ack = (seq: readonly number[], result: "stored" | "duplicate" | "too-large"): BodyDraft => ({
  kind: "ack",
  bootId: readerBoot,
  seq,
  result,
});

const hostHello: BodyDraft = { kind: "hello", minVersion: 1, maxVersion: 1, vendor: "tiepdon", nonce };
const readerHello: BodyDraft = {
  kind: "hello",
  minVersion: 1,
  maxVersion: 1,
  vendor: "Example",
  model: "A1",
  serial: "0001",
  firmware: "1.2.0",
};
const capabilities: BodyDraft = {
  kind: "capabilities",
  maxFrame: 4_096,
  ringSize: 16,
  window: 4,
  symbologies: ["QRCode", "DataMatrix"],
  trigger: true,
  chip: true,
  maxCommand: 261,
  maxResponse: 258,
  firmwareUpdate: true,
};
const firmwareInfo: BodyDraft = {
  kind: "firmwareInfo",
  version: "1.2.0",
  sha256,
  hardware: "A1-rev3",
  bootloader: "1.0.0",
  floor: "1.1.0",
  confirmed: true,
  otherVersion: "1.1.4",
};
const readerHealth: BodyDraft = {
  kind: "health",
  uptimeS: 86_400,
  ringUsed: 1,
  scans: 350,
  resends: 2,
  crcErrors: 1,
  temperatureDc: -15,
  supplyMv: 4_980,
  resetReason: 3,
  canStore: true,
};
const hostHealth = (canStore: boolean): BodyDraft => ({ kind: "health", uptimeS: 12, canStore });

/** Every message, with its members of every kind. */
const messages: readonly Said[] = [
  { name: "scan of 4 bytes (worked example)", from: "reader", seq: 7, body: scan("Nữ", 1, 12) },
  { name: "its acknowledgement (worked example)", from: "host", body: ack([7], "stored") },
  { name: "hello of the host", from: "host", body: hostHello },
  {
    name: "hello of the host that has stored up to 41",
    from: "host",
    body: { ...hostHello, resumeBootId: readerBoot, resumeSeq: 41 },
  },
  { name: "hello of the reader", from: "reader", body: readerHello },
  { name: "hello of a reader with attestation", from: "reader", body: { ...readerHello, proof: signature } },
  { name: "capabilities", from: "reader", body: capabilities },
  { name: "scan sent for the third time", from: "reader", seq: 8, body: scan("001090999901", 3, 1_502) },
  {
    name: "scan kept over a loss of power: unknown age",
    from: "reader",
    seq: 9,
    body: { kind: "scan", data: Buffer.from("X"), aim: "]Q1", ageMs: 0xffffffff, attempt: 1, length: 1 },
  },
  {
    name: "scan too large for the link",
    from: "reader",
    seq: 10,
    body: { kind: "scan", aim: "]Q1", attempt: 1, length: 4_000, oversize: true },
  },
  { name: "acknowledgement of three scans (packed list)", from: "host", body: ack([8, 9, 300], "duplicate") },
  { name: "acknowledgement of an oversize scan", from: "host", body: ack([10], "too-large") },
  {
    name: "feedback on a scan",
    from: "host",
    body: { kind: "feedback", bootId: readerBoot, ofSeq: 7, outcome: "accepted" },
  },
  {
    name: "feedback with two lines",
    from: "host",
    body: { kind: "feedback", outcome: "attention", holdMs: 3_000, line: ["Mời xem màn hình", "Please look up"] },
  },
  { name: "arm", from: "host", body: { kind: "control", requestId: 2, op: "arm" } },
  { name: "restart", from: "host", body: { kind: "control", requestId: 300, op: "restart" } },
  {
    name: "card present",
    from: "reader",
    body: { kind: "cardEvent", session: 1, state: "present", atr: bytesOf("3b80800101"), kbitPerS: 106 },
  },
  { name: "card removed", from: "reader", body: { kind: "cardEvent", session: 1, state: "removed" } },
  {
    name: "command to the chip",
    from: "host",
    body: { kind: "apduRequest", requestId: 3, session: 1, apdu: bytesOf("00a4020c02011c"), timeoutMs: 10_000 },
  },
  {
    name: "answer of the chip",
    from: "reader",
    body: { kind: "apduResponse", requestId: 3, session: 1, status: "ok", apdu: bytesOf("9000"), chipMs: 14 },
  },
  {
    name: "no answer of the chip",
    from: "reader",
    body: { kind: "apduResponse", requestId: 4, session: 1, status: "bad-session" },
  },
  { name: "health of the reader, with a negative number", from: "reader", body: readerHealth },
  { name: "health of a host that can't store", from: "host", body: hostHealth(false) },
  { name: "firmware information", from: "reader", body: firmwareInfo },
  {
    name: "first chunk of firmware",
    from: "host",
    body: {
      kind: "firmwareChunk",
      data: Uint8Array.from({ length: 16 }, (_, at) => at * 16),
      total: 131_072,
      sha256,
      version: "1.3.0",
      signature,
      keyId: "fw-2026a",
    },
  },
  { name: "firmware status", from: "reader", body: { kind: "firmwareStatus", state: "receiving", nextOffset: 1_024 } },
  { name: "fault", from: "reader", body: { kind: "fault", requestId: 2, code: 9, text: "imager" } },
];

/** From power-on to the first acknowledged scan, an Ack that is lost, and its repeat. */
const conversation: readonly Said[] = [
  { name: "the reader has started and nobody answers yet", from: "reader", body: readerHello },
  { name: "the host opens the line", from: "host", body: hostHello },
  { name: "the reader answers with three messages", from: "reader", body: readerHello },
  { name: "its firmware", from: "reader", body: firmwareInfo },
  { name: "its capabilities, last", from: "reader", body: capabilities },
  { name: "its first health", from: "reader", body: { kind: "health", canStore: true } },
  { name: "the host claims it", from: "host", body: hostHealth(true) },
  { name: "and says to be still", from: "host", body: { kind: "control", requestId: 1, op: "disarm" } },
  { name: "the desk is open", from: "host", body: { kind: "control", requestId: 2, op: "arm" } },
  { name: "a patient", from: "reader", seq: 1, body: scan("001090999901|A", 1, 0) },
  {
    name: "it is on the disk: the word for people",
    from: "host",
    body: { kind: "feedback", bootId: readerBoot, ofSeq: 1, outcome: "accepted" },
  },
  { name: "the acknowledgement, which is lost", from: "host", body: ack([1], "stored") },
  { name: "the reader sends again after 0.5 s", from: "reader", seq: 1, body: scan("001090999901|A", 2, 512) },
  { name: "and is told that it was taken", from: "host", body: ack([1], "duplicate") },
];

/** Payloads at the edges of COBS; they are no messages. */
const edges: readonly (readonly [name: string, payload: Uint8Array])[] = [
  ["one byte, 00", Uint8Array.of(0)],
  ["a text that is no message of ReaderLink", bytesOf("0a0548656c6c6f")],
  ["eight times 00", new Uint8Array(8)],
  ["250 bytes without 00: with the CRC a full block and nothing behind it", new Uint8Array(250).fill(0x41)],
  ["251 bytes without 00: a full block, then one more byte", new Uint8Array(251).fill(0x41)],
  ["253 bytes, then 00", Uint8Array.from([...new Uint8Array(253).fill(0x41), 0])],
  ["254 bytes, then 00", Uint8Array.from([...new Uint8Array(254).fill(0x41), 0])],
];

const good = encodeFrame(messagePayload(readerBoot, 7, scan("Nữ", 1, 12)));

/** Lines that a receiver must survive, and what it makes of them. */
const broken: readonly (readonly [name: string, bytes: Uint8Array])[] = [
  ["nothing but ends of frames", new Uint8Array(5)],
  ["one bit of the data turned", changed(good, 20, 0x01)],
  ["one bit of the CRC turned", changed(good, good.length - 2, 0x40)],
  ["a COBS code that points behind the end", changed(good, 0, 0x40)],
  ["a 00 inside: two broken frames", changed(good, 20, good[20] ?? 0)],
  ["three bytes inside: shorter than any frame", Uint8Array.of(4, 1, 2, 3, 0)],
  ["the CRC alone, of nothing", Uint8Array.from([...encodeCobs(new Uint8Array(4)), 0])],
  ["4,114 bytes without 00: longer than any frame", Uint8Array.from([...new Uint8Array(4_114).fill(0x41), 0])],
  ["noise, then a good frame", Uint8Array.from([0x55, 0xaa, 0x0d, 0x0a, 0, ...good])],
  ["a good frame, then half of one", Uint8Array.from([...good, ...good.subarray(0, 10)])],
];

/** Payloads in good frames that are no messages: dropped and counted like a broken frame. */
const malformed: readonly (readonly [name: string, payload: string])[] = [
  ["a varint that breaks off", "0880"],
  ["a block that goes on behind the end", "120a0102"],
  ["field number 0", "0001"],
  ["a group (wire type 3)", "0b0c"],
  ["a boot id of nine bytes", "1209010203040506070809"],
  ["text that is no UTF-8", "52031a01ff"],
  ["a text of 65 bytes", `52431a41${"41".repeat(65)}`],
  ["65 acknowledged numbers", `6a431241${"01".repeat(65)}`],
];

/** Payloads that a receiver must take, though it does not know everything in them. */
const later: readonly (readonly [name: string, payload: string])[] = [
  [
    "unknown fields of all wire types, then a Control",
    "080112080102030405060708489601490102030405060708 4a02ffff4d010203047a0408051001",
  ],
  ["a Control with an unknown field inside", "0801120801020304050607087a070805100198 0607"],
  ["a body of a later version that wants an acknowledgement", "08011208a1b2c3d4e5f607181809a206020801"],
  ["an Ack whose list is not packed", "0801120801020304050607086a0a0a0201021007100818 01"],
];

function messagePayload(bootId: Uint8Array, seq: number, body: BodyDraft): Uint8Array {
  return encodeEnvelope({ version: 1, bootId, seq, body });
}

function changed(frame: Uint8Array, at: number, mask: number): Uint8Array {
  return frame.map((byte, index) => (index === at ? byte ^ mask : byte));
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex"));
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

const reportsOf = (bytes: Uint8Array) => readerlink.decode({ parts: [{ role: "chunk", bytes }], config: {} });

function frameOf(name: string, payload: Uint8Array) {
  const [report] = reportsOf(encodeFrame(payload));
  if (report?.kind !== "frame") throw new Error(`${name}: no frame`);
  const { payloadHex, crc32c, frame_hex, envelope } = report;
  return { name, payload_hex: payloadHex, crc32c, frame_hex, ...(envelope === undefined ? {} : { envelope }) };
}

function said({ name, from, seq = 0, body }: Said) {
  const { name: _name, ...frame } = frameOf(name, messagePayload(from === "reader" ? readerBoot : hostBoot, seq, body));
  return { name, from, ...frame };
}

/** `docs/readers/readerlink-vectors.json`. */
export function readerLinkVectors(): string {
  const largest: readonly Said[] = [
    {
      name: "the largest scan",
      from: "reader",
      seq: 1,
      body: { kind: "scan", data: new Uint8Array(scanBytesMax).fill(0x39), attempt: 1, length: scanBytesMax },
    },
    {
      name: "the largest command to a chip",
      from: "host",
      body: { kind: "apduRequest", requestId: 1, session: 1, apdu: new Uint8Array(apduBytesMax).fill(0x5a) },
    },
  ];
  return `${JSON.stringify(
    {
      schema: "readerlink-vectors/1",
      notes: [
        "Written from the codec by scripts/write-readerlink.ts; docs/readers/readerlink.md says what they mean. Persons and numbers are invented.",
        "frame_hex is what stands on the line, with the 00 at its end; payload_hex is what COBS and CRC-32C enclose; envelope is the message, bytes in hexadecimal.",
        "streams: what a receiver makes of all the bytes in hex, in order; `incomplete` waits for its end.",
        "malformed: the frame is good, and its payload is dropped and counted as a broken frame. later: to be taken, without what is unknown.",
      ],
      messages: [...messages, ...largest].map(said),
      conversation: conversation.map(said),
      edges: edges.map(([name, payload]) => frameOf(name, payload)),
      streams: broken.map(([name, bytes]) => ({
        name,
        hex: hexOf(bytes),
        made: reportsOf(bytes).map((report) =>
          report.kind === "frame" ? { kind: report.kind, payload_hex: report.payloadHex } : report,
        ),
      })),
      malformed: malformed.map(([name, payload]) => frameOf(name, bytesOf(payload))),
      later: later.map(([name, payload]) => frameOf(name, bytesOf(payload))),
    },
    undefined,
    2,
  )}\n`;
}
