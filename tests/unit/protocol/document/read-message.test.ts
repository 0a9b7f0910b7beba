// What is longer than any scan: the JSON of chip readers, and the hexadecimal of a chip.
import { describe, expect, it } from "vitest";
import { DecisionLog } from "../../../../protocol/document/decision-log.ts";
import { readMessage } from "../../../../protocol/document/read-message.ts";
import { decodeText, flatReading, readText, sampleDay } from "../../../fixtures/read-document.ts";

const read = (text: string) => flatReading(readMessage(Buffer.from(text), sampleDay, decodeText));
const padding = "A".repeat(3_000);
const hexOf = (text: string): string => Buffer.from(text).toString("hex");

/** Field 1, and a string of 2,000 bytes in field 16, which nobody reads. */
const longDg13 = `${"30110201010c0c"}${hexOf("001090999901")}${"308207d70201100c8207d0"}${hexOf("x".repeat(2_000))}`;

describe("a message", () => {
  it("is read as JSON beyond the length of a scan, also after a byte order mark", () => {
    const json = JSON.stringify({ id_card: "001090999901", img_data: padding });
    for (const text of [json, `\ufeff${json}`]) {
      expect(read(text)).toMatchObject({ format: "reader-json", fields: { number: "001090999901" } });
    }
    expect(read(JSON.stringify({ id: 3, message: padding })).reason).toBe("reader-error");
    expect(read(JSON.stringify({ id_card: "1", img_data: "A".repeat(1024 * 1024) })).reason).toBe("too-long");
  });

  it("is read as a DG13 beyond the length of a scan", () => {
    for (const hex of [longDg13, longDg13.toUpperCase(), longDg13.replace("0c0c", "0c\r\n 0c")]) {
      expect(read(hex)).toMatchObject({ format: "chip-dg13", fields: { number: "001090999901" } });
    }
    expect(read(`6D${"00".repeat(2_000)}`).format).toBe("chip-dg13");
    expect(read(`30${"00".repeat(130_000)}`).reason).toBe("too-long");
  });

  it("is too long otherwise, and a scan where it is short enough", () => {
    for (const text of [padding, `${longDg13}g`, `6e${longDg13}`, `31${longDg13}`, ` {"a":"${padding}"}`]) {
      expect(read(text).reason).toBe("too-long");
    }
    for (const text of ["001090999901", '{"id_card":"001090999901"}', "https://example.vn"]) {
      expect(readMessage(Buffer.from(text), sampleDay, decodeText)).toEqual(readText(text));
    }
  });

  it("tells who watches which row it belongs to", () => {
    for (const [text, row] of [
      [JSON.stringify({ id: 3, message: padding }), "3"],
      [longDg13, "7a"],
    ] as const) {
      const observer = new DecisionLog();
      readMessage(Buffer.from(text), sampleDay, decodeText, { observer });
      expect(observer.decisions[0]).toMatchObject({ stage: "dispatch", title: row });
    }
  });
});

describe("the length of a scan", () => {
  it("is where cleaning ends: a longer message has nothing around it", () => {
    const scan = `{"id_card":"001090999901"}\0`;
    expect(read(scan.padEnd(2_953, "x"))).toMatchObject({ format: "reader-json", fields: { number: "001090999901" } });
    expect(read(scan.padEnd(2_954, "x")).reason).toBe("json-invalid");
  });

  it("is a bound for all that is neither JSON nor hexadecimal of a chip", () => {
    const nodes = "00".repeat(2_000);
    for (const text of [
      `ad${nodes}`,
      `50${nodes}`,
      `6d${nodes}/`,
      `6d${nodes}@`,
      `6d${nodes}!`,
      `6d${nodes}:`,
      `6d${nodes}\u0006`,
    ]) {
      expect(read(text).reason).toBe("too-long");
    }
    expect(
      flatReading(readMessage(Buffer.from([0xef, 0x41, 0x41, ...Buffer.from(`{${padding}}`)]), sampleDay, decodeText))
        .reason,
    ).toBe("too-long");
    const size = (longDg13.length / 2).toString(16).padStart(4, "0");
    expect(read(`6d82${size}${longDg13}0123456789abcdefABCDEF`)).toMatchObject({ fields: { number: "001090999901" } });
  });
});
