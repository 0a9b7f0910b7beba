// Where a reader keeps what is found by usage; its maker's name only fills the gaps.
import { describe, expect, it } from "vitest";
import { hidPosLayout, hidPosLayouts } from "../../../../../protocol/frame/hid-pos/layout.ts";
import { readReportDescriptor } from "../../../../../protocol/frame/hid-pos/report-descriptor.ts";
import { exampleDescriptor } from "./example-descriptor.ts";

const layoutOf = (hex: string, override?: "honeywell-64" | "newland-64") =>
  hidPosLayout(readReportDescriptor(Buffer.from(hex.replaceAll(" ", ""), "hex")), override);

/** A Newland-like report declared in full: count, data without AIM, reserved, symbology, "more"; one output report. */
const newlandDescriptor =
  "058c 0902 a101 8502 7508 0501 9501 093b 8102 058c 9538 09fe 8102 9504 8103 0600ff 9501 0901 8102" +
  "058c 7501 09ff 8102 9507 8103 8504 0600ff 7508 953f 0902 9102 c0";

describe("the layout of a reader", () => {
  it("is found in the example descriptor as its manual gives it", () => {
    const layout = hidPosLayout(readReportDescriptor(exampleDescriptor), undefined);
    expect(layout).toEqual(hidPosLayouts["honeywell-64"]);
  });

  it("is found where there is no AIM identifier", () => {
    const layout = layoutOf(newlandDescriptor);
    expect(layout?.pieces).toEqual([{ ...hidPosLayouts["newland-64"].pieces[0], code: undefined }]);
    expect(layout?.command).toEqual(hidPosLayouts["newland-64"].command);
  });

  it("is not bent by an override where the descriptor declares it", () => {
    expect(hidPosLayout(readReportDescriptor(exampleDescriptor), "newland-64")).toEqual(hidPosLayouts["honeywell-64"]);
  });

  it.each([
    ["no descriptor at all", ""],
    ["a keyboard", "0501 0906 a101 7508 9508 8102 c0"],
    ["data without a count", "058c 0902 a101 8502 7508 953f 09fe 8102 c0"],
    [
      "data that begins between two bytes",
      "058c 0902 a101 8502 7501 9501 8103 7508 0501 093b 8102 058c 953e 09fe 8102 c0",
    ],
    ["bytes that are no descriptor", "ffffffff"],
  ])("with %s is the override, or none", (_, hex) => {
    expect(layoutOf(hex, "newland-64")?.pieces).toEqual(hidPosLayouts["newland-64"].pieces);
    expect(layoutOf(hex)).toBeUndefined();
  });

  it("knows reports that are not numbered", () => {
    const layout = layoutOf("058c 0902 a101 7508 9501 0501 093b 8102 058c 953f 09fe 8102 c0");
    expect(layout?.pieces[0]).toMatchObject({ reportId: 0, countAt: 0, dataAt: 1, dataBytesMax: 63, moreMask: 0 });
  });

  it("knows scans that come in several kinds of report", () => {
    const report = "7508 9501 0501 093b 8102 058c 951e 09fe 8102";
    const layout = layoutOf(`058c 0902 a101 8501 ${report} 8505 ${report} c0`);
    expect(layout?.pieces.map(({ reportId, reportBytes }) => [reportId, reportBytes])).toEqual([
      [1, 32],
      [5, 32],
    ]);
  });

  it("knows the bits that make a reader sound", () => {
    const layout = layoutOf("058c 0902 a101 8503 7501 9501 0985 9102 0986 9102 9506 9103 c0", "newland-64");
    expect(layout?.beeps.error).toEqual({ reportId: 3, reportBytes: 2, at: 1, mask: 1 });
    expect(layout?.beeps.good).toEqual({ reportId: 3, reportBytes: 2, at: 1, mask: 2 });
    expect(layout?.command).toEqual(hidPosLayouts["newland-64"].command);
  });
});
