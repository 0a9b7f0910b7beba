// The simulated reader frames, splits, paces and repeats as told, and the product's framer gets every scan back.
import { expect, test } from "vitest";
import { parseChunking } from "../../../simulators/chunking.ts";
import { HostGone, type Medium } from "../../../simulators/medium.ts";
import {
  defaultReaderOptions,
  type ReaderOptions,
  ReaderSimulator,
  type SimulationReport,
} from "../../../simulators/reader.ts";

const payloads = ["một", "hai", "ba", "bốn", "năm"].map((word) => new TextEncoder().encode(word));

interface Recording {
  readonly chunks: Uint8Array[];
  readonly text: string;
  readonly pauses: number[];
  readonly report: SimulationReport;
}

/** Runs a reader on a line in memory, on a clock that only moves by waiting. */
async function record(options: Partial<ReaderOptions>, write?: (chunkNumber: number) => void): Promise<Recording> {
  const chunks: Uint8Array[] = [];
  const pauses: number[] = [];
  let now = 0;
  const medium: Medium = {
    place: "memory",
    whenListening: async () => undefined,
    write: async (bytes) => {
      write?.(chunks.length);
      chunks.push(bytes.slice());
    },
    close: async () => undefined,
  };
  const pause = async (milliseconds: number) => {
    pauses.push(milliseconds);
    now += milliseconds;
  };
  const reader = new ReaderSimulator(
    { ...defaultReaderOptions, scansPerSecond: undefined, ...options },
    { medium, clock: { monotonic: () => now }, pause },
  );
  const report = await reader.run(payloads, new AbortController().signal);
  return { chunks, text: Buffer.concat(chunks).toString("utf8"), pauses, report };
}

test.each([
  ["cr", "một\rhai\rba\rbốn\rnăm\r"],
  ["lf", "một\nhai\nba\nbốn\nnăm\n"],
  ["crlf", "một\r\nhai\r\nba\r\nbốn\r\nnăm\r\n"],
  ["tab", "một\thai\tba\tbốn\tnăm\t"],
  ["etx", "\u0002một\u0003\u0002hai\u0003\u0002ba\u0003\u0002bốn\u0003\u0002năm\u0003"],
] as const)("terminator %s", async (terminator, text) => {
  const recording = await record({ terminator });
  expect(recording.text).toBe(text);
  expect(recording.pauses).toEqual([]);
  expect(recording.report).toMatchObject({ scans: 5, repeats: 0, lost: 0, bytes: Buffer.byteLength(text) });
});

test("without a terminator silence follows each scan", async () => {
  const { text, pauses } = await record({ terminator: "none" });
  expect(text).toBe("mộthaibabốnnăm");
  expect(pauses).toEqual([300, 300, 300, 300, 300]);
});

test("the symbology identifier leads every payload", async () => {
  expect((await record({ aim: "]Q1", count: 2 })).text).toBe("]Q1một\r]Q1hai\r");
});

test.each([
  ["whole", [6, 4, 3, 6, 5]],
  ["bytes", Array(24).fill(1)],
  ["4", [4, 2, 4, 3, 4, 2, 4, 1]],
])("chunking %s", async (chunking, lengths) => {
  const { chunks } = await record({ chunking: parseChunking(chunking) ?? "whole" });
  expect(chunks.map((chunk) => chunk.length)).toEqual(lengths);
});

test("random chunks depend on the seed alone and lose no byte", async () => {
  const first = await record({ chunking: "random", seed: 3, aim: "]Q1".repeat(60) });
  const again = await record({ chunking: "random", seed: 3, aim: "]Q1".repeat(60) });
  const other = await record({ chunking: "random", seed: 4, aim: "]Q1".repeat(60) });
  expect(first.chunks).toEqual(again.chunks);
  expect(first.chunks).not.toEqual(other.chunks);
  expect(first.text).toBe(other.text);
});

test("what is no chunking is refused", () => {
  expect(["", "0", "-1", "1.5", "words", "9999999"].map(parseChunking)).toEqual(Array(6).fill(undefined));
});

test("the rate counts from the first scan", async () => {
  const { pauses, report } = await record({ scansPerSecond: 4 });
  expect(pauses).toEqual([250, 250, 250, 250]);
  expect(report.seconds).toBe(1);
});

test("a share of scans shows the card before once more", async () => {
  const { text, report } = await record({ repeatShare: 0.5, seed: 2 });
  expect(report.repeats).toBeGreaterThan(0);
  expect(text.split("\r").slice(0, -1).length).toBe(report.scans);
  expect([...new Set(text.split("\r"))].join(",")).toBe("một,hai,ba,bốn,năm,");
});

test("a host that hangs up costs the scan under way and no other", async () => {
  let gone = false;
  const { report, text } = await record({ chunking: { bytes: 3 } }, (chunkNumber) => {
    if (chunkNumber === 1 && !gone) {
      gone = true;
      throw new HostGone();
    }
  });
  expect(report).toMatchObject({ scans: 4, lost: 1 });
  expect(text).toContain("hai\rba\rbốn\rnăm\r");
});
