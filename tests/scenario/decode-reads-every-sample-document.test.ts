// The decode command, as a person or a program runs it: every sample gives its verdict; in words, nobody is named.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const product = fileURLToPath(new URL("../../dist/tiepdon.cjs", import.meta.url));

interface Sample {
  readonly id: string;
  readonly channel: string;
  readonly format: string;
  readonly payload?: string;
  readonly payloadHex?: string;
  readonly repeat?: { readonly text: string; readonly times: number };
  readonly expect: string;
  readonly reason: string | null;
  readonly warnings: readonly string[];
  readonly fields?: Readonly<Record<string, string>>;
  readonly optionalFields?: Readonly<Record<string, string>>;
}

const file = new URL("../golden/document-samples.json", import.meta.url);
const { samples } = JSON.parse(readFileSync(file, "utf8")) as { samples: readonly Sample[] };
const payloads = samples.filter(({ channel }) => channel !== "hex-field");

const lineOf = ({ id, payload, payloadHex, repeat }: Sample): string =>
  JSON.stringify({
    ...{ id, today: "2026-12-01" },
    ...(payloadHex === undefined ? { payload: payload ?? repeat?.text.repeat(repeat.times) ?? "" } : { payloadHex }),
  });

function decode(options: readonly string[], lines: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [product, "decode", ...options], {
    input: lines.join("\n"),
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  return { status, stdout, stderr };
}

const answers = (stdout: string) =>
  stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

describe("decode", () => {
  it("gives every sample its verdict, with the members switched on where asked", () => {
    for (const options of [[], ["--optional-fields"]]) {
      const { status, stdout } = decode(options, payloads.map(lineOf));
      expect(status).toBe(0);
      for (const [index, answer] of answers(stdout).entries()) {
        const sample = payloads[index] as Sample;
        const { id, verdict, kind, person, insurance, document, warnings, reason } = answer;
        expect({ id, verdict, kind, reason, warnings }).toEqual({
          ...{ id: sample.id, verdict: sample.expect, kind: sample.format },
          reason: sample.expect === "reject" ? sample.reason : null,
          warnings: sample.warnings.toSorted(),
        });
        const fields = { ...person, ...insurance, ...document };
        expect(fields).toMatchObject(sample.fields ?? {});
        if (options.length > 0) expect(fields).toMatchObject(sample.optionalFields ?? {});
      }
    }
  });

  it("explains every sample, and shows nobody's name or number unless asked to", () => {
    const { status, stdout } = decode(["--explain"], payloads.map(lineOf));
    expect(status).toBe(0);
    for (const { id } of payloads) expect(stdout).toContain(`"${id}"  `);
    for (const { fields = {} } of payloads) {
      const secrets = [fields["number"], fields["name"], fields["birthDate"], fields["address"]];
      for (const secret of secrets.filter((text) => text !== undefined && text.length > 9)) {
        expect(stdout).not.toContain(secret);
      }
    }
    const [first] = payloads.map(lineOf);
    expect(decode(["--explain", "--reveal"], [first ?? ""]).stdout).toContain("number = 001234567890");
  });

  it("reads a chip reader's message that is longer than any scan", () => {
    const payload = JSON.stringify({ id: 2, data: { idCode: "001090999901", img_data: "A".repeat(900_000) } });
    const { stdout } = decode([], [JSON.stringify({ id: 1, payload, today: "2026-12-01" })]);
    expect(answers(stdout)).toMatchObject([{ id: 1, kind: "reader-socketio", person: { number: "001090999901" } }]);
  });
});
