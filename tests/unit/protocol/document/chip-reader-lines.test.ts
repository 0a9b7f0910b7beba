// What a serial chip reader says, line by line, and the one reading for each card.
import { describe, expect, it } from "vitest";
import { dg13BytesMax } from "../../../../protocol/document/chip-dg13.ts";
import { ChipReaderLines } from "../../../../protocol/document/chip-reader-lines.ts";
import { messageBytesMax } from "../../../../protocol/document/reader-message.ts";
import { contextOf, flatReading } from "../../../fixtures/read-document.ts";

const json = ["{", '  "CCCD Number": "079185999913",', '  "Full Name": "Trần Thị Ví Dụ"', "}"];
const dg13 = Buffer.from(
  `6d28${"30110201010c0c"}${Buffer.from("001090999901").toString("hex")}${"3013020102300e0c0c"}${Buffer.from("Nguyen Van M").toString("hex")}`,
  "hex",
);
const inBase64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
const block = (...lines: readonly string[]) => ["[DG13_RAW_START]", ...lines, "[DG13_RAW_END]"];
const chip = block(inBase64(dg13.subarray(0, 10)), "PONG", inBase64(dg13.subarray(10)));

function readings(...lines: readonly string[]): readonly string[] {
  const reader = new ChipReaderLines();
  return lines.flatMap((line) => {
    const reading = reader.take(line, contextOf());
    if (reading === undefined) return [];
    const { format, reason, fields } = flatReading(reading);
    return [`${format} ${reason ?? fields["number"]}`];
  });
}

describe("a serial chip reader", () => {
  it("gives one reading for a card, whichever of its ends come", () => {
    expect(readings("NFC_DETECTED", "ACK_MRZ", ...json, "SUCCESS", "SCAN_DONE")).toEqual(["reader-json 079185999913"]);
    expect(readings(...json, "SCAN_DONE", "SUCCESS", ...json, " SUCCESS ")).toEqual([
      ...["reader-json 079185999913", "reader-json 079185999913"],
    ]);
  });

  it("is believed by its chip's bytes rather than by its words", () => {
    expect(readings(...json, ...chip, "SCAN_DONE")).toEqual(["chip-dg13 001090999901"]);
    expect(readings(...chip, ...json, "SCAN_DONE")).toEqual(["chip-dg13 001090999901"]);
    expect(readings(...json, ...block("AAAA"), "SCAN_DONE")).toEqual(["reader-json 079185999913"]);
    expect(readings(...json, ...chip.with(1, "*"), "SCAN_DONE")).toEqual(["reader-json 079185999913"]);
  });

  it("passes over data groups that nobody needs", () => {
    const portrait = ["[DG2_RAW_START]", "*", "AAAA", "[DG2_RAW_END]"];
    expect(readings(...portrait, ...chip, ...portrait, "SUCCESS")).toEqual(["chip-dg13 001090999901"]);
  });

  it("drops everything when the card goes away or the reading fails", () => {
    for (const failure of ["CARD_REMOVED", "FAIL", "SCAN_FAIL"]) {
      expect(readings(...json, ...chip, failure, "SUCCESS")).toEqual([]);
      expect(readings("[DG13_RAW_START]", "*", failure, ...json, "SUCCESS")).toEqual(["reader-json 079185999913"]);
    }
  });

  it("says nothing without a card, and why when what came is of no use", () => {
    expect(readings("[OK] ready", "PONG", "SUCCESS", "SCAN_DONE")).toEqual([]);
    expect(readings(...block("*"), "SUCCESS")).toEqual(["chip-dg13 base64-invalid"]);
    expect(readings(...block("AAAA"), "SUCCESS")).toEqual(["chip-dg13 tlv-invalid"]);
    expect(readings("{", "SUCCESS")).toEqual(["reader-json json-invalid"]);
  });

  it("is bounded", () => {
    const bytes = inBase64(new Uint8Array(30_000));
    expect(readings(...block(inBase64(new Uint8Array(600_000))), "SUCCESS")).toEqual(["chip-dg13 too-long"]);
    expect(readings(...block(bytes, bytes, bytes, bytes), "SUCCESS")).toEqual(["chip-dg13 too-long"]);
    expect(readings("{", "a".repeat(messageBytesMax), "b", "SUCCESS")).toEqual(["reader-json too-long"]);
    expect(dg13BytesMax).toBeLessThan(90_000);
  });
});

it("may send its JSON in one line", () => {
  expect(readings(json.join(""), "SUCCESS")).toEqual(["reader-json 079185999913"]);
});
