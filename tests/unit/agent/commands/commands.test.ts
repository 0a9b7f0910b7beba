// Requests over MQTT: what each command does to a reader, what is answered, and what is refused.
import { beforeEach, describe, expect, test } from "vitest";
import { Commands } from "../../../../agent/commands/commands.ts";
import { type Reader, Reader as ReaderClass } from "../../../../agent/reader/reader.ts";
import type { Driver, DriverHost } from "../../../../protocol/driver/driver.ts";
import { afterThisTest } from "../../../fixtures/clean-up.ts";
import { memoryLine } from "../../../fixtures/memory-port.ts";
import { recordLog } from "../../../fixtures/recorded-log.ts";
import { type SetClock, setClock, setRandom } from "../../../fixtures/set-clock.ts";

let signals: string[];
let openings: number;
let updates: string[];
let switches: string[];
let switchFailure: Error | undefined;
let responses: {
  command: string;
  transaction: string;
  status: string;
  data?: unknown;
  error?: { code: string; message: string };
}[];
let readers: Reader[];
let clock: SetClock;
let commands: Commands;

function reader(id: string): Reader {
  const quiet = () => undefined;
  const makeDriver = (host: DriverHost): Driver => ({
    ...{ receive: quiet, wake: quiet, setArmed: quiet, settle: quiet, checkHealth: quiet, close: quiet },
    start: () => host.ready({}),
    signal: (outcome) => signals.push(`${id} ${outcome}`),
  });
  const made = new ReaderClass(
    {
      ...{ id, model: "test", place: () => "there", makeDriver },
      ...{ takesFirmware: id === "qr-1", about: {} },
      open: async () => {
        openings += 1;
        return memoryLine().port;
      },
      allowsFirmware: () => true,
      judge: () => ({ certification: "unlisted", mayReach: "armed", info: { id, certification: "unlisted" } }),
    },
    { clock, random: setRandom(), log: recordLog(), onScan: quiet, onDiscard: quiet, onFault: quiet, onChange: quiet },
  );
  afterThisTest(() => made.stop());
  return made;
}

beforeEach(async () => {
  signals = [];
  openings = 0;
  updates = [];
  switches = [];
  switchFailure = undefined;
  responses = [];
  clock = setClock();
  readers = [reader("qr-1"), reader("qr-2")];
  for (const each of readers) each.start();
  await new Promise((resolve) => setImmediate(resolve));
  make(readers);
});

function make(of: readonly Reader[]): void {
  commands = new Commands({
    readers: of,
    beginUpdate: (id, file) => {
      updates.push(`${id} ${file}`);
      return Promise.resolve(file === "good" ? undefined : "bad-signature");
    },
    switchReader: (id, isOn, done) => {
      switches.push(`${id} ${isOn ? "on" : "off"}`);
      done(switchFailure);
    },
    clock,
    log: recordLog(),
    respond: (command, payload) => responses.push({ command, ...JSON.parse(payload) }),
  });
}

let transactions = 0;
function ask(command: string, data?: unknown, more: object = {}): (typeof responses)[number] | undefined {
  transactions += 1;
  const before = responses.length;
  const request = { transaction: `t${transactions}`, ...(data === undefined ? {} : { data }), ...more };
  commands.onRequest(command, Buffer.from(JSON.stringify(request)), false);
  return responses[before];
}

describe("commands", () => {
  test("list names every reader with its state and what the registry says", () => {
    expect(ask("reader/list")).toMatchObject({
      command: "reader/list",
      status: "ok",
      data: {
        readers: [
          { id: "qr-1", state: "armed", certification: "unlisted", isEnabled: true },
          { id: "qr-2", state: "armed" },
        ],
      },
    });
  });

  test("identify and feedback reach the reader that is named", () => {
    expect(ask("reader/identify", { reader: "qr-2" })).toMatchObject({ status: "ok" });
    expect(ask("reader/feedback", { reader: "qr-1", outcome: "attention" })).toMatchObject({ status: "ok" });
    expect(signals).toEqual(["qr-2 identify", "qr-1 attention"]);
  });

  test("a restart opens the line again", async () => {
    expect(ask("reader/restart", { reader: "qr-1" })).toMatchObject({ status: "ok" });
    await new Promise((resolve) => setImmediate(resolve));
    expect(openings).toBe(3);
  });

  test("a reader that is disabled is claimed and not armed until it is enabled; both are kept first", () => {
    ask("reader/disable", { reader: "qr-1" });
    expect(readers[0]).toMatchObject({ state: { kind: "claimed" }, reason: "switched-off" });
    ask("reader/enable", { reader: "qr-1" });
    expect(readers[0]?.state.kind).toBe("armed");
    expect(switches).toEqual(["qr-1 off", "qr-1 on"]);
  });

  test("what could not be kept is not done", () => {
    switchFailure = new Error("disk full");
    expect(ask("reader/disable", { reader: "qr-1" })).toMatchObject({ status: "error", error: { code: "not-kept" } });
    expect(readers[0]?.state.kind).toBe("armed");
  });

  test("a reader whose protocol carries no firmware is not kept waiting for it", () => {
    expect(ask("reader/firmware", { reader: "qr-2", file: "good" })).toMatchObject({
      error: { code: "not-supported" },
    });
    expect(updates).toEqual([]);
  });

  test("an update of the firmware is begun, or refused with its reason", async () => {
    expect(ask("reader/firmware", { reader: "qr-1" })).toMatchObject({ error: { code: "bad-request" } });
    for (const file of ["good", "bad"]) ask("reader/firmware", { reader: "qr-1", file });
    await new Promise((resolve) => setImmediate(resolve));
    expect(updates).toEqual(["qr-1 good", "qr-1 bad"]);
    expect(responses.slice(1)).toMatchObject([{ status: "ok" }, { status: "error", error: { code: "bad-signature" } }]);
  });

  test("a desk with one reader need not name it", () => {
    make(readers.slice(0, 1));
    expect(ask("reader/identify")).toMatchObject({ status: "ok" });
    expect(signals).toEqual(["qr-1 identify"]);
  });
});

describe("requests that are not done", () => {
  const faults: [what: string, command: string, data: unknown, more: object, code: string][] = [
    ["an unknown command", "reader/explode", {}, {}, "unknown-command"],
    ["a command named like a member of every object", "constructor", {}, {}, "unknown-command"],
    ["an unknown reader", "reader/restart", { reader: "qr-9" }, {}, "unknown-reader"],
    ["no reader where there are two", "reader/restart", {}, {}, "bad-request"],
    ["a reader that is no text", "reader/restart", { reader: 1 }, {}, "bad-request"],
    ["an outcome nobody knows", "reader/feedback", { reader: "qr-1", outcome: "loud" }, {}, "bad-request"],
    ["data that is no object", "reader/list", [], {}, "bad-request"],
    ["a deadline that has passed", "reader/list", {}, { deadline: "2026-11-21T11:59:59Z" }, "deadline-passed"],
    ["a deadline that is no time", "reader/list", {}, { deadline: "soon" }, "bad-request"],
    ["a transaction with a blank", "reader/list", {}, { transaction: "a b" }, "bad-request"],
  ];
  test.each(faults)("%s is answered with its code", (_what, command, data, more, code) => {
    expect(ask(command, data, more)).toMatchObject({ status: "error", error: { code } });
    expect(signals).toEqual([]);
  });

  test.each([
    "",
    "null",
    "[]",
    "{",
    '{"transaction":"x"',
    "\xff\xfe",
    `{"transaction":"x","data":{"a":"${"b".repeat(5_000)}"}}`,
  ])("what is no request is answered without what it held: %j", (text) => {
    commands.onRequest("reader/list", Buffer.from(text, "latin1"), false);
    expect(responses).toMatchObject([{ status: "error", transaction: "", error: { code: "bad-request" } }]);
    expect(responses[0]?.error?.message).not.toContain("bbb");
  });

  test("a retained request is not done, for it would be done at every connect", () => {
    commands.onRequest("reader/identify", Buffer.from('{"transaction":"x","data":{"reader":"qr-1"}}'), true);
    expect([signals, responses]).toEqual([[], []]);
  });

  test("a request that comes twice is done once and answered twice", () => {
    const request = Buffer.from('{"transaction":"x","data":{"reader":"qr-1"}}');
    commands.onRequest("reader/identify", request, false);
    commands.onRequest("reader/identify", request, false);
    expect(signals).toEqual(["qr-1 identify"]);
    expect(responses.map(({ status }) => status)).toEqual(["ok", "ok"]);
  });
});
