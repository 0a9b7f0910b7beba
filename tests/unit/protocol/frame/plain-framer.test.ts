// Each rule of the plain framer, in a table: what a reader does, and what the framer makes of it.
import { describe, expect, it } from "vitest";
import { PlainFramer } from "../../../../protocol/frame/plain-framer.ts";
import { defaultPlainFraming, type PlainFraming } from "../../../../protocol/frame/plain-framing.ts";
import { close, frame, type Input, idle, type Told } from "./record-frames.ts";

interface Case {
  readonly rule: string;
  readonly framing?: Partial<PlainFraming>;
  readonly inputs: readonly Input[];
  readonly told: readonly Told[];
}

const scan = (text: string, endedBy = "terminator"): Told => ({ scan: text, endedBy });
const lost = (discarded: string, bytes: number): Told => ({ discarded, bytes });
const long = (length: number): string => "7".repeat(length);

const cases: readonly Case[] = [
  { rule: "CR ends a scan", inputs: ["A\r"], told: [scan("A")] },
  { rule: "LF ends a scan", inputs: ["A\n"], told: [scan("A")] },
  { rule: "TAB ends a scan", inputs: ["A\t"], told: [scan("A")] },
  { rule: "CR LF is one end", inputs: ["A\r\nB\r\n"], told: [scan("A"), scan("B")] },
  { rule: "CR LF is one end over two reads", inputs: ["A\r", "\nB\r", "\n"], told: [scan("A"), scan("B")] },
  { rule: "CR LF is one end with silence between", inputs: ["A\r", idle, "\nB\r\n"], told: [scan("A"), scan("B")] },
  { rule: "leading terminators produce nothing", inputs: ["\r\n\t\n\rA\r\r\r"], told: [scan("A")] },
  { rule: "other control bytes are data", inputs: ["A\x00\x1d\x1e\x04B\r"], told: [scan("A\x00\x1d\x1e\x04B")] },
  { rule: "silence ends a scan", inputs: ["AB", idle], told: [scan("AB", "idle")] },
  { rule: "silence between scans is nothing", inputs: [idle, "A\r", idle, idle], told: [scan("A")] },
  {
    rule: "a scan goes on until silence",
    inputs: ["A", "B", idle, "C", idle],
    told: [scan("AB", "idle"), scan("C", "idle")],
  },
  {
    rule: "without terminators only silence ends",
    framing: { terminators: [] },
    inputs: ["A\r\n\tB\r", idle],
    told: [scan("A\r\n\tB\r", "idle")],
  },
  {
    rule: "with CR alone, LF is data",
    framing: { terminators: ["cr"] },
    inputs: ["A\nB\r\nC\r"],
    told: [scan("A\nB"), scan("\nC")],
  },
  {
    rule: "with LF alone, CR is data",
    framing: { terminators: ["lf"] },
    inputs: ["A\r\nB\n"],
    told: [scan("A\r"), scan("B")],
  },
  {
    rule: "with CR and CR LF, an LF elsewhere is data",
    framing: { terminators: ["cr", "crlf"] },
    inputs: ["A\r\nB\n\r", idle, "\n\nC\r"],
    told: [scan("A"), scan("B\n"), scan("\nC")],
  },
  {
    rule: "with LF and CR LF, a CR elsewhere is data",
    framing: { terminators: ["lf", "crlf"] },
    inputs: ["A\rB\r\nC\n\r\r\n"],
    told: [scan("A\rB"), scan("C"), scan("\r")],
  },
  {
    rule: "with CR LF alone, CR and LF are data",
    framing: { terminators: ["crlf"] },
    inputs: ["A\rB\nC\r\n\r\n\nD\r\r\n"],
    told: [scan("A\rB\nC"), scan("\nD\r")],
  },
  {
    rule: "with CR LF alone, silence after CR ends the scan and its LF is swallowed",
    framing: { terminators: ["crlf"] },
    inputs: ["A\r", idle, "\nB\r\n", "C\r", idle, "D\n\r\n"],
    told: [scan("A", "idle"), scan("B"), scan("C", "idle"), scan("D\n")],
  },
  {
    rule: "with CR LF alone, a lone CR before silence is no scan",
    framing: { terminators: ["crlf"] },
    inputs: ["\r", idle, "\nA\r\n"],
    told: [scan("A")],
  },
  {
    rule: "with CR LF alone, a new port does not finish the old one's CR",
    framing: { terminators: ["crlf"] },
    inputs: ["A\r", close, "\nB\r\n"],
    told: [lost("closed", 2), scan("\nB")],
  },
  {
    rule: "terminators between STX and ETX are data",
    framing: { stx: true },
    inputs: ["\x02A\r\n\tB\x03\r\n\x02C\x03"],
    told: [scan("A\r\n\tB", "etx"), scan("C", "etx")],
  },
  {
    rule: "STX alone and ETX alone, each in its own read",
    framing: { stx: true },
    inputs: ["\x02", "A", "\x03", "B\r"],
    told: [scan("A", "etx"), scan("B")],
  },
  { rule: "STX inside a scan is data", framing: { stx: true }, inputs: ["A\x02B\r"], told: [scan("A\x02B")] },
  { rule: "STX is data where the reader has none", inputs: ["\x02A\x03\r"], told: [scan("\x02A\x03")] },
  {
    rule: "silence inside STX is a fault, and what follows is a new scan",
    framing: { stx: true },
    inputs: ["\x02AB", idle, "C\r"],
    told: [lost("stx-unfinished", 2), scan("C")],
  },
  {
    rule: "CR before a fault is no half of CR LF",
    framing: { stx: true, terminators: ["crlf"] },
    inputs: ["\x02A\r", idle, "\nB\r\n"],
    told: [lost("stx-unfinished", 2), scan("\nB")],
  },
  {
    rule: "STX and ETX around nothing is counted",
    framing: { stx: true },
    inputs: ["\x02\x03"],
    told: [lost("empty", 0)],
  },
  { rule: "the longest scan passes", framing: { scanBytesMax: 9 }, inputs: [`${long(9)}\r`], told: [scan(long(9))] },
  {
    rule: "a longer one is dropped to the next end",
    framing: { scanBytesMax: 9 },
    inputs: [`${long(10)}\rA\r`],
    told: [lost("overflow", 10), scan("A")],
  },
  {
    rule: "a longer one is dropped to the next silence",
    framing: { scanBytesMax: 9 },
    inputs: [long(30), idle, "A\r"],
    told: [lost("overflow", 30), scan("A")],
  },
  {
    rule: "CR LF does not count against the limit",
    framing: { scanBytesMax: 9, terminators: ["crlf"] },
    inputs: [`${long(9)}\r\n${long(10)}\r\n`],
    told: [scan(long(9)), lost("overflow", 10)],
  },
  {
    rule: "a longer one between STX and ETX is dropped to ETX",
    framing: { scanBytesMax: 9, stx: true },
    inputs: [`\x02${long(6)}\r${long(6)}\x03A\r`],
    told: [lost("overflow", 13), scan("A")],
  },
  {
    rule: "an STX frame that is too long and never ends is one overflow",
    framing: { scanBytesMax: 9, stx: true },
    inputs: [`\x02${long(12)}`, idle],
    told: [lost("overflow", 12)],
  },
  { rule: "a close drops the part", inputs: ["AB", close, "C\r"], told: [lost("closed", 2), scan("C")] },
  {
    rule: "a close inside STX drops the part",
    framing: { stx: true },
    inputs: ["\x02AB", close],
    told: [lost("closed", 2)],
  },
  {
    rule: "a close inside an overflow counts it as one",
    framing: { scanBytesMax: 3 },
    inputs: [long(5), close],
    told: [lost("overflow", 5)],
  },
  { rule: "a close between scans is nothing", inputs: ["A\r", close, close], told: [scan("A")] },
  {
    rule: "an AIM prefix is taken off and reported",
    inputs: ["]Q1A\r"],
    told: [{ scan: "A", endedBy: "terminator", aim: "]Q1" }],
  },
  {
    rule: "what only begins like one is data",
    inputs: ["]1QA\r]Q-A\r]Q\r]\r"],
    told: [scan("]1QA"), scan("]Q-A"), scan("]Q"), scan("]")],
  },
  { rule: "an AIM prefix alone is counted", inputs: ["]Q1\r"], told: [lost("empty", 3)] },
  { rule: "where AIM is off, it is data", framing: { aim: "none" }, inputs: ["]Q1A\r"], told: [scan("]Q1A")] },
  {
    rule: "where AIM is demanded, a scan without it is a fault",
    framing: { aim: "required" },
    inputs: ["A\r]d2B\r\r"],
    told: [lost("aim-missing", 1), { scan: "B", endedBy: "terminator", aim: "]d2" }],
  },
  {
    rule: "a stream that opens with telnet is refused once and stays silent",
    framing: { refuseTelnet: true },
    inputs: ["\xff\xfb\x01A\r", idle, "B\r"],
    told: [lost("telnet", 2)],
  },
  {
    rule: "telnet's other offer",
    framing: { refuseTelnet: true },
    inputs: ["\xff\xfd\x03A\r"],
    told: [lost("telnet", 2)],
  },
  {
    rule: "FF later in the stream, or before another byte, is data",
    framing: { refuseTelnet: true },
    inputs: ["\xffA\xff\xfb\r\xff\xfbB\r"],
    told: [scan("\xffA\xff\xfb"), scan("\xff\xfbB")],
  },
  {
    rule: "a new port may speak raw TCP again",
    framing: { refuseTelnet: true },
    inputs: ["\xff\xfb\x01", close, "A\r"],
    told: [lost("telnet", 2), scan("A")],
  },
  { rule: "a serial line may begin with anything", inputs: ["\xff\xfbA\r"], told: [scan("\xff\xfbA")] },
];

describe("plain framer", () => {
  it.each(cases)("$rule", ({ inputs, framing, told }) => {
    expect(frame(inputs, framing)).toEqual(told);
  });

  it.each(cases)("$rule, one byte at a time", ({ inputs, framing, told }) => {
    expect(frame(inputs, framing, 1)).toEqual(told);
  });

  it("never mixes up chunks, not even after a sink that threw", () => {
    const scans: string[] = [];
    const framer = new PlainFramer(defaultPlainFraming, {
      scan: ({ raw }) => {
        scans.push(Buffer.from(raw).toString());
        if (scans.length === 1) throw new Error("a broken sink");
      },
      discarded: () => undefined,
    });
    expect(() => framer.push(Uint8Array.from(Buffer.from("first\r")))).toThrow("a broken sink");
    framer.push(Uint8Array.from(Buffer.from("other\r")));
    expect(scans).toEqual(["first", "other"]);
  });
});
