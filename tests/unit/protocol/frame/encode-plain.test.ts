// The bytes that a reader in plain mode sends.
import { expect, it } from "vitest";
import { encodePlain } from "../../../../protocol/frame/encode-plain.ts";

const payload = Uint8Array.of(0x41, 0x42);

it.each([
  ["cr", "41420d"],
  ["lf", "41420a"],
  ["crlf", "41420d0a"],
  ["tab", "414209"],
  ["none", "4142"],
] as const)("ends with %s", (terminator, hex) => {
  expect(Buffer.from(encodePlain(payload, { stx: false }, terminator)).toString("hex")).toBe(hex);
});

it("puts STX before the symbology identifier and ETX before the terminator", () => {
  expect(Buffer.from(encodePlain(payload, { stx: true }, "cr", "]Q1")).toString("hex")).toBe("025d51314142030d");
});
