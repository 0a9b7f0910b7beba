// The length-prefixed frame of Honeywell, byte by byte, and what is refused.
import { describe, expect, it } from "vitest";
import { bytesOfHex } from "../../../../../protocol/bytes/hex.ts";
import { aimOfCode, cutDechdr, encodeDechdr } from "../../../../../protocol/frame/honeywell/dechdr.ts";

/** QR code `ABC`, from the manual's layout. */
const example = "16fe120000000d4d5347474554303030347351311d4142430d";
const bytes = (hex: string): Uint8Array => bytesOfHex(hex) ?? expect.unreachable();

it("is cut as the manual lays it out", () => {
  const cut = cutDechdr(bytes(example), 0, 8_192);
  expect(cut).toMatchObject({ kind: "frame", bytesUsed: 25, frame: { codeId: 0x73 } });
  if (cut.kind !== "frame") return expect.unreachable();
  expect(aimOfCode(cut.frame.aimCode)).toBe("]Q1");
  expect(Buffer.from(cut.frame.raw).toString()).toBe("ABC\r");
  expect(Buffer.from(encodeDechdr({ codeId: 0x73, aim: "]Q1", raw: cut.frame.raw })).toString("hex")).toBe(example);
});

describe("is refused", () => {
  it.each([
    ["where the two lengths disagree", example.replace("12000000", "13000000"), "bad-length"],
    ["where the first length is beyond 24 bits", example.replace("12000000", "12000001"), "bad-length"],
    ["where the first length is too short for its own marks", example.replace("12000000", "0d000000"), "bad-length"],
    ["beyond 8,192 bytes", `16fe0f2000000d4d5347474554383139337351311d${"41".repeat(8_193)}`, "bad-length"],
    ["without MSGGET", example.replace("4d5347", "4d5348"), "bad-frame"],
    ["without the separator", example.replace("51311d", "51311e"), "bad-frame"],
    ["where a digit is none", example.replace("30303034", "3030303a"), "bad-frame"],
    ["where it does not begin", `00${example}`, "noise"],
  ])("%s", (_words, hex, why) => {
    expect(cutDechdr(bytes(hex), 0, 8_192)).toMatchObject({ kind: "discarded", why });
  });

  it("as soon as its beginning tells, without waiting for the rest", () => {
    expect(cutDechdr(bytes("16feffffff7f0d"), 0, 8_192)).toMatchObject({ kind: "discarded", why: "bad-length" });
    expect(cutDechdr(bytes("16fe120000000e"), 0, 8_192)).toMatchObject({ kind: "discarded", why: "bad-frame" });
  });
});

it("of 8,192 bytes is taken", () => {
  const encoded = encodeDechdr({ codeId: 0x73, aim: "]Q1", raw: new Uint8Array(8_192).fill(0x41) });
  expect(cutDechdr(encoded, 0, 8_192)).toMatchObject({ kind: "frame", bytesUsed: 8_192 + 21 });
});
