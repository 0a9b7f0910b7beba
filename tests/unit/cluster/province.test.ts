// The arithmetic of a province against sums done by hand, its byte counts against the encoders, and the page that shows it.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  type Assumptions,
  eventBytes,
  planProvince,
  provinceTable,
  standardAssumptions,
  wireBytes,
} from "../../../cluster/province.ts";
import { encodeJson } from "../../../protocol/check-in/encode-json.ts";
import { encodeProtobuf } from "../../../protocol/check-in/encode-protobuf.ts";
import { checkInByCertifiedReader } from "../protocol/check-in/sample-events.ts";

const figure = (what: string, more: Partial<Assumptions> = {}): number => {
  const found = planProvince({ ...standardAssumptions, ...more }).find((one) => one.what === what);
  if (found === undefined) throw new Error(`no figure: ${what}`);
  return found.value;
};

test("the bytes of an event are those that the encoders make", () => {
  const event = checkInByCertifiedReader();
  expect(eventBytes.json).toBe(Buffer.byteLength(encodeJson(event)));
  expect(eventBytes.pb).toBe(encodeProtobuf(event).length);
});

test("a PUBLISH on the wire is the event, its topic and headers, a TLS record and a segment", () => {
  // fixed header 1 + length 2 + topic length 2 + packet id 2; PUBACK 4; TLS 22 and TCP/IP 52 each; two bare acknowledgements
  expect(wireBytes("json")).toBe(1_023 + 38 + 7 + 22 + 52 + (4 + 22 + 52) + 104);
  expect(wireBytes("json") - wireBytes("pb")).toBe(1_023 - 666);
});

test("rates: a fifth of a million in an hour, twice the mean in its busiest minute", () => {
  expect(figure("check-ins a second, busiest minute, whole province")).toBeCloseTo((1_000_000 * 0.2 * 2) / 3_600);
  expect(figure("check-ins a second, busiest minute, one facility")).toBeCloseTo((2_000 * 0.2 * 2) / 3_600);
  expect(figure("time a desk has for a patient in the busiest hour")).toBe(360);
});

test("connections: spread over the nodes, and over those that are left", () => {
  expect(figure("connections of a node")).toBeCloseTo(500 / 3);
  expect(figure("connections of a node when another is gone")).toBe(250);
  expect(figure("replicated consumers with subscribeQos 1")).toBe(140_000);
  expect(figure("connections of a node when another is gone", { nodes: 1 })).toBe(500);
});

test("disk: every copy of every day", () => {
  expect(figure("centre, a day, one copy")).toBeCloseTo(1.13);
  expect(figure("centre, all copies, nothing fetched for keepDays")).toBeCloseTo(1.13 * 3 * 7);
  expect(figure("centre, all copies, nothing fetched for keepDays", { nodes: 1 })).toBeCloseTo(1.13 * 7);
});

test.each([
  [1, 400],
  [2, 800],
  [5, 2_000],
  [24, 2_000],
  [25, 2_400],
  [48, 4_000],
])("an outage of %i hours leaves at most %i check-ins at a facility", (outageHours, expected) => {
  expect(figure("check-ins that wait at one facility", { outageHours })).toBeCloseTo(expected);
});

test("catching up is bounded by the line, or by the window over the round trip", () => {
  expect(figure("rate at which one facility catches up", { linkKbps: 1_000 })).toBeCloseTo(125_000 / wireBytes("json"));
  expect(figure("rate at which one facility catches up", { linkKbps: 100_000 })).toBeCloseTo(16 / 0.04);
  const hopeless = { linkKbps: 1, checkInsPerDay: 100_000_000 };
  expect(Number.isFinite(figure("time until one facility has caught up", hopeless))).toBe(true);
});

test("the page shows what the command prints", () => {
  const page = readFileSync(new URL("../../../docs/beyond-one-machine.md", import.meta.url), "utf8");
  const [, shown] = /<!-- tiepdon cluster plan -->\n([\s\S]*?)\n<!-- end -->/.exec(page) ?? [];
  expect(shown).toBe(provinceTable(planProvince(standardAssumptions)));
});
