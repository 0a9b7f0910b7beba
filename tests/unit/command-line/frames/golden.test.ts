// Every golden vector of every family, through the families that `tiepdon frames` offers: bytes to frames and back.
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { families } from "../../../../command-line/frames/families.ts";
import type { DecodeInput, Family, FrameReport, Members, NamedHex } from "../../../../command-line/frames/family.ts";
import { bytesOfHex } from "../../../../protocol/bytes/hex.ts";

interface Vector {
  readonly id: string;
  readonly family: string;
  readonly direction: "host-to-device" | "device-to-host" | "exchange" | "codec";
  readonly hex?: string;
  readonly bytes?: readonly NamedHex[];
  readonly config?: Members;
  readonly expect: Members & { readonly scans?: readonly Members[]; readonly reply_hex?: string };
}

const folder = new URL("../../../golden/readers/", import.meta.url);
const vectors = readdirSync(folder).flatMap(
  (file) => (JSON.parse(readFileSync(new URL(file, folder), "utf8")) as { vectors: readonly Vector[] }).vectors,
);

const input = (parts: readonly NamedHex[], config: Members = {}): DecodeInput => ({
  parts: parts.map(({ role, hex }) => ({ role, bytes: bytesOfHex(hex) ?? new Uint8Array() })),
  config,
});
const partsOf = ({ hex, bytes }: Vector): readonly NamedHex[] => bytes ?? [{ role: "chunk", hex: hex ?? "" }];
const hexOf = (answer: string | readonly NamedHex[]): string =>
  typeof answer === "string" ? answer : answer.map((part) => part.hex).join("");
const textHex = (text: unknown): string => Buffer.from(String(text)).toString("hex");

/** A scan of a vector as the frame that tells it: `data` by its bytes. */
const scanFrame = ({ data, ...rest }: Members) => ({
  ...rest,
  ...(data !== undefined && { payloadHex: textHex(data) }),
});

const isFrame = (report: FrameReport) => report.kind === "frame";

/** Vectors of checksums and byte codings hold the plain bytes; what comes out stands in a member of `expect`. */
const codecs: Readonly<Record<string, (family: Family, vector: Vector) => void>> = {
  cobs(family, { hex = "", expect: { encoded_hex } }) {
    expect(hexOf(family.encode({ hex }))).toBe(encoded_hex);
    const frames = family.decode(input([{ role: "chunk", hex: String(encoded_hex) }]));
    expect(frames).toMatchObject([{ kind: "frame", payloadHex: hex }]);
  },
  crc(family, { hex = "", expect: expected }) {
    expect(family.decode(input([{ role: "chunk", hex }])).some((frame) => matches(frame, expected))).toBe(true);
    expect(hexOf(family.encode({ hex, algorithm: expected["algorithm"] }))).toBe(expected["value_hex"]);
  },
  readerlink(family, { hex = "", expect: { frame_hex, crc32c } }) {
    expect(hexOf(family.encode({ hex }))).toBe(frame_hex);
    const frames = family.decode(input([{ role: "chunk", hex: String(frame_hex) }]));
    expect(frames).toMatchObject([{ kind: "frame", payloadHex: hex, crc32c }]);
  },
};

const matches = (frame: FrameReport, members: Members): boolean => {
  try {
    expect(frame).toMatchObject(members);
    return true;
  } catch {
    return false;
  }
};

function decodesAndEncodes(family: Family, vector: Vector): void {
  const parts = partsOf(vector);
  const frames = family.decode(input(parts, vector.config));
  const { scans, ...expected } = vector.expect;
  if (expected["valid"] === false) {
    expect(frames).toMatchObject([{ kind: "discarded", ...(expected.reply_hex && { reply_hex: expected.reply_hex }) }]);
    return;
  }
  expect(frames.filter((frame) => !isFrame(frame))).toEqual([]);
  expect(frames[0]).toMatchObject(expected);
  if (scans !== undefined) {
    const told = frames.flatMap((frame) => ("scans" in frame ? (frame["scans"] as Members[]) : [frame]));
    expect(told.map((scan) => ("payloadHex" in scan ? scan : scanFrame(scan)))).toMatchObject(scans.map(scanFrame));
  }
  const encoded = frames.map((frame) => family.encode(frame)).map(hexOf);
  expect(encoded.join("")).toBe(parts.map(({ hex }) => hex).join(""));
}

const named = Object.entries(families);

describe.each(named)("the family %s", (name, family) => {
  const own = vectors.filter((vector) => vector.family === name);

  it("has golden vectors", () => {
    expect(own).not.toEqual([]);
  });

  it.each(own.map((vector) => [vector.id, vector] as const))("decodes and encodes %s", (_id, vector) => {
    (codecs[name] ?? decodesAndEncodes)(family, vector);
  });
});

it("thirteen families are known", () => {
  expect(named.map(([name]) => name).sort()).toEqual(
    [
      "cobs",
      "crc",
      "datalogic-serial",
      "elyctis",
      "gm65",
      "hidpos",
      "honeywell-serial",
      "mrz",
      "newland-serial",
    ].concat(["plain", "readerlink", "ssi", "tcp"]),
  );
});
