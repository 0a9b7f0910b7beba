// Report descriptors are walked item by item; whatever a device sends is refused or read, in bounded time.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { descriptorBytesMax, readReportDescriptor } from "../../../../../protocol/frame/hid-pos/report-descriptor.ts";
import { exampleDescriptor } from "./example-descriptor.ts";

const read = (hex: string) => readReportDescriptor(Buffer.from(hex.replaceAll(" ", ""), "hex"));

describe("a report descriptor", () => {
  it("of a bar code scanner gives every field with its place", () => {
    const descriptor = readReportDescriptor(exampleDescriptor);
    expect(exampleDescriptor).toHaveLength(117);
    expect(descriptor?.usesReportIds).toBe(true);
    expect(descriptor?.applications).toEqual([0x8c0002]);
    const places = descriptor?.fields.map(
      ({ kind, reportId, bitOffset, bits, count }) => `${kind} ${reportId.toString(16)}: ${bitOffset} ${bits}x${count}`,
    );
    expect(places).toEqual([
      "input 2: 8 8x1",
      "input 2: 16 8x3",
      "input 2: 40 8x56",
      "input 2: 488 8x2",
      "input 2: 504 1x1",
      "input 2: 505 7x1",
      "feature fe: 8 8x1",
      "output fd: 8 8x1",
      "output fd: 16 8x62",
    ]);
    expect(descriptor?.fields[1]?.usages).toEqual([0x8c00fb, 0x8c00fc, 0x8c00fd]);
    expect(descriptor?.fields[5]?.isConstant).toBe(true);
  });

  it("without report ids begins its fields at the first bit", () => {
    expect(read("058c 0902 a101 7508 9501 09fe 8102 c0")?.fields[0]).toMatchObject({ reportId: 0, bitOffset: 0 });
  });

  it("keeps the offsets of each report and of each kind apart", () => {
    const fields = read("a101 7508 9501 8501 8102 9102 8502 8102 8501 8102 c0")?.fields;
    expect(fields?.map(({ reportId, bitOffset }) => [reportId, bitOffset])).toEqual([
      [1, 8],
      [1, 8],
      [2, 8],
      [1, 16],
    ]);
  });

  it("pushes and pops the global state", () => {
    const fields = read("058c a101 7508 9502 a4 0501 7501 9507 0930 8102 b4 09fe 8102 c0")?.fields;
    expect(fields?.map(({ bits, count, usages }) => [bits, count, usages])).toEqual([
      [1, 7, [0x10030]],
      [8, 2, [0x8c00fe]],
    ]);
  });

  it("passes over long items, whatever they hold", () => {
    expect(read("a101 fe03aa a10181 7508 9501 8102 c0")?.fields).toHaveLength(1);
  });

  it("reads ranges of usages, and usages that bring their page along", () => {
    expect(read("058c a101 7508 9503 19fb 29fd 8102 c0")?.fields[0]?.usages).toEqual([0x8c00fb, 0x8c00fc, 0x8c00fd]);
    expect(read("0501 a101 7508 9501 0bfe008c00 8102 c0")?.fields[0]?.usages).toEqual([0x8c00fe]);
  });

  it("gives a usage the page that holds at its main item", () => {
    expect(read("0501 09fe 058c a100 09fe 7508 9501 8102 c0")?.fields[0]?.usages).toEqual([0x8c00fe]);
  });

  it.each([
    ["is cut off in an item", "a101 7508 95"],
    ["is cut off in a long item", "fe0500 00"],
    ["closes what it did not open", "c0"],
    ["leaves a collection open", "a101"],
    ["pops what it did not push", "b4"],
    ["numbers a report 0", "8500"],
    ["numbers a report 256", "860001"],
    ["has a report beyond all bounds", "a101 7508 97ffffff7f 8102 c0"],
    ["has a report whose size overflows 32 bits", "a101 77ffffffff 97ffffffff 8102 c0"],
    ["opens collections without end", "a100".repeat(100)],
    ["pushes without end", "a4".repeat(100)],
    ["has more fields than any device", `a101 ${"8102".repeat(1_000)} c0`],
    ["is longer than Linux keeps", "00".repeat(descriptorBytesMax + 1)],
  ])("that %s is refused", (_, hex) => expect(read(hex)).toBeUndefined());

  it("with a range of four thousand million usages keeps some", () => {
    expect(read("058c a101 7508 9501 1900 2bffffffff 8102 c0")?.fields[0]?.usages.length).toBeLessThanOrEqual(257);
  });

  it("of random bytes never throws", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const descriptor = readReportDescriptor(bytes);
        return descriptor === undefined || descriptor.fields.length <= 512;
      }),
    );
  });

  it("with any byte changed, or cut anywhere, never throws", () => {
    fc.assert(
      fc.property(
        fc.nat(exampleDescriptor.length - 1),
        fc.nat(255),
        fc.nat(exampleDescriptor.length),
        (at, byte, end) => {
          const changed = Buffer.from(exampleDescriptor);
          changed[at] = byte;
          readReportDescriptor(changed.subarray(0, end));
        },
      ),
    );
  });
});
