// The frames command, as a person or a program runs it: every vector of every family, both ways, and lines that are none.
import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { tiepdon } from "../fixtures/tiepdon.ts";

interface Vector {
  readonly id: string;
  readonly family: string;
  readonly direction: string;
  readonly hex?: string;
  readonly bytes?: readonly { readonly role: string; readonly hex: string }[];
  readonly expect: { readonly valid?: boolean };
}

/** Families whose vectors hold what goes over a line. */
const streams = [
  "plain",
  "tcp",
  "hidpos",
  "ssi",
  "honeywell-serial",
  "newland-serial",
  "gm65",
  "datalogic-serial",
  "elyctis",
];
/** Of these a vector holds the plain bytes, and what comes out stands in `expect`. */
const codecs = ["mrz", "cobs", "crc", "readerlink"];
const families = [...streams, ...codecs];
const ofFamily = (family: string): Vector[] => vectors.filter((vector) => vector.family === family);

const folder = new URL("../golden/readers/", import.meta.url);
const vectors = readdirSync(folder).flatMap(
  (file) => (JSON.parse(readFileSync(new URL(file, folder), "utf8")) as { vectors: readonly Vector[] }).vectors,
);
const lines = (out: string): Record<string, unknown>[] =>
  out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
const input = (each: readonly object[]): string => each.map((line) => JSON.stringify(line)).join("\n");

it.each(families)("%s: answers each vector in its turn", (family) => {
  const own = ofFamily(family);
  const { status, out, error } = tiepdon(["frames", "--protocol", family], input(own));
  expect([status, error]).toEqual([0, ""]);
  expect(lines(out).map(({ id }) => id)).toEqual(own.map(({ id }) => id));
});

it.each(streams)("%s: encodes again what it has decoded", (family) => {
  const good = ofFamily(family).filter((vector) => vector.expect.valid !== false);
  const decoded = tiepdon(["frames", "--protocol", family], input(good));
  const { status, out } = tiepdon(["frames", "--protocol", family, "--encode"], decoded.out);
  expect(status).toBe(0);
  const told = lines(out) as unknown as Pick<Vector, "id" | "hex" | "bytes">[];
  const whole = ({ hex, bytes }: Pick<Vector, "hex" | "bytes">) => bytes?.map((part) => part.hex).join("") ?? hex;
  expect(told.map((line) => [line.id, whole(line)])).toEqual(good.map((vector) => [vector.id, whole(vector)]));
});

it("tells a bad line with its number, passes it over and ends with 2", () => {
  const bad = ['{"id":1,"hex":"410d"}', "no JSON", '{"id":3}', '{"id":4,"hex":"4x"}', "", '{"id":6,"hex":"420d"}'];
  const { status, out, error } = tiepdon(["frames", "--protocol", "plain"], bad.join("\n"));
  expect(status).toBe(2);
  expect(lines(out).map(({ id }) => id)).toEqual([1, 6]);
  for (const number of [2, 3, 4]) expect(error).toContain(`stdin:${number} `);
  expect(error).not.toContain("4x");
});

it("names the families when it knows none of this name", () => {
  const { status, error } = tiepdon(["frames", "--protocol", "osdp"], "");
  expect(status).toBe(2);
  for (const family of families) expect(error).toContain(family);
});
