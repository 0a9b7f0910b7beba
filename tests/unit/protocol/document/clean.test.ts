// Rules P1 to P6: what falls away around a document, and what is refused before anybody asks what it says.
import { describe, expect, it } from "vitest";
import { cleanScan } from "../../../../protocol/document/clean.ts";
import { scanBytesMax } from "../../../../protocol/document/cleaning-rules.ts";
import { DecisionLog } from "../../../../protocol/document/decision-log.ts";
import { readDocument } from "../../../../protocol/document/read-document.ts";
import { decodeText, flatReading, readText } from "../../../fixtures/read-document.ts";

function cleaned(payload: string | Uint8Array): string {
  const scan = cleanScan(Buffer.from(payload), decodeText);
  return scan.kind === "clean" ? scan.text : `refused: ${scan.reason}`;
}

describe("P1: a scan is no longer than the largest QR code", () => {
  it("counts bytes, before they are decoded", () => {
    expect(cleaned("A".repeat(scanBytesMax))).toHaveLength(scanBytesMax);
    expect(cleaned("A".repeat(scanBytesMax + 1))).toBe("refused: too-long");
    expect(cleaned(Buffer.alloc(scanBytesMax + 1, 0xff))).toBe("refused: too-long");
    expect(cleaned("ễ".repeat(985))).toBe("refused: too-long");
  });
});

describe("P2: strict UTF-8", () => {
  it.each([
    ["an overlong slash", [0xc0, 0xaf]],
    ["an overlong form of three bytes", [0xe0, 0x80, 0xaf]],
    ["a surrogate", [0xed, 0xa0, 0x80]],
    ["a code point beyond Unicode", [0xf4, 0x90, 0x80, 0x80]],
    ["a sequence that the end cuts off", [0x41, 0xe1, 0xbb]],
    ["a stray tail", [0x41, 0x80]],
    ["a byte that UTF-8 never uses", [0xff]],
  ])("refuses %s", (_, bytes) => {
    expect(cleaned(Uint8Array.from(bytes))).toBe("refused: bad-utf8");
  });

  it("takes a written U+FFFD, which is a matter of names", () => {
    expect(cleaned("a\ufffdb")).toBe("a\ufffdb");
  });
});

describe("P3: characters that nobody sees", () => {
  it("are deleted everywhere, but the soft hyphen stays", () => {
    expect(cleaned("\ufeffa\u200bb\u200fc\u2060d\u202ae\u202ef\u2066g\u2069h\u00adi")).toBe("abcdefgh\u00adi");
  });
});

describe("P4: what stands around the text", () => {
  it("falls away at both ends", () => {
    expect(cleaned("\u0002 \u00a0\u007fabc\u0003\r\n\t ")).toBe("abc");
    expect(cleaned("abc\u00a0")).toBe("abc");
  });

  it("ends at the first NUL inside, but not at NULs before the text", () => {
    expect(cleaned("\0\0abc \0stale")).toBe("abc");
  });

  it("is all there is: empty", () => {
    for (const nothing of ["", " ", "\r\n", "\0", "\u00a0", "\ufeff"]) expect(cleaned(nothing)).toBe("refused: empty");
  });

  it("turns a TAB inside into a blank", () => {
    expect(cleaned("a\tb")).toBe("a b");
  });
});

describe("P5: no other control inside", () => {
  it.each(["\u0007", "\u001d", "\u007f", "\u001b"])("refuses %j", (control) => {
    expect(cleaned(`a${control}b`)).toBe("refused: control-char");
  });

  it("leaves line breaks for dispatch to judge", () => {
    expect(cleaned("a\r\nb")).toBe("a\r\nb");
  });
});

describe("P6: what the scanner writes in front", () => {
  it.each([
    ["]Q1abc", "abc"],
    ["]Q2\\000026abc", "abc"],
    ["\\000003abc", "abc"],
    ["]Q1 \u0020abc", "abc"],
    ["]Qabc", "bc"],
    ["]?1abc", "]?1abc"],
    ["\\00002abc", "\\00002abc"],
    ["]Q1", "refused: empty"],
  ])("reads %j as %j", (payload, text) => {
    expect(cleaned(payload)).toBe(text);
  });
});

describe("a scan that is refused before anybody asks what it is", () => {
  it.each([
    ["cccd-qr", "001090999901||M\u0007u|15031990|Nam|x|20052021"],
    ["can-cuoc-qr", " 001090999901||M\u0007u|15031990|Nam|x|20082024||||"],
    ["bhyt-qr-old", "GD4010199999901|4\u0007e|1990|1|$"],
    ["bhyt-qr-new", "0199999904|4\u0007A|1990|1|$"],
    ["mrz", "IDVNM\u0007<<"],
    ["chip-dg13", `6d${"0".repeat(40)}\u000b00`],
    ["reader-json", '{"id_card":\u0007"1"}'],
    ["none", "0010909\u000799901"],
    ["none", "xin\u0007chào"],
  ])("resembles %s", (format, text) => {
    expect(flatReading(readText(text))).toMatchObject({ reason: "control-char", format });
  });

  it("resembles none where it is too long", () => {
    expect(flatReading(readText("9".repeat(scanBytesMax + 1)))).toMatchObject({ reason: "too-long", format: "none" });
  });
});

describe("whoever watches", () => {
  it.each([
    ["P1", "too-long", "9".repeat(scanBytesMax + 1)],
    ["P2", "bad-utf8", Buffer.of(0x41, 0xff)],
    ["P5", "control-char", "a\u0007b"],
    ["1", "url", "https://example.vn"],
    ["6", undefined, "001090999901|x"],
  ])("is told %s: %s", (title, reason, payload) => {
    const observer = new DecisionLog();
    readDocument(Buffer.from(payload), "2026-12-01", decodeText, { observer });
    expect(observer.decisions).toContainEqual(expect.objectContaining({ title, reason }));
  });

  it.each([
    ["field-count", "001090999901|x"],
    ["field-count", "0199999904|x"],
    ["number-length", "12345678901"],
  ])("is told why a check ended the reading: %s", (reason, text) => {
    const observer = new DecisionLog();
    readDocument(Buffer.from(text), "2026-12-01", decodeText, { observer });
    expect(observer.decisions.at(-1)).toMatchObject({ stage: "field", reason });
  });
});
