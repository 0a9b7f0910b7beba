// One reader over a line in memory: opening, scans, silence, feedback, losses, and an end at any moment.
import { beforeEach, describe, expect, test, vi } from "vitest";
import type { ScanSource } from "../../../../agent/check-in/pipeline.ts";
import type { ReaderState } from "../../../../agent/reader/life-cycle.ts";
import { Reader } from "../../../../agent/reader/reader.ts";
import { defaultPlainFraming } from "../../../../protocol/frame/plain-framing.ts";
import { type Port, PortError, type PortErrorCode } from "../../../../protocol/port.ts";
import { afterThisTest } from "../../../fixtures/clean-up.ts";
import { type MemoryLine, memoryLine } from "../../../fixtures/memory-port.ts";
import { recordLog } from "../../../fixtures/recorded-log.ts";
import { setClock, setRandom } from "../../../fixtures/set-clock.ts";

const idleMs = 60;

interface Opening {
  readonly giveUp: AbortSignal;
  succeed(line?: MemoryLine): Promise<MemoryLine>;
  fail(code: PortErrorCode): Promise<void>;
}

let isThere: boolean;
let openings: Opening[];
let scans: string[];
let discards: string[];
let states: ReaderState[];
let sources: ScanSource[];
let log = recordLog();
let reader: Reader;

const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
  afterThisTest(() => vi.useRealTimers());
  isThere = true;
  openings = [];
  scans = [];
  discards = [];
  states = [];
  sources = [];
  log = recordLog();
  const open = (giveUp: AbortSignal) =>
    new Promise<Port>((resolve, reject) => {
      openings.push({
        giveUp,
        async succeed(line = memoryLine()) {
          resolve(line.port);
          await settle();
          return line;
        },
        async fail(code) {
          reject(new PortError(code, { holder: "minicom (42)" }));
          await settle();
        },
      });
    });
  reader = new Reader(
    {
      facts: { id: "qr-1", model: "test", certification: "no-registry" },
      framing: { ...defaultPlainFraming, stx: true },
      idleMs,
      feedback: { accepted: Uint8Array.of(0x06), refused: Uint8Array.of(0x18) },
      open,
      isThere: () => isThere,
    },
    {
      clock: setClock(),
      random: setRandom(0.5),
      log,
      onScan: (scan, source) => {
        scans.push(Buffer.from(scan.raw).toString());
        sources.push(source);
      },
      onDiscard: (why) => discards.push(why),
      onState: (state) => states.push(state),
    },
  );
  afterThisTest(() => reader.stop());
});

const last = (): Opening => {
  const opening = openings.at(-1);
  if (opening === undefined) throw new Error("nothing was opened");
  return opening;
};
async function armed(): Promise<MemoryLine> {
  reader.start();
  return await last().succeed();
}
const send = (line: MemoryLine, text: string) => line.send(Buffer.from(text));

describe("scans", () => {
  test("scans come through as the line delivers them, also in pieces", async () => {
    const line = await armed();
    send(line, "one\rtw");
    send(line, "o\r");
    expect(scans).toEqual(["one", "two"]);
  });

  test("bytes that a port delivers while it starts are not lost", async () => {
    reader.start();
    const line = memoryLine();
    send(line, "early\r");
    await last().succeed(line);
    expect(scans).toEqual(["early"]);
  });

  test("silence ends a scan without terminator, and each piece begins the gap anew", async () => {
    const line = await armed();
    send(line, "pie");
    await vi.advanceTimersByTimeAsync(idleMs - 1);
    send(line, "ces");
    await vi.advanceTimersByTimeAsync(idleMs - 1);
    expect(scans).toEqual([]);
    await vi.advanceTimersByTimeAsync(1 + 5);
    expect(scans).toEqual(["pieces"]);
  });

  test("bytes that come in the moment of grace after the gap still belong to the scan", async () => {
    const line = await armed();
    send(line, "pie");
    await vi.advanceTimersByTimeAsync(idleMs + 3);
    send(line, "ces");
    await vi.advanceTimersByTimeAsync(idleMs + 5);
    expect(scans).toEqual(["pieces"]);
  });

  test("silence inside an STX frame is a fault after half a second, not before", async () => {
    const line = await armed();
    send(line, "\x02half");
    await vi.advanceTimersByTimeAsync(499);
    expect(discards).toEqual([]);
    await vi.advanceTimersByTimeAsync(10);
    expect(discards).toEqual(["stx-unfinished"]);
    send(line, "next\r");
    expect(scans).toEqual(["next"]);
  });

  test("a scan that is cut off by an unplug is dropped and does not begin the next", async () => {
    const line = await armed();
    send(line, "half");
    line.unplug();
    expect(discards).toEqual(["closed"]);
    await vi.advanceTimersByTimeAsync(600);
    send(await last().succeed(), "next\r");
    expect(scans).toEqual(["next"]);
  });
});

describe("feedback", () => {
  test("an outcome with bytes is told, one without is silent", async () => {
    const line = await armed();
    send(line, "one\r");
    sources[0]?.tell("duplicate");
    expect(line.written).toHaveLength(0);
    sources[0]?.tell("accepted");
    expect([...line.written]).toEqual([0x06]);
  });

  test("to tell after the line is gone does nothing", async () => {
    const line = await armed();
    send(line, "one\r");
    line.unplug();
    sources[0]?.tell("accepted");
    await settle();
    expect(line.written).toHaveLength(0);
  });

  test("a line that takes nothing is not filled without bound", async () => {
    const line = memoryLine();
    let writes = 0;
    const write = () => {
      writes += 1;
      return new Promise<void>(() => undefined);
    };
    reader.start();
    await last().succeed({ ...line, port: { ...line.port, write } });
    for (let scan = 0; scan < 10_000; scan += 1) reader.tell("accepted");
    expect(writes).toBe(4_096);
  });

  test("while nothing can be kept scans are refused, and taken again after", async () => {
    const line = await armed();
    reader.setSpoolWritable(false);
    expect(reader.state.kind).toBe("claimed");
    send(line, "one\r");
    expect(scans).toEqual([]);
    expect(discards).toEqual(["not-armed"]);
    expect([...line.written]).toEqual([0x18]);
    reader.setSpoolWritable(true);
    send(line, "two\r");
    expect(scans).toEqual(["two"]);
  });

  test("a reader that opens while nothing can be kept waits for it", async () => {
    reader.setSpoolWritable(false);
    await armed();
    expect(reader.state.kind).toBe("claimed");
    reader.setSpoolWritable(true);
    expect(reader.state.kind).toBe("armed");
  });
});

describe("life", () => {
  test("a device that is not there is looked for twice a second", async () => {
    isThere = false;
    reader.start();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(openings).toHaveLength(0);
    isThere = true;
    await vi.advanceTimersByTimeAsync(500);
    expect(openings).toHaveLength(1);
  });

  test("an unplugged device is noticed although its stream says nothing", async () => {
    const line = await armed();
    isThere = false;
    await vi.advanceTimersByTimeAsync(500);
    expect(reader.state.kind).toBe("absent");
    expect(line.isClosed).toBe(true);
  });

  test("failures are tried again ever more slowly, and told once with the holder's name", async () => {
    reader.start();
    for (const delay of [500, 1_000, 2_000, 5_000, 10_000, 10_000]) {
      const tried = openings.length;
      await last().fail("port-claimed");
      await vi.advanceTimersByTimeAsync(delay - 1);
      expect(openings).toHaveLength(tried);
      await vi.advanceTimersByTimeAsync(1);
      expect(openings).toHaveLength(tried + 1);
    }
    const warnings = log.lines.filter(({ level }) => level === "warn");
    expect(warnings).toMatchObject([{ facts: { reader: "qr-1", code: "port-claimed", holder: "minicom (42)" } }]);
    expect(states.map(({ kind }) => kind)).toEqual(["absent", "present", "error"]);
  });

  test("a path that leads to no device is tried at every look and told once", async () => {
    reader.start();
    for (let look = 0; look < 20; look += 1) {
      await last().fail("port-absent");
      await vi.advanceTimersByTimeAsync(500);
    }
    expect(openings).toHaveLength(21);
    expect(log.lines.filter(({ level }) => level === "warn")).toHaveLength(1);
  });

  test("a line that is lost while it starts is opened again", async () => {
    reader.start();
    const line = memoryLine();
    line.unplug();
    await last().succeed(line);
    expect(reader.state).toMatchObject({ kind: "error", why: "port-lost" });
    await vi.advanceTimersByTimeAsync(500);
    await last().succeed();
    expect(reader.state.kind).toBe("armed");
  });

  test("a minute of sound work forgets earlier failures", async () => {
    reader.start();
    await last().fail("port-failed");
    await vi.advanceTimersByTimeAsync(500);
    await last().succeed();
    expect(reader.state).toEqual({ kind: "armed", failures: 1 });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(reader.state).toEqual({ kind: "armed", failures: 0 });
  });

  test("an end closes the line, and nothing happens after it", async () => {
    const line = await armed();
    send(line, "half");
    await reader.stop();
    expect(line.isClosed).toBe(true);
    line.unplug();
    await vi.advanceTimersByTimeAsync(120_000);
    expect(openings).toHaveLength(1);
    expect(scans).toEqual([]);
    expect(reader.state.kind).toBe("stopped");
    expect(vi.getTimerCount()).toBe(0);
  });

  test("an end while the line is being opened closes what opens too late", async () => {
    reader.start();
    await reader.stop();
    expect(last().giveUp.aborted).toBe(true);
    const line = await last().succeed();
    expect(line.isClosed).toBe(true);
    expect(reader.state.kind).toBe("stopped");
  });

  test("an end while waiting for the next try ends the trying", async () => {
    reader.start();
    await last().fail("port-failed");
    await reader.stop();
    await vi.advanceTimersByTimeAsync(120_000);
    expect(openings).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});
