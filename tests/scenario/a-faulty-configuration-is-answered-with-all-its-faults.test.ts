// Five faults in a configuration are five messages with lines and fixes, and exit code 2.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../fixtures/clean-up.ts";
import { tiepdon } from "../fixtures/tiepdon.ts";

function fileWith(text: string): string {
  const file = join(temporaryDirectory(), "tiepdon.yaml");
  writeFileSync(file, text);
  return file;
}

const fiveFaults = `agent:
  facility: "1"
  desk: Quầy 1
  readers:
    - id: qr-1
      serial: /dev/ttyUSB9
      baudrate: 9600
  mqtt:
    url: http://127.0.0.1
  spool:
    keepHours: many
`;

test.each([
  ["config", "check"],
  ["agent", "--config"],
])("tiepdon %s %s names each fault with its line", (...words) => {
  const file = fileWith(fiveFaults);
  const { status, error } = tiepdon([...words, file]);
  expect(status).toBe(2);
  const lines = error.split("\n").flatMap((line) => /tiepdon\.yaml:(\d+):/.exec(line)?.[1] ?? []);
  expect(lines.map(Number)).toEqual([2, 3, 7, 9, 11]);
  expect(error.split("\n").filter((line) => line.includes("→"))).toHaveLength(5);
});

test("the example is valid, and its schema is JSON", () => {
  const { out } = tiepdon(["config", "example"]);
  expect(tiepdon(["config", "check", fileWith(out)])).toMatchObject({ status: 0 });
  expect(JSON.parse(tiepdon(["config", "schema"]).out)).toHaveProperty("properties.agent");
});

test("a file that is not there, a directory, and a part that is missing are each one clear answer", () => {
  expect(tiepdon(["agent", "--config", "/nowhere/tiepdon.yaml"])).toMatchObject({ status: 2 });
  expect(tiepdon(["config", "check", temporaryDirectory()])).toMatchObject({ status: 2 });
  const { status, error } = tiepdon(["agent", "--config", fileWith("broker: {}\n")]);
  expect(status).toBe(2);
  expect(error).toContain("agent:");
});
