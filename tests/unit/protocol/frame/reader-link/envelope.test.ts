// ReaderLink messages against protobufjs with the committed .proto, and what a receiver must refuse or pass over.
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { parse } from "protobufjs";
import { describe, expect, it, test } from "vitest";
import { decodeEnvelope } from "../../../../../protocol/frame/reader-link/decode-envelope.ts";
import { encodeEnvelope } from "../../../../../protocol/frame/reader-link/encode-envelope.ts";
import type { Field } from "../../../../../protocol/frame/reader-link/field-table.ts";
import { largestMessages } from "../../../../../protocol/frame/reader-link/largest-messages.ts";
import { bodies, type EnvelopeDraft } from "../../../../../protocol/frame/reader-link/messages.ts";
import {
  protoName,
  protoValue,
  readerLinkOptions,
  readerLinkProto,
} from "../../../../../protocol/frame/reader-link/proto-file.ts";
import { anyEnvelope, comparable } from "./drafts.ts";

const schemas = new URL("../../../../../docs/schemas/", import.meta.url);
const committed = (name: string): string => readFileSync(new URL(name, schemas), "utf8");
const oracle = parse(committed("readerlink-v1.proto"), { keepCase: true }).root.lookupType("readerlink.v1.Envelope");

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex"));

/** The members of an envelope under the names and values of the .proto. */
function inProto({ body: { kind, ...members }, version, bootId, seq }: EnvelopeDraft): Record<string, unknown> {
  const fields: Readonly<Record<string, Field>> = bodies[kind].fields;
  const named = Object.entries(members).map(([name, value]) => [
    protoName(name),
    fields[name]?.kind === "choice" ? protoValue(String(value)) : value,
  ]);
  return { version, boot_id: bootId, seq, [protoName(kind)]: Object.fromEntries(named) };
}

describe("the committed files", () => {
  test.each([
    ["readerlink-v1.proto", readerLinkProto()],
    ["readerlink-v1.options", readerLinkOptions()],
  ])("%s follows the field tables", (name, text) => expect(committed(name)).toBe(text));
});

describe("every message", () => {
  it("is read by protobufjs as it was meant", () => {
    fc.assert(
      fc.property(anyEnvelope, (envelope) => {
        const seen = oracle.toObject(oracle.decode(encodeEnvelope(envelope)), { enums: String, defaults: true });
        expect(comparable(seen)).toEqual(comparable(inProto(envelope)));
      }),
      { numRuns: 500 },
    );
  });

  it("is read as protobufjs wrote it", () => {
    fc.assert(
      fc.property(anyEnvelope, (envelope) => {
        const written = oracle.encode(oracle.fromObject(inProto(envelope))).finish();
        expect(comparable(decodeEnvelope(Uint8Array.from(written)))).toEqual(comparable(envelope));
      }),
      { numRuns: 500 },
    );
  });

  it("is never longer than the computed maximum, which a message can reach", () => {
    const largest = largestMessages();
    expect(largest.every(({ envelope }) => envelope <= 4_092)).toBe(true);
    const full = encodeEnvelope({
      version: 0xffffffff,
      bootId: new Uint8Array(8),
      seq: 0xffffffff,
      body: {
        kind: "scan",
        data: new Uint8Array(3_072),
        aim: "x".repeat(64),
        ageMs: 0xffffffff,
        attempt: 0xffffffff,
        length: 0xffffffff,
        oversize: true,
      },
    });
    expect(full.length).toBe(largest.find(({ name }) => name === "Scan")?.envelope);
  });
});

describe("a receiver", () => {
  const start = "08 01 12 08 a1b2c3d4e5f60718";

  test("passes over fields that it does not know, of every wire type", () => {
    const unknown = "48 96 01  49 0102030405060708  4a 02 ffff  4d 01020304"; // field 9 as varint, 8 bytes, block, 4 bytes
    const envelope = decodeEnvelope(bytesOf(`${unknown} ${start} 7a 07 08 05 10 01 98 06 07`));
    expect(envelope?.body).toEqual({ kind: "control", requestId: 5, op: "arm" });
  });

  test("takes a body of a later version for unknown, and keeps its number", () => {
    expect(decodeEnvelope(bytesOf(`${start} 18 09 a2 06 02 08 01`))).toMatchObject({
      version: 1,
      seq: 9,
      body: { kind: "unknown" },
    });
  });

  test("takes the last of two bodies, and joins two pieces of one", () => {
    expect(decodeEnvelope(bytesOf("7a 02 08 05 72 02 10 03"))?.body).toMatchObject({ kind: "feedback", ofSeq: 3 });
    expect(decodeEnvelope(bytesOf("7a 02 08 05 7a 02 10 01"))?.body).toEqual({
      kind: "control",
      requestId: 5,
      op: "arm",
    });
  });

  test("takes a list of numbers packed, loose and mixed", () => {
    const body = (inner: string) => decodeEnvelope(bytesOf(inner))?.body;
    expect(body("6a 06 12 02 07 08 10 09")).toMatchObject({ kind: "ack", seq: [7, 8, 9] });
  });

  test("takes a choice that it does not know for the first", () => {
    expect(decodeEnvelope(bytesOf("6a 02 18 63"))?.body).toMatchObject({ kind: "ack", result: "unspecified" });
  });

  test("takes the lower 32 bits of a longer number, and ignores a field of another wire type", () => {
    const envelope = decodeEnvelope(bytesOf("18 81 80 80 80 10 0d 01020304"));
    expect(envelope).toMatchObject({ seq: 1, version: 0 });
  });

  test.each([
    ["a number that breaks off", "08"],
    ["a number of eleven bytes", "08 8080808080 8080808080 01"],
    ["a block that goes on behind the end", "12 09 01"],
    ["a block of four gigabytes", "12 ff ff ff ff 0f"],
    ["a block whose length needs more than 32 bits", "12 81 80 80 80 10 01"],
    ["field number 0", "00 01"],
    ["a field number of more than 29 bits", "88 80 80 80 80 01 01"],
    ["the beginning of a group", "0b"],
    ["the end of a group", "0c"],
    ["wire type 6", "0e"],
    ["four bytes that break off", "4d 01 02 03"],
    ["a body that is broken inside", "7a 01 08"],
    ["a packed list that is broken inside", "6a 03 12 01 80"],
    ["a boot id of nine bytes", "12 09 010203040506070809"],
    ["text that is no UTF-8", "52 03 1a 01 ff"],
    ["text of 65 bytes", `52 43 1a 41 ${"41".repeat(65)}`],
    ["65 acknowledged numbers", `6a 43 12 41 ${"01".repeat(65)}`],
    ["65 loose acknowledged numbers", `6a 82 01 ${"1001".repeat(65)}`],
    ["33 symbologies", `5a 63 ${"2a0141".repeat(33)}`],
    ["a line of 33 bytes", `72 23 2a 21 ${"41".repeat(33)}`],
  ])("refuses %s", (_name, hex) => expect(decodeEnvelope(bytesOf(hex))).toBeUndefined());

  test("never throws, and reads again what it has read", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const envelope = decodeEnvelope(bytes);
        if (envelope === undefined || envelope.body.kind === "unknown") return;
        const again = decodeEnvelope(encodeEnvelope(envelope as EnvelopeDraft));
        expect(comparable(again)).toEqual(comparable(envelope));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("a sender", () => {
  const refuse = (body: EnvelopeDraft["body"]) =>
    expect(() => encodeEnvelope({ version: 1, bootId: new Uint8Array(8), seq: 0, body })).toThrow(RangeError);

  test("refuses what a receiver would", () => {
    refuse({ kind: "scan", data: new Uint8Array(3_073) });
    refuse({ kind: "hello", vendor: "ữ".repeat(22) });
    refuse({ kind: "ack", seq: Array<number>(65).fill(1) });
    refuse({ kind: "ack", seq: [-1] });
    refuse({ kind: "hello", resumeSeq: 2 ** 32 });
    refuse({ kind: "health", temperatureDc: 1.5 });
    refuse({ kind: "feedback", line: ["x".repeat(33)] });
  });
});
