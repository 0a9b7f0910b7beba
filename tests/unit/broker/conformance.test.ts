// The list of MQTT 3.1.1's statements is whole, and what it names exists.
import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { wrongPackets } from "../../fixtures/wrong-packets.ts";

/** How many statements each clause has (MQTT 3.1.1 appendix B). */
const statementsOf: Readonly<Record<string, number>> = {
  ...{ "1.5.3": 3, "2.2.2": 2, "2.3.1": 7 },
  ...{ "3.1.0": 2, "3.1.2": 24, "3.1.3": 11, "3.1.4": 5, "3.2.0": 1, "3.2.2": 6 },
  ...{ "3.3.1": 12, "3.3.2": 3, "3.3.4": 1, "3.3.5": 2, "3.6.1": 1 },
  ...{ "3.8.1": 1, "3.8.3": 4, "3.8.4": 6, "3.9.3": 2, "3.10.1": 1, "3.10.3": 2, "3.10.4": 6 },
  ...{ "3.12.4": 1, "3.14.1": 1, "3.14.4": 3 },
  ...{ "4.1.0": 2, "4.3.1": 1, "4.3.2": 2, "4.3.3": 2, "4.4.0": 1, "4.5.0": 2, "4.6.0": 6 },
  ...{ "4.7.1": 3, "4.7.2": 1, "4.7.3": 4, "4.8.0": 2 },
  ...{ "6.0.0": 4, "7.0.0": 2, "7.1.1": 1, "7.1.2": 1 },
};

const list = new URL("../../../docs/mqtt-conformance.md", import.meta.url);
const tests = new URL("../../", import.meta.url);
const rows = readFileSync(list, "utf8")
  .split("\n")
  .filter((line) => /^\| \d/.test(line))
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .map(([, statement = "", words = "", holders = ""]) => ({ statement, words, holders: holders.split("<br>") }));

test("every statement of the standard stands in the list once, in its order", () => {
  const expected = Object.entries(statementsOf).flatMap(([clause, count]) =>
    Array.from({ length: count }, (_, index) => `${clause}-${index + 1}`),
  );
  expect(rows.map(({ statement }) => statement)).toEqual(expected);
  expect(expected).toHaveLength(141);
});

test.each(rows)("what holds $statement exists", ({ words, holders }) => {
  expect(words).not.toBe("");
  for (const holder of holders) expect(faultOf(holder)).toBeUndefined();
});

function faultOf(holder: string): string | undefined {
  const [kind, ...rest] = holder.split(": ");
  const names = rest.join(": ");
  if (names === "") return `neither a test nor a reason: ${holder}`;
  if (kind === "not ours") return undefined;
  if (kind === "refused") {
    const unknown = names.split("; ").find((name) => !wrongPackets.some(({ what }) => what === name));
    return unknown === undefined ? undefined : `no such case: ${unknown}`;
  }
  const file = new URL((kind ?? "").replaceAll("`", ""), tests);
  if (!existsSync(file)) return `no such file: ${kind}`;
  return readFileSync(file, "utf8").includes(`"${names}"`) ? undefined : `no such test: ${names}`;
}
