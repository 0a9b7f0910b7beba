// A person mends a configuration once: every fault comes at the same time, with its line and what to do.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { type ConfigFault, describeFaults } from "../../../service/config-fault.ts";
import { loadConfig } from "../../../service/load-config.ts";

const port = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("serial"), path: z.string().optional(), baudRate: z.int().min(300).default(9600) }),
  z.strictObject({ kind: z.literal("tcp"), host: z.string(), port: z.int().min(1).max(65_535) }),
]);
const schema = z.strictObject({
  facility: z.string().regex(/^\d{2}[0-9a-z]{3}$/, { error: "Mã CSKCB có 5 ký tự | A facility code has 5 characters" }),
  broker: z.strictObject({
    url: z.string(),
    receipt: z.enum(["puback", "result"]).default("puback"),
    password: z.string().optional(),
  }),
  readers: z.array(z.strictObject({ id: z.string().min(1).max(32), port })).min(1),
  window: z.union([z.int(), z.strictObject({ seconds: z.int() })]).optional(),
});

const good = `# a desk
facility: 01a01
broker:
  url: mqtt://127.0.0.1
readers:
  - id: front
    port: { kind: tcp, host: 127.0.0.1, port: 4001 }
`;

function faultsOf(text: string): readonly ConfigFault[] {
  const loaded = loadConfig(text, "tiepdon.yaml", schema);
  return loaded.kind === "faulty" ? loaded.faults : [];
}
const places = (text: string) => faultsOf(text).map((fault) => [fault.line, fault.path]);

test("a correct file gives its values, defaults filled in, frozen to the last level", () => {
  const loaded = loadConfig(good, "tiepdon.yaml", schema);
  if (loaded.kind !== "config") throw new Error(describeFaults(loaded.faults));
  expect(loaded.config.broker.receipt).toBe("puback");
  expect(Object.isFrozen(loaded.config.readers[0]?.port)).toBe(true);
  expect(() => Object.assign(loaded.config.broker, { url: "other" })).toThrow(TypeError);
});

test("five faults are five answers, in the order of the lines, each with a fix", () => {
  const faults = faultsOf(`facility: "1"
broker:
  ur1: mqtt://127.0.0.1
  receipt: pubback
readers:
  - id: front
    port:
      kind: tcp
      host: 127.0.0.1
      port: 70000
`);
  expect(faults.map((fault) => [fault.line, fault.column, fault.path])).toEqual([
    [1, 11, "facility"],
    [2, 1, "broker.url"],
    [3, 3, "broker.ur1"],
    [4, 12, "broker.receipt"],
    [10, 13, "readers[0].port.port"],
  ]);
  expect(faults[0]?.message).toBe("Mã CSKCB có 5 ký tự | A facility code has 5 characters");
  expect(faults[1]?.message).toContain('The key "url" is missing');
  expect(faults[2]?.fix).toContain('Did you mean "url"?');
  expect(faults[3]?.fix).toContain('Did you mean "puback"?');
  expect(faults[4]?.message).toContain("Must be at most 65535");
  for (const fault of faults) {
    expect(fault.message).toContain(" | ");
    expect(fault.fix).not.toBe("");
  }
  expect(describeFaults(faults).split("\n")).toHaveLength(10);
  expect(describeFaults(faults)).toContain("tiepdon.yaml:4:12 broker.receipt: ");
});

describe("where a fault stands", () => {
  test("an empty file lacks every key that has no default", () => {
    expect(places("")).toEqual([
      [1, "facility"],
      [1, "broker"],
      [1, "readers"],
    ]);
    expect(places("# nothing\n")).toHaveLength(3);
  });

  test("a key missing in a list item is at the item", () => {
    expect(places(good.replace("- id: front\n    port", "- port"))).toEqual([[6, "readers[0].id"]]);
  });

  test("an unknown key deep inside is at its own line", () => {
    expect(places(`${good}  - id: back\n    port:\n      kind: serial\n      baudrate: 9600\n`)).toEqual([
      [11, "readers[1].port.baudrate"],
    ]);
  });

  test("a value of an unknown variant names the variants", () => {
    const [fault] = faultsOf(good.replace("kind: tcp", "kind: tpc"));
    expect(fault?.path).toBe("readers[0].port.kind");
    expect(fault?.message).toContain("serial, tcp");
  });

  test("of a value with several shapes the nearest shape is judged", () => {
    expect(places(`${good}window:\n  seconds: soon\n`)).toEqual([[9, "window.seconds"]]);
    expect(places(`${good}window: soon\n`)).toEqual([[8, "window"]]);
  });

  test("a key twice is a fault beside those of the schema", () => {
    const faults = faultsOf(`${good}facility: 02b02\nfacilty: 1\n`);
    expect(faults.map((fault) => fault.line)).toEqual([8, 9]);
    expect(faults[0]?.message).toContain("occurs twice");
  });

  test("windows line ends and a byte order mark change no line", () => {
    expect(places(`\ufeff${good.replace("kind: tcp", "kind: tpc").replaceAll("\n", "\r\n")}`)).toEqual([
      [7, "readers[0].port.kind"],
    ]);
  });
});

describe("text that is hardly YAML", () => {
  test.each([
    ["a tab", "facility: 01a01\nbroker:\n\turl: x\n", 3],
    ["an open quote", 'facility: "01a01\nbroker: 1\n', 3],
    ["two documents", `${good}---\n${good}`, 8],
    ["an unknown alias", "facility: *nowhere\n", 1],
    ["a list at the top", "- 1\n", 1],
    ["a bare word", "hello\n", 1],
  ])("%s is a fault with a line", (_, text, line) => {
    const faults = faultsOf(text);
    expect(faults.length).toBeGreaterThan(0);
    expect(faults.map((fault) => fault.line)).toContain(line);
  });

  test("brackets nested beyond the stack, and aliases that multiply, are faults", () => {
    expect(faultsOf("[".repeat(100_000))).not.toEqual([]);
    const lines = Array.from({ length: 9 }, (_, n) => `a${n}: &a${n} [${Array(9).fill(n === 0 ? "x" : `*a${n - 1}`)}]`);
    expect(faultsOf(lines.join("\n"))).not.toEqual([]);
  });

  test("any text is answered, never thrown", () => {
    const pieces = fc.constantFrom(
      ...["facility", ":", " ", "\n", "- ", "{", "}", "[", "]", "&a", "*a", "|", '"', "é", "\t", "__proto__", "0"],
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 60 }), (parts) => {
        for (const fault of faultsOf(parts.join(""))) expect(fault.line).toBeGreaterThan(0);
      }),
    );
  });
});

test("no value of the file is repeated in the words", () => {
  const faults = describeFaults(
    faultsOf(good.replace("mqtt://127.0.0.1", "{ a: hunter2 }").replace("01a01", "hunter2")),
  );
  expect(faults).not.toBe("");
  expect(faults).not.toContain("hunter2");
});

test("a refinement brings its own sentence and fix", () => {
  const refined = z.strictObject({ from: z.int(), to: z.int() }).refine((range) => range.from < range.to, {
    error: "Ngược | Reversed",
    path: ["to"],
    params: { fix: "Đổi chỗ | Swap" },
  });
  const loaded = loadConfig("from: 3\nto: 1\n", "x.yaml", refined);
  expect(loaded).toEqual({
    kind: "faulty",
    faults: [
      { fileName: "x.yaml", line: 2, column: 5, path: "to", message: "Ngược | Reversed", fix: "Đổi chỗ | Swap" },
    ],
  });
});
