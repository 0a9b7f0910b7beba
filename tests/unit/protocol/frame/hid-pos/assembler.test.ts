// Reports are joined to whole scans; whatever is broken, late or too long comes to nothing, and is counted.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { honeywell, newland, pushAll, recordAssembly, reportsOf } from "./record-assembly.ts";

const long = "0123456789".repeat(15); // three reports
const changed = (report: Uint8Array | undefined, at: number, byte: number): Uint8Array => {
  const copy = Uint8Array.from(report ?? []);
  copy[at] = byte;
  return copy;
};

describe("the assembler", () => {
  it("delivers a scan of one report, and one of several, without their terminator", () => {
    const { assembler, told } = recordAssembly();
    pushAll(assembler, [...reportsOf("short\r"), ...reportsOf(`${long}\r\n`)]);
    expect(told).toEqual([
      { scan: "short", aim: "]Q1" },
      { scan: long, aim: "]Q1" },
    ]);
    expect(assembler.isUnfinished).toBe(false);
  });

  it.each([
    ["data\r\n", ["cr", "lf", "crlf", "tab"], "data"],
    ["data\r\n", ["lf"], "data\r"],
    ["data\r\n", ["cr", "lf"], "data"],
    ["data\r\r", ["cr"], "data\r"],
    ["data\t", ["tab"], "data"],
    ["data\t", ["cr"], "data\t"],
    ["data\r", [], "data\r"],
    ["\x00\x00", ["cr"], "\x00\x00"],
  ] as const)("takes one terminator off %j under %j", (text, terminators, expected) => {
    const { assembler, told } = recordAssembly(honeywell, { terminators });
    pushAll(assembler, reportsOf(text));
    expect(told).toEqual([{ scan: expected, aim: "]Q1" }]);
  });

  it("takes no AIM identifier from a report that has none, unless the reader sends it with the data", () => {
    const plain = recordAssembly(newland);
    pushAll(plain.assembler, reportsOf("]Q1data", "", newland));
    expect(plain.told).toEqual([{ scan: "]Q1data" }]);
    const withAim = recordAssembly(newland, { aim: "optional" });
    pushAll(withAim.assembler, [...reportsOf("]Q1data\r", "", newland), ...reportsOf("]Q1\r", "", newland)]);
    expect(withAim.told).toEqual([
      { scan: "data", aim: "]Q1" },
      { discarded: "empty", bytes: 4 },
    ]);
  });

  it("demands an AIM identifier where the profile does", () => {
    const { assembler, told } = recordAssembly(honeywell, { aim: "required" });
    pushAll(assembler, [...reportsOf("data", ""), ...reportsOf("data")]);
    expect(told).toEqual([
      { discarded: "aim-missing", bytes: 4 },
      { scan: "data", aim: "]Q1" },
    ]);
  });

  it("drops a scan whose end does not come, and tells a scan that follows it from it", () => {
    const { assembler, told } = recordAssembly();
    pushAll(assembler, reportsOf(long).slice(0, 2));
    expect(assembler.isUnfinished).toBe(true);
    assembler.idle();
    pushAll(assembler, reportsOf("next"));
    assembler.idle();
    expect(told).toEqual([
      { discarded: "unfinished", bytes: 112 },
      { scan: "next", aim: "]Q1" },
    ]);
  });

  it("drops a scan when reports of another symbology come before its end", () => {
    const { assembler, told } = recordAssembly();
    pushAll(assembler, [...reportsOf(long).slice(0, 1), ...reportsOf("other", "]d1")]);
    expect(told).toEqual([
      { discarded: "unfinished", bytes: 56 },
      { scan: "other", aim: "]d1" },
    ]);
  });

  it("drops what was begun when the line closes", () => {
    const { assembler, told } = recordAssembly();
    pushAll(assembler, reportsOf(long).slice(0, 1));
    assembler.close();
    assembler.close();
    expect(told).toEqual([{ discarded: "closed", bytes: 56 }]);
  });

  it("never takes the output of a command for a scan", () => {
    const { assembler, told } = recordAssembly();
    pushAll(assembler, reportsOf("REVINF\x06.", "]Z6"));
    expect(told).toEqual([{ answer: "REVINF\x06." }]);
  });

  it("takes ]X0 for an answer only while a command is pending", () => {
    const recording = recordAssembly();
    pushAll(recording.assembler, reportsOf("scan", "]X0"));
    recording.isCommandPending = true;
    pushAll(recording.assembler, reportsOf("answer", "]X0"));
    expect(recording.told).toEqual([{ scan: "scan", aim: "]X0" }, { answer: "answer" }]);
  });

  it("keeps an answer that comes between the reports of a scan apart from it", () => {
    const { assembler, told } = recordAssembly();
    const [first, ...rest] = reportsOf(long);
    const [answerFirst, ...answerRest] = reportsOf("R".repeat(80), "]Z6");
    pushAll(assembler, [first ?? new Uint8Array(), answerFirst ?? new Uint8Array(), ...rest, ...answerRest]);
    expect(told).toEqual([{ scan: long, aim: "]Q1" }, { answer: "R".repeat(80) }]);
  });

  it("goes on with a scan under ]X0 although a command was sent in its midst", () => {
    const recording = recordAssembly();
    const [first, ...rest] = reportsOf(long, "]X0");
    pushAll(recording.assembler, [first ?? new Uint8Array()]);
    recording.isCommandPending = true;
    pushAll(recording.assembler, rest);
    expect(recording.told).toEqual([{ scan: long, aim: "]X0" }]);
  });

  it("drops a report whose count is larger than its room, with the scan that it belongs to", () => {
    const { assembler, told } = recordAssembly();
    const [first, second, third] = reportsOf(long);
    pushAll(assembler, [changed(second, 1, 57), third ?? new Uint8Array()]);
    pushAll(assembler, [first ?? new Uint8Array(), changed(second, 1, 255), third ?? new Uint8Array()]);
    pushAll(assembler, [changed(third, 1, 57), ...reportsOf("next")]);
    expect(told).toEqual([
      { discarded: "bad-length", bytes: 64 + 38 },
      { discarded: "bad-length", bytes: 56 + 64 + 38 },
      { discarded: "bad-length", bytes: 64 },
      { scan: "next", aim: "]Q1" },
    ]);
  });

  it("drops what does not hold an AIM identifier where one belongs: the reader has another layout", () => {
    const { assembler, told } = recordAssembly();
    const [first, second, third] = reportsOf(long);
    pushAll(assembler, [changed(first, 2, 0x30), second ?? new Uint8Array(), third ?? new Uint8Array()]);
    expect(told).toEqual([{ discarded: "bad-frame", bytes: 64 + 56 + 38 }]);
  });

  it("drops reports that are cut off, and those with ids that carry no scans", () => {
    const { assembler, told } = recordAssembly();
    const [report = new Uint8Array()] = reportsOf("data");
    pushAll(assembler, [report.subarray(0, 63), changed(report, 0, 9), new Uint8Array(), report]);
    expect(told).toEqual([
      { discarded: "bad-length", bytes: 63 },
      { discarded: "not-a-scan", bytes: 64 },
      { discarded: "not-a-scan", bytes: 0 },
      { scan: "data", aim: "]Q1" },
    ]);
  });

  it("counts a scan with nothing in it", () => {
    const { assembler, told } = recordAssembly();
    pushAll(assembler, [...reportsOf(""), ...reportsOf("\r\n")]);
    expect(told).toEqual([
      { discarded: "empty", bytes: 0 },
      { discarded: "empty", bytes: 2 },
    ]);
  });

  it("takes a scan of the limit, and drops one byte more whole", () => {
    const { assembler, told } = recordAssembly();
    pushAll(assembler, [...reportsOf("x".repeat(8_192)), ...reportsOf("x".repeat(8_193)), ...reportsOf("next")]);
    expect(told).toEqual([
      { scan: "x".repeat(8_192), aim: "]Q1" },
      { discarded: "overflow", bytes: 8_193 },
      { scan: "next", aim: "]Q1" },
    ]);
  });

  it("drops a single report over a small limit", () => {
    const { assembler, told } = recordAssembly(honeywell, { scanBytesMax: 10 });
    pushAll(assembler, [...reportsOf("x".repeat(11)), ...reportsOf("x".repeat(10))]);
    expect(told).toEqual([
      { discarded: "overflow", bytes: 11 },
      { scan: "x".repeat(10), aim: "]Q1" },
    ]);
  });

  it("gives back what was cut into reports, whatever it holds", () => {
    const scans = fc.array(
      fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 400 }), fc.constantFrom("]Q1", "]d2", "]L0")),
    );
    fc.assert(
      fc.property(fc.constantFrom(honeywell, newland), scans, (layout, wanted) => {
        const { assembler, told } = recordAssembly(layout, { terminators: [] });
        const latin = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");
        for (const [bytes, aim] of wanted) pushAll(assembler, reportsOf(latin(bytes), aim, layout));
        expect(told).toEqual(
          wanted.map(([bytes, aim]) => ({ scan: latin(bytes), ...(layout === honeywell && { aim }) })),
        );
      }),
    );
  });

  it("with any bit flipped, any report lost, never throws nor delivers more bytes than came", () => {
    fc.assert(
      fc.property(fc.nat(7), fc.nat(63), fc.nat(2), fc.nat(3), (bit, at, which, lost) => {
        const { assembler, told } = recordAssembly();
        const reports = reportsOf(long);
        const report = reports[which];
        if (report !== undefined) report[at] = (report[at] ?? 0) ^ (1 << bit);
        reports.splice(lost, 1);
        pushAll(assembler, reports);
        assembler.idle();
        expect(told.every((each) => !("scan" in each) || each.scan.length <= 168)).toBe(true);
      }),
    );
  });

  it("never throws on random bytes, and accounts for each of them", () => {
    const chunks = fc.array(fc.uint8Array({ maxLength: 80 }), { maxLength: 60 });
    fc.assert(
      fc.property(fc.constantFrom(honeywell, newland), chunks, (layout, wild) => {
        const { assembler, told } = recordAssembly(layout);
        for (const bytes of wild) assembler.push(Uint8Array.of(2, ...bytes));
        assembler.close();
        expect(assembler.isUnfinished).toBe(false);
        expect(told.length).toBeLessThanOrEqual(wild.length * 2);
      }),
    );
  });
});
