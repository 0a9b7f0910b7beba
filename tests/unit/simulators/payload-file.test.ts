// A payload file may be lines, JSON lines, or a list of samples.
import { expect, test } from "vitest";
import { parsePayloads } from "../../../simulators/payload-file.ts";
import { SimulationFailure } from "../../../simulators/simulation-failure.ts";

const parse = (text: string) => parsePayloads(text).map((payload) => Buffer.from(payload).toString("latin1"));

test("each line is a payload, whatever line ends the file has", () => {
  expect(parse("a|b\r\n\r\nc|d\n")).toEqual(["a|b", "c|d"]);
});

test("JSON lines give text or bytes, and other JSON is a payload itself", () => {
  expect(parse('{"id":1,"payload":"x"}\n{"payloadHex":"00fF"}\n{"CCCD Number":"1"}\n{broken')).toEqual([
    "x",
    "\u0000\u00ff",
    '{"CCCD Number":"1"}',
    "{broken",
  ]);
});

test("a list of samples is read in one object, hex fields left out", () => {
  const samples = [{ payload: "x" }, { payloadHex: "41", channel: "text" }, { payload: "y", channel: "hex-field" }];
  expect(parse(JSON.stringify({ about: "test", samples }, null, 1))).toEqual(["x", "A"]);
});

test.each([
  ["nothing", "\n\n"],
  ["a sample without payload", '{"samples":[{}]}'],
  ["broken hex", '{"payloadHex":"0"}'],
])("%s is refused with a sentence", (_, text) => expect(() => parsePayloads(text)).toThrow(SimulationFailure));
