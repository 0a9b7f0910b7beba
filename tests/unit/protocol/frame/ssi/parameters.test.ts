// Parameter numbers and values of SSI, written and read back.
import { describe, expect, it } from "vitest";
import { setParameters } from "../../../../../protocol/frame/ssi/host-commands.ts";
import {
  decodeParameterList,
  decodeParameterNumber,
  encodeParameterList,
  encodeParameterNumber,
  type ParameterValue,
  parameter,
} from "../../../../../protocol/frame/ssi/parameters.ts";
import { bytesOf } from "./record-packets.ts";

it.each([
  [0x00, [0x00]],
  [0xee, [0xee]],
  [0xef, [0xef]],
  [240, [0xf8, 0x00, 0xf0]],
  [256, [0xf0, 0x00]],
  [318, [0xf0, 0x3e]],
  [334, [0xf0, 0x4e]],
  [512, [0xf1, 0x00]],
  [668, [0xf1, 0x9c]],
  [768, [0xf2, 0x00]],
  [1023, [0xf2, 0xff]],
  [1024, [0xf8, 0x04, 0x00]],
  [65535, [0xf8, 0xff, 0xff]],
])("writes parameter number %i as %j, and reads it back", (number, bytes) => {
  expect(encodeParameterNumber(number)).toEqual(bytes);
  expect(decodeParameterNumber(Uint8Array.from(bytes), 0)).toEqual({ number, end: bytes.length });
});

it.each([-1, 1.5, 65_536])("refuses the number %d", (number) => {
  expect(() => encodeParameterNumber(number)).toThrow(RangeError);
});

it("builds the two settings of an opening", () => {
  const send = (number: number) => Buffer.from(setParameters([{ number, value: { kind: "byte", value: 1 } }]));
  expect(send(parameter.decodeDataFormat).toString("hex")).toBe("07c60400ffee01fd41");
  expect(send(parameter.softwareHandshaking).toString("hex")).toBe("07c60400ff9f01fd90");
});

it("reads the published word value", () => {
  expect(decodeParameterList(bytesOf("fff4f03e04ff"))).toEqual({
    beep: undefined,
    parameters: [{ number: 318, value: { kind: "word", value: 0x04ff } }],
  });
});

describe("several parameters of every kind", () => {
  const values: readonly ParameterValue[] = [
    { kind: "byte", value: 7 },
    { kind: "word", value: 0x1234 },
    { kind: "text", bytes: bytesOf("414243") },
    { kind: "array", bytes: bytesOf("00ff") },
  ];
  const list = { beep: 3, parameters: values.map((value, index) => ({ number: 200 + index * 200, value })) };
  const bytes = encodeParameterList(list);

  it("come back as they were", () => {
    expect(decodeParameterList(bytes)).toEqual(list);
  });

  it("are not read from any shorter piece that ends inside one", () => {
    const whole = Array.from(bytes, (_, end) => decodeParameterList(bytes.subarray(0, end)));
    const lengths = whole.map((found) => found?.parameters.length);
    expect(lengths.filter((count) => count !== undefined)).toEqual([0, 1, 2, 3]);
  });
});
