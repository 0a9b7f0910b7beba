// Each row of the dispatch table, and the order in which rows win.
import { describe, expect, it } from "vitest";
import { dispatch, dispatchRows } from "../../../../protocol/document/dispatch.ts";
import { reasonOf } from "../../../fixtures/read-document.ts";

function where(text: string): string {
  const pipes = [...text.matchAll(/\|/g)].map((match) => match.index);
  const { destination } = dispatch(text, pipes);
  return destination.kind === "family" ? destination.family : destination.reason;
}

const emvCo = "00020101021238540010A000000727";
const dg13 = `6d${"30".repeat(20)}`;

describe("dispatch", () => {
  it.each([
    ["1", "https://example.vn/a|b", "url"],
    ["1", "otpauth://totp/x", "url"],
    ["2", emvCo, "payment-qr"],
    ["2, but 20 characters are a number", emvCo.slice(0, 14).padEnd(20, "0"), "number"],
    ["2, but not with a pipe", `${emvCo}|x`, "unknown-format"],
    ["3", '{"id":1}', "reader-message"],
    ["3 before pipes", '{"a":"x|y"}', "reader-message"],
    ["4", "001099999904|Nguyễn Văn Mẫu| 1999-02-03 |1|Q|A", "pc-covid-qr"],
    ["4 asks for six elements", "001099999904|Nguyễn Văn Mẫu|1999-02-03|1|Q", "card-qr"],
    ["5: fourteen elements", `001090999901${"|".repeat(13)}`, "insurance-qr"],
    ["5: thirteen are a card", `001090999901${"|".repeat(12)}`, "card-qr"],
    ["5: a dollar at the end", "abc|$", "insurance-qr"],
    ["5: not a card's dollar", "001090999901|$", "card-qr"],
    ["5: a card code", "gd 4 01.0199999901|x", "insurance-qr"],
    ["5: an insurance number", "0199-999904|x", "insurance-qr"],
    ["6", "CCCD: 001090999901 |x", "card-qr"],
    ["6: eleven characters in front are too many", "CCCD-number001090999901|x", "unknown-format"],
    ["6a", "00109099990|x", "number-length"],
    ["6a: digits inside the prefix", "1a001090999901|x", "unknown-format"],
    ["6a: nothing in front", "|x", "unknown-format"],
    ["7", "idvnm", "mrz"],
    ["7: another state's", `I<LAO${"<".repeat(55)}`, "mrz"],
    ["7: too short for it", `I<LAO${"<".repeat(54)}`, "unknown-format"],
    ["7a", dg13.toUpperCase(), "chip-hex"],
    ["7a: blanks are ignored", dg13.replaceAll("30", "30 "), "chip-hex"],
    ["8", "0010 9099-99.01", "number"],
    ["8: any length of digits", "1", "number"],
    ["8: letters first", "ab1cdefg", "number"],
    ["9: three parts", "abcdefghij.abcdefghij.", "vneid-opaque"],
    ["9: base64", "a+/=".repeat(10), "vneid-opaque"],
    ["10", "WIFI:T:WPA;S:x;;", "unknown-format"],
    ["10: the top row of the Vietnamese keyboard", "ăâêôăâêô", "unknown-format"],
  ])("row %s", (_, text, destination) => {
    expect(where(text)).toBe(destination);
  });

  it("refuses line breaks outside an MRZ and JSON, whatever the row", () => {
    for (const text of ["https://example.vn/\nx", "001090999901|\r\nx", "0010909\n99901", "xin\rchào"]) {
      expect(reasonOf(text)).toBe("control-char");
    }
    expect(reasonOf('{\r\n"a":1}')).toBe("unknown-format");
    expect(reasonOf("IDVNM\r\nX")).toBe("mrz-length");
  });
});

describe("a row", () => {
  it.each([
    ["1 begins at the beginning", "see https://example.vn", "unknown-format"],
    ["2 begins at the beginning", `x${emvCo}`, "unknown-format"],
    ["4 wants nothing before its date", "001099999904|A|x1999-02-03|1|Q|A", "card-qr"],
    ["4 wants nothing after its date", "001099999904|A|1999-02-03x|1|Q|A", "card-qr"],
    ["5 wants nothing before its twelve digits", `a001090999901${"|".repeat(13)}`, "card-qr"],
    ["5 wants no thirteenth digit", `0010909999012${"|".repeat(13)}`, "number-length"],
    ["6a comes before all without pipes", "IDVNM|x", "unknown-format"],
    ["7 begins at the beginning", "xIDVNM", "unknown-format"],
    ["7 begins with the kind of document", `xxI<<${"A".repeat(60)}`, "unknown-format"],
    ["7 wants fillers", "I".repeat(60), "vneid-opaque"],
    ["7a does not begin with any 6", "61234567890", "number"],
    ["7a begins at the beginning", `6a${dg13}`, "vneid-opaque"],
    ["7a has nothing but digits", `${dg13}g`, "vneid-opaque"],
    ["8 has nothing behind it", "ab1cdefg!", "unknown-format"],
    ["8 has nothing but digits", "123!", "unknown-format"],
    ["9 begins at the beginning", "! abcdefghij.abcdefghij.", "unknown-format"],
    ["9 has nothing behind it", "abcdefghij.abcdefghij.x!", "unknown-format"],
  ])("%s", (_, text, destination) => {
    expect(where(text)).toBe(destination);
  });

  it("is the same by the short way and by the table", () => {
    const firsts = [
      "001090999901",
      "0199999904",
      "GD4010199999901",
      "gd4010199999901",
      "GD40101999999",
      "GDX010199999901",
    ];
    const others = [
      "123456789",
      "01999999040",
      "0010909999O1",
      "1D4010199999901",
      "xGD401019999990",
      "",
      "GD401019999990A",
    ];
    for (const first of [...firsts, ...others]) {
      for (let pipes = 1; pipes <= 18; pipes += 1) {
        for (const end of ["", "$", "x$", "1"]) {
          const text = `${first}${"|".repeat(pipes)}${end}`;
          const parts = text.split("|").map((part) => part.trim());
          const shape = { text, count: parts.length, first: parts[0] ?? "", third: parts[2] ?? "" };
          const found = dispatch(
            text,
            [...text.matchAll(/\|/g)].map((match) => match.index),
          );
          expect([text, found.row]).toEqual([text, dispatchRows.find((row) => row.fits(shape))?.row]);
        }
      }
    }
  });
});
