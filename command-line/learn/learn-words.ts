// What `tiepdon reader learn` says: the request to scan, and the summary of what was found.
import type { Findings } from "../../protocol/driver/learn/findings.ts";
import { remarks } from "../../protocol/driver/learn/remarks.ts";
import { testCodeAsText } from "../../protocol/driver/learn/test-code-picture.ts";

/** `picture`: the code itself, for scanning off the screen. */
export function request(scans: number, picture: boolean): string {
  const words = `Quét mã thử ${scans} lần (docs/readers/test-code.svg) | Scan the test code ${scans} times`;
  return picture ? `${testCodeAsText()}\n${words}` : words;
}

export const anotherSpeed = (baud: number): string =>
  `Không đọc được; thử ${baud} baud, quét lại | Not readable; trying ${baud} baud, scan again`;

const protocols: Readonly<Record<Findings["protocol"], string>> = {
  plain: "byte thường | plain bytes",
  dechdr: "khung có độ dài của Honeywell (DECHDR) | Honeywell's length-prefixed frame (DECHDR)",
  ssi: "Zebra SSI",
  hidpos: "USB HID POS",
};
const ends = { cr: "CR", lf: "LF", crlf: "CR LF", tab: "TAB" } as const;

/** Lines for people. Holds nothing that was scanned but what stands around the test code. */
export function summary(findings: Findings, baud: number | undefined): string[] {
  const { codes, protocol, end, stxEtx, aim, codeId, gapMsMax, layout } = findings;
  const marks = stxEtx ? "STX … ETX" : end.map((name) => ends[name]).join(", ");
  const facts: readonly (readonly [words: string, value: string | undefined])[] = [
    ["Giao thức | protocol", protocols[protocol]],
    ["Bố cục báo cáo | report layout", layout],
    ["Kết thúc | end", protocol === "plain" ? marks || "khoảng lặng | silence" : undefined],
    ["Mã AIM | AIM identifier", aim ?? "không | none"],
    ["Mã loại của hãng | maker's code id", codeId === "" ? undefined : JSON.stringify(codeId)],
    ["Lặng dài nhất giữa lượt | longest gap within a scan", `${Math.round(gapMsMax)} ms`],
    ["Tốc độ | speed", baud === undefined ? undefined : `${baud} 8N1`],
  ];
  return [
    `Đã nhận ${codes} lượt mã thử | ${codes} scans of the test code`,
    ...(codes === 0 ? [] : facts.flatMap(([words, value]) => (value === undefined ? [] : [`  ${words}: ${value}`]))),
    ...findings.remarks.flatMap((code) => {
      const { weight, message, fix } = remarks[code];
      return [`${weight === "fault" ? "✖" : "!"} ${message} [${code}]`, `    → ${fix}`];
    }),
  ];
}
