// Recognising HID bar code readers by their reports, with and without a descriptor that says where things lie.
import { describe, expect, test } from "vitest";
import { recogniseReports } from "../../../../../protocol/driver/learn/recognise-reports.ts";
import { testCodeBytes, testCodeText } from "../../../../../protocol/driver/learn/test-code.ts";
import { encodePieces } from "../../../../../protocol/frame/hid-pos/encode-pieces.ts";
import { hidPosLayouts } from "../../../../../protocol/frame/hid-pos/layout.ts";

const honeywell = hidPosLayouts["honeywell-64"];
const newland = hidPosLayouts["newland-64"];

/** Reports of two scans, a second apart. */
function scans(layout: typeof honeywell, aim: string | undefined, bytes: Uint8Array = testCodeBytes) {
  const [piece] = layout.pieces;
  if (piece === undefined) throw new Error("no layout");
  const reports = encodePieces(piece, { bytes, aim: aim ?? "", codeId: 0 });
  expect(reports.length).toBeGreaterThan(1);
  return [0, 1_000].flatMap((from) => reports.map((report, at) => ({ atMs: from + at * 2, bytes: report })));
}

describe("without a descriptor that declares the fields", () => {
  test.each([
    ["honeywell-64", honeywell, "]Q1"],
    ["newland-64", newland, undefined],
  ] as const)("the layout %s is found by where the code lies", (name, layout, aim) => {
    expect(recogniseReports(scans(layout, aim), undefined)).toMatchObject({
      ...{ codes: 2, protocol: "hidpos", layout: name, aim, gapMsMax: 2, remarks: [] },
    });
  });

  test("silence is no layout", () => {
    expect(recogniseReports([], undefined)).toMatchObject({
      codes: 0,
      layout: undefined,
      remarks: ["nothing-arrived"],
    });
  });

  test("keyboard reports are garbage", () => {
    const arrivals = [0, 8].map((atMs) => ({ atMs, bytes: Uint8Array.of(0, 0, 0x17, 0, 0, 0, 0, 0) }));
    expect(recogniseReports(arrivals, undefined)).toMatchObject({ codes: 0, remarks: ["garbage"] });
  });
});

test("what the descriptor declares needs no layout by name", () => {
  expect(recogniseReports(scans(newland, undefined), newland)).toMatchObject({ codes: 2, layout: undefined });
});

test("a descriptor that is wrong is told by the reports", () => {
  expect(recogniseReports(scans(newland, undefined), honeywell)).toMatchObject({ codes: 2, layout: "newland-64" });
});

test("damage and terminators are seen as on other lines", () => {
  const spoilt = Buffer.from(`${testCodeText.normalize("NFD")}\r`);
  expect(recogniseReports(scans(honeywell, "]Q1", spoilt), undefined)).toMatchObject({
    ...{ codes: 2, end: ["cr"], remarks: ["decomposed"] },
  });
});
