// What hexadecimal and base64 refuse.
import { expect, it } from "vitest";
import { bytesOfBase64 } from "../../../../protocol/bytes/base64.ts";
import { bytesOfHex } from "../../../../protocol/bytes/hex.ts";

it.each(["0", "0g", " 00", "0x00", "／０", "é0"])("hexadecimal is not %j", (text) => {
  expect(bytesOfHex(text)).toBeUndefined();
});

it.each(["A", "AA", "AAA", "AA=A", "A===", "====", "AAA-", "AA==\n", "AA A"])("base64 is not %j", (text) => {
  expect(bytesOfBase64(text)).toBeUndefined();
});

it("both write nothing as nothing", () => {
  expect(bytesOfHex("")).toEqual(new Uint8Array());
  expect(bytesOfBase64("")).toEqual(new Uint8Array());
});
