// Numbers by themselves: what each length is.
import { describe, expect, it } from "vitest";
import { flatReading, readText } from "../../../fixtures/read-document.ts";

const read = (text: string): string => {
  const { format, reason, warnings, fields } = flatReading(readText(text));
  return [reason ?? format, ...warnings, ...Object.values(fields)].join(" ");
};

describe("a bare number", () => {
  it.each([
    ["001 090-999.901", "number-pin 001090999901"],
    ["001126999901", "number-pin 001126999901"],
    ["001227999901", "number-pin pin-year-future 001227999901"],
    ["096227999901", "number-pin pin-year-future 096227999901"],
    ["097090999901", "number-pin pin-province-unknown 097090999901"],
    ["012345678", "number-cmnd cmnd-legacy 012345678"],
    ["0199999904", "number-bhxh 0199999904"],
    ["0312345678", "number-bhxh maybe-phone 0312345678"],
    ["0612345678", "number-bhxh 0612345678"],
    ["gd4010199999901", "number-bhyt GD4010199999901"],
    ["DN401AA20000001", "number-bhyt DN401AA20000001"],
    ["ZZ7990199999901", "number-bhyt bhyt-level-old bhyt-object-unknown bhyt-province-unknown ZZ7990199999901"],
    ["GD4970199999901", "number-bhyt GD4970199999901"],
    ["GD8010199999901", "bhyt-number-invalid"],
    ["GD4A10199999901", "bhyt-number-invalid"],
    ["123456789012345", "bhyt-number-invalid"],
    ["GD401019999990101C54", "number-bhyt 01C54 GD4010199999901"],
    ["GD4010199999901X1C54", "number-bhyt facility-invalid GD4010199999901"],
    ["GD801019999990101C54", "bhyt-number-invalid"],
    ["12345678", "number-length"],
    ["12345678901", "number-length"],
    ["8934000000001", "number-length"],
    ["DN47900099", "number-length"],
    ["AB1234567890", "number-length"],
  ])("%s: %s", (text, expected) => {
    expect(read(text)).toBe(expected);
  });
});
