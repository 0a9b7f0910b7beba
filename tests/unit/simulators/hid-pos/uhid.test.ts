// The events of /dev/uhid, byte for byte, and a plain file in the place of the kernel.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { hidPosLayout, hidPosLayouts } from "../../../../protocol/frame/hid-pos/layout.ts";
import { readReportDescriptor } from "../../../../protocol/frame/hid-pos/report-descriptor.ts";
import { honeywellDescriptor, newlandDescriptor } from "../../../../simulators/hid-pos/report-descriptors.ts";
import {
  decodeEvent,
  encodeCreate,
  encodeDestroy,
  encodeGetReportRefusal,
  encodeInput,
  encodeSetReportReply,
} from "../../../../simulators/hid-pos/uhid-event.ts";
import { openUhid } from "../../../../simulators/hid-pos/uhid-medium.ts";
import { SimulationFailure } from "../../../../simulators/simulation-failure.ts";
import { temporaryDirectory } from "../../../fixtures/clean-up.ts";
import { exampleDescriptor } from "../../protocol/frame/hid-pos/example-descriptor.ts";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const device = {
  name: "reader",
  place: "guest/0",
  serial: "S1",
  vendor: 0x0c2e,
  product: 0x0b6a,
  descriptor: Uint8Array.of(5, 0x8c),
};

describe("events of uhid", () => {
  it("lie where the kernel's header puts them", () => {
    const create = Buffer.from(encodeCreate(device));
    expect(create.readUInt32LE(0)).toBe(11);
    expect(create.toString("latin1", 4, 10)).toBe("reader");
    expect(create.toString("latin1", 132, 139)).toBe("guest/0");
    expect(create.toString("latin1", 196, 198)).toBe("S1");
    expect(hex(create.subarray(260))).toBe("020003002e0c00006a0b00000000000000000000058c");
    expect(hex(encodeInput(Uint8Array.of(2, 7, 8)))).toBe("0c0000000300020708");
    expect(hex(encodeDestroy())).toBe("01000000");
    expect(hex(encodeSetReportReply(9))).toBe("0e000000090000000000");
    expect(hex(encodeGetReportRefusal(9))).toBe("0a000000090000005f000000");
  });

  it("of the kernel are read, cut off or mad as they may be", () => {
    const output = Buffer.alloc(4_380);
    output.writeUInt32LE(6, 0);
    output.set([0xfd, 1, 2], 4);
    output.writeUInt16LE(3, 4_100);
    expect(decodeEvent(output)).toEqual({ kind: "output", report: Uint8Array.of(0xfd, 1, 2) });
    output.writeUInt16LE(0xffff, 4_100);
    expect(decodeEvent(output)).toMatchObject({ report: { length: 4_096 } });
    const setReport = Buffer.from("0d00000007000000fe000200fe01", "hex");
    expect(decodeEvent(setReport)).toEqual({ kind: "set-report", id: 7, report: Uint8Array.of(0xfe, 1) });
    expect(decodeEvent(Buffer.from("0900000007000000", "hex"))).toEqual({ kind: "get-report", id: 7 });
    expect([4, 5, 2, 99].map((type) => decodeEvent(Uint8Array.of(type)).kind)).toEqual([
      "open",
      "close",
      "other",
      "other",
    ]);
    expect(decodeEvent(new Uint8Array())).toEqual({ kind: "other" });
  });

  it("describe readers whose layouts are those of the profiles", () => {
    expect(hex(honeywellDescriptor)).toBe(hex(exampleDescriptor));
    const newland = readReportDescriptor(newlandDescriptor);
    expect(newland?.applications).toEqual([0x8c0002]);
    expect(hidPosLayout(newland, undefined)).toBeUndefined();
    expect(hidPosLayout(newland, "newland-64")).toEqual(hidPosLayouts["newland-64"]);
  });
});

describe("a reader over uhid", () => {
  it("says what is missing where the kernel has no uhid", async () => {
    await expect(openUhid(device, join(temporaryDirectory(), "uhid"))).rejects.toThrow(SimulationFailure);
  });

  it("is plugged in when it is made, and pulled out when it is closed", async () => {
    const path = join(temporaryDirectory(), "uhid");
    writeFileSync(path, "");
    const medium = await openUhid(device, path);
    await medium.close();
    await medium.close();
    expect(hex(readFileSync(path))).toBe(hex(encodeCreate(device)) + hex(encodeDestroy()));
  });
});
