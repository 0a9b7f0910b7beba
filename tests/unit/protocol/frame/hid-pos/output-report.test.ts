// Commands travel in padded output reports, and come out of them again.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  commandBytesMax,
  decodeCommand,
  encodeBeep,
  encodeCommand,
} from "../../../../../protocol/frame/hid-pos/output-report.ts";
import { honeywell, newland } from "./record-assembly.ts";

const hex = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString("hex");
const layouts = [honeywell, newland].flatMap(({ command }) => command ?? []);
const unnumbered = { reportId: 0, reportBytes: 64 };

describe("an output report", () => {
  it.each([
    ["fd0316070d", layouts[0], "16070d"],
    ["0403015404", layouts[1], "015404"],
    ["0003015404", unnumbered, "015404"],
  ])("%s carries its command, padded", (expected, layout = unnumbered, command) => {
    const report = encodeCommand(layout, Buffer.from(command, "hex"));
    expect(hex(report)).toBe(expected.padEnd(layout.reportId === 0 ? 130 : 128, "0"));
    expect(hex(decodeCommand(layout, report ?? new Uint8Array()))).toBe(command);
    expect(hex(decodeCommand(layout, Buffer.from(expected, "hex")))).toBe(command);
  });

  it("holds 62 bytes of a command and no more", () => {
    for (const layout of layouts) {
      expect(commandBytesMax(layout)).toBe(62);
      expect(encodeCommand(layout, new Uint8Array(62))).toHaveLength(64);
      expect(encodeCommand(layout, new Uint8Array(63))).toBeUndefined();
      expect(encodeCommand(layout, new Uint8Array(0))).toBeUndefined();
    }
  });

  it.each(["", "fd", "fd00", "fd3f", "fdff", "fd0416070d", "0203aabbcc", `fd03${"00".repeat(70)}`])(
    "%s is refused",
    (bytes) => {
      expect(layouts[0] && decodeCommand(layouts[0], Buffer.from(bytes, "hex"))).toBeUndefined();
    },
  );

  it("sounds by a single bit", () => {
    expect(hex(encodeBeep({ reportId: 3, reportBytes: 2, at: 1, mask: 2 }))).toBe("0302");
    expect(hex(encodeBeep({ reportId: 0, reportBytes: 1, at: 0, mask: 1 }))).toBe("0001");
  });

  it("gives back any command of up to 62 bytes", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...layouts, unnumbered),
        fc.uint8Array({ minLength: 1, maxLength: 62 }),
        (layout, command) => {
          expect(hex(decodeCommand(layout, encodeCommand(layout, command) ?? new Uint8Array()))).toBe(hex(command));
        },
      ),
    );
  });
});
