// Whole events as they go out, byte by byte. A golden file changes only with the reason in the commit.
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { encodeJson } from "../../../../protocol/check-in/encode-json.ts";
import { encodeProtobuf } from "../../../../protocol/check-in/encode-protobuf.ts";
import { checkIn, checkInByCertifiedReader, rejected } from "./sample-events.ts";

const golden = (name: string): string =>
  readFileSync(new URL(`../../../golden/check-in/${name}`, import.meta.url), "utf8").trim();

it.each([
  ["cccd-qr", checkIn()],
  ["certified-reader", checkInByCertifiedReader()],
  ["rejected", rejected()],
])("%s", (name, event) => {
  expect(encodeJson(event)).toBe(JSON.stringify(JSON.parse(golden(`${name}.json`))));
  expect(Buffer.from(encodeProtobuf(event)).toString("hex")).toBe(golden(`${name}.hex`));
});
