// One reader over a line in memory with a driver that writes down what it is told: opening, scans, outcomes, losses, and an end at any moment.
import { beforeEach, describe, expect, test, vi } from "vitest";
import type { ScanSource } from "../../../../agent/check-in/pipeline.ts";
import { type Judgement, Reader } from "../../../../agent/reader/reader.ts";
import type { Driver, DriverHost } from "../../../../protocol/driver/driver.ts";
import type { Clock } from "../../../../protocol/host.ts";
import type { Scan } from "../../../../protocol/message/scan.ts";
import { type Port, PortError, type PortErrorCode } from "../../../../protocol/port.ts";
import { afterThisTest } from "../../../fixtures/clean-up.ts";
import { type MemoryLine, memoryLine } from "../../../fixtures/memory-port.ts";
import { recordLog } from "../../../fixtures/recorded-log.ts";
import { setRandom } from "../../../fixtures/set-clock.ts";

interface Opening {
  readonly giveUp: AbortSignal;
  succeed(line?: MemoryLine): Promise<MemoryLine>;
  fail(code: PortErrorCode): Promise<void>;
}

/** Takes each chunk as a scan, one that begins with `#` as a scan that it will send again, and is ready at once unless told not to be. */
class NotingDriver implements Driver {
  readonly told: string[] = [];
  readonly host: DriverHost;
  readonly isReadyAtOnce: boolean;
  isInCall = false;
  constructor(host: DriverHost, isReadyAtOnce: boolean) {
    this.host = host;
    this.isReadyAtOnce = isReadyAtOnce;
  }
  #note(words: string): void {
    if (this.isInCall) throw new Error(`called back from inside its own call: ${words}`);
    this.told.push(words);
  }
  start(): void {
    this.#note("start");
    if (this.isReadyAtOnce) this.host.ready({ firmware: "1.0" });
  }
  receive(chunk: Uint8Array): void {
    const text = Buffer.from(chunk).toString();
    this.isInCall = true;
    if (text === "fail") this.host.failed("line-noise");
    else
      this.host.scan({
        raw: chunk,
        endedBy: "packet",
        ...(text.startsWith("#") ? { link: { boot: "", seq: 0, crc: 7 } } : {}),
      });
    this.isInCall = false;
  }
  wake(): void {
    this.#note("wake");
  }
  setArmed(isArmed: boolean): void {
    this.#note(isArmed ? "arm" : "disarm");
  }
  settle(scan: Scan, outcome: string): void {
    this.#note(`${outcome} ${Buffer.from(scan.raw)}`);
  }
  signal(outcome: string): void {
    this.#note(`signal ${outcome}`);
  }
  checkHealth(): void {
    this.#note("health");
  }
  close(): void {
    this.#note("close");
  }
}

let place: "absent" | "there" | "ambiguous";
let openings: Opening[];
let drivers: NotingDriver[];
let isReadyAtOnce: boolean;
let judgement: Judgement;
let scans: { readonly text: string; readonly scan: Scan; readonly source: ScanSource }[];
let onScan: (scan: Scan, source: ScanSource) => void;
let discards: string[];
let faults: string[];
let states: string[];
/** The firmware that the registry was asked about. */
let reports: (string | undefined)[];
let log = recordLog();
let reader: Reader;

/** Follows the test's timers. */
const clock: Clock = { now: () => Date.now(), monotonic: () => performance.now(), isSynced: () => true };

const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
  afterThisTest(() => vi.useRealTimers());
  place = "there";
  openings = [];
  drivers = [];
  isReadyAtOnce = true;
  judgement = { certification: "no-registry", mayReach: "armed", info: {} };
  scans = [];
  onScan = (scan, source) => {
    scans.push({ text: Buffer.from(scan.raw).toString(), scan, source });
  };
  discards = [];
  faults = [];
  states = [];
  reports = [];
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
      id: "qr-1",
      model: "test",
      takesFirmware: false,
      about: { id: "qr-1", model: "test" },
      place: () => place,
      open,
      makeDriver: (host) => {
        const driver = new NotingDriver(host, isReadyAtOnce);
        drivers.push(driver);
        return driver;
      },
      allowsFirmware: () => true,
      judge: (report) => {
        reports.push(report?.firmware);
        return judgement;
      },
    },
    {
      clock,
      random: setRandom(0.5),
      log,
      onScan: (scan, source) => onScan(scan, source),
      onDiscard: (why) => discards.push(why),
      onFault: (fault, readerId) => faults.push(`${readerId} ${fault}`),
      onChange: () => {
        if (states.at(-1) !== reader.state.kind) states.push(reader.state.kind);
      },
    },
  );
  afterThisTest(() => reader.stop());
});

const told = () => drivers.flatMap((driver) => driver.told);

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

describe("the conversation", () => {
  test("a reader is armed when its driver is ready, and its scans go on", async () => {
    const line = await armed();
    send(line, "one");
    send(line, "two");
    expect(scans.map(({ text }) => text)).toEqual(["one", "two"]);
    expect(told()).toEqual(["start", "arm"]);
    expect(reports).toEqual([undefined, "1.0"]);
  });

  test("a reader whose driver is not ready yet is claimed, and armed once it is", async () => {
    isReadyAtOnce = false;
    await armed();
    expect(reader.state.kind).toBe("claimed");
    drivers[0]?.host.ready({});
    expect(reader.state.kind).toBe("armed");
  });

  test("bytes that a port delivers while it starts are not lost", async () => {
    reader.start();
    const line = memoryLine();
    send(line, "early");
    await last().succeed(line);
    expect(scans.map(({ text }) => text)).toEqual(["early"]);
  });

  test("an outcome that comes at once is told when the driver has returned from its call", async () => {
    const line = await armed();
    onScan = (scan, source) => source.tell("repeated", scan);
    send(line, "one");
    expect(told()).toContain("repeated one");
  });

  test("an outcome that comes after the line was lost is not told to the next line", async () => {
    const line = await armed();
    send(line, "one");
    line.unplug();
    await vi.advanceTimersByTimeAsync(600);
    await last().succeed();
    for (const { scan, source } of scans) source.tell("accepted", scan);
    expect(drivers).toHaveLength(2);
    expect(told()).not.toContain("accepted one");
  });

  test("a driver that gives up has its line closed and opened again", async () => {
    const line = await armed();
    send(line, "fail");
    expect(reader.state).toMatchObject({ kind: "error", why: "line-noise" });
    expect(line.isClosed).toBe(true);
    await vi.advanceTimersByTimeAsync(600);
    expect(openings).toHaveLength(2);
  });

  test("a driver is woken when it wished, once, and asked for its health twice a minute", async () => {
    await armed();
    drivers[0]?.host.wakeAt(performance.now() + 100);
    drivers[0]?.host.wakeAt(performance.now() + 200);
    await vi.advanceTimersByTimeAsync(199);
    expect(told()).not.toContain("wake");
    await vi.advanceTimersByTimeAsync(10);
    expect(told().filter((words) => words === "wake")).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(told().filter((words) => words === "health")).toHaveLength(2);
    expect(told().filter((words) => words === "wake")).toHaveLength(1);
  });

  test("a fault is told with the reader that has it", async () => {
    await armed();
    drivers[0]?.host.fault("scans-lost");
    expect(faults).toEqual(["qr-1 scans-lost"]);
    expect(reader.state.kind).toBe("armed");
  });

  test("the same fault again and again is told once a minute", async () => {
    await armed();
    for (let at = 0; at < 1_000; at += 1) drivers[0]?.host.fault("reader-reported");
    drivers[0]?.host.fault("scans-lost");
    expect(faults).toEqual(["qr-1 reader-reported", "qr-1 scans-lost"]);
    await vi.advanceTimersByTimeAsync(60_000);
    drivers[0]?.host.fault("reader-reported");
    expect(faults).toHaveLength(3);
  });

  test("a signal reaches an open reader and no other", async () => {
    expect(reader.signal("identify")).toBe(false);
    await armed();
    expect(reader.signal("identify")).toBe(true);
    expect(told()).toContain("signal identify");
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
    for (let beep = 0; beep < 10_000; beep += 1) drivers[0]?.host.write(Uint8Array.of(6));
    expect(writes).toBe(4_096);
  });
});

describe("what is not wanted", () => {
  test("while nothing can be kept scans are refused, and taken again after", async () => {
    const line = await armed();
    reader.setConditions({ spoolIsWritable: false });
    expect(reader).toMatchObject({ state: { kind: "claimed" }, reason: "spool-full" });
    send(line, "one");
    send(line, "#owed");
    expect(scans).toEqual([]);
    expect(discards).toEqual(["not-armed", "not-armed"]);
    expect(told()).toEqual(["start", "arm", "disarm", "wait one", "wait #owed"]);
    reader.setConditions({ spoolIsWritable: true });
    send(line, "two");
    expect(scans.map(({ text }) => text)).toEqual(["two"]);
  });

  test("a reader that is switched off takes no scan, but what it owes from before", async () => {
    const line = await armed();
    reader.setConditions({ isEnabled: false });
    expect(reader.reason).toBe("switched-off");
    send(line, "one");
    send(line, "#owed");
    expect(scans.map(({ text }) => text)).toEqual(["#owed"]);
    expect(told()).toContain("rejected one");
  });

  test("a reader that the registry refuses is not opened, and is once the list says so", async () => {
    judgement = { certification: "unlisted", mayReach: "present", info: {} };
    reader.start();
    expect(openings).toHaveLength(0);
    expect(reader).toMatchObject({ state: { kind: "present" }, reason: "refused-by-registry" });
    judgement = { certification: "certified", mayReach: "armed", registryVersion: 2, registryEntry: "a1", info: {} };
    reader.judgeAgain();
    await last().succeed();
    expect(reader.state.kind).toBe("armed");
    expect(reader.facts).toMatchObject({ certification: "certified", registryVersion: 2, registryEntry: "a1" });
  });

  test("two devices that answer to one description are not opened until one is gone", async () => {
    place = "ambiguous";
    reader.start();
    expect(reader).toMatchObject({ state: { kind: "error" }, reason: "ambiguous" });
    place = "there";
    await vi.advanceTimersByTimeAsync(500);
    expect(openings).toHaveLength(1);
  });

  test("a restart closes the line and opens it again", async () => {
    const line = await armed();
    reader.restart();
    expect(line.isClosed).toBe(true);
    await settle();
    await last().succeed();
    expect(openings).toHaveLength(2);
    expect(reader.state.kind).toBe("armed");
  });

  test("a restart waits for the port that is being closed, but not for one that hangs", async () => {
    const line = memoryLine();
    let isClosed: () => void = () => undefined;
    const close = () => new Promise<void>((resolve) => (isClosed = resolve));
    reader.start();
    await last().succeed({ ...line, port: { ...line.port, close } });
    reader.restart();
    await vi.advanceTimersByTimeAsync(100);
    expect(openings).toHaveLength(1);
    isClosed();
    await settle();
    expect(openings).toHaveLength(2);
    await last().succeed({ ...line, port: { ...line.port, close } });
    reader.restart();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(openings).toHaveLength(3);
  });

  test("a reader that was never there is known by its model", () => {
    place = "absent";
    reader.start();
    expect(reader.info).toEqual({ id: "qr-1", model: "test" });
  });
});

describe("life", () => {
  test("a device that is not there is looked for twice a second", async () => {
    place = "absent";
    reader.start();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(openings).toHaveLength(0);
    place = "there";
    await vi.advanceTimersByTimeAsync(500);
    expect(openings).toHaveLength(1);
  });

  test("an unplugged device is noticed although its stream says nothing", async () => {
    const line = await armed();
    place = "absent";
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
    expect(states).toEqual(["absent", "present", "error"]);
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
