// Keeping one connection alive: a fresh link each time, growing delays, and nothing after a stop.
import { beforeEach, expect, test, vi } from "vitest";
import { Connection, type Ending } from "../../../../agent/publisher/connection.ts";
import { LinkError, type LinkListener, type MqttLink } from "../../../../agent/publisher/mqtt-link.ts";
import { afterThisTest } from "../../../fixtures/clean-up.ts";
import { recordLog } from "../../../fixtures/recorded-log.ts";
import { type SetClock, setClock, setRandom } from "../../../fixtures/set-clock.ts";
import { type FakeLink, fakeLink } from "./fake-link.ts";

interface Attempt {
  readonly address: string;
  readonly listener: LinkListener;
  readonly giveUp: AbortSignal;
  /** The broker lets us in. */
  accept(): Promise<FakeLink>;
  refuse(error: LinkError): Promise<void>;
}

let clock: SetClock;
let log = recordLog();
let attempts: Attempt[];
let ups: MqttLink[];
let downs: Ending[];
let messages: string[];
let connection: Connection;

const settle = () => vi.advanceTimersByTimeAsync(0);
const lost = () => new LinkError("lost", "cable");

beforeEach(() => {
  vi.useFakeTimers();
  afterThisTest(() => vi.useRealTimers());
  clock = setClock();
  log = recordLog();
  attempts = [];
  ups = [];
  downs = [];
  messages = [];
  connection = connect(["mqtt://one"]);
});

const connect = (addresses: readonly string[], random = setRandom(0.5)): Connection =>
  new Connection(
    {
      clock,
      random,
      log,
      addresses,
      open: (address, listener, giveUp) =>
        new Promise((resolve, reject) => {
          attempts.push({
            address,
            listener,
            giveUp,
            async accept() {
              const link = fakeLink();
              resolve(link);
              await settle();
              return link;
            },
            async refuse(error) {
              reject(error);
              await settle();
            },
          });
        }),
    },
    {
      onUp: (link) => ups.push(link),
      onDown: (how) => downs.push(how),
      onMessage: (topic) => messages.push(topic),
    },
  );

const last = (): Attempt => {
  const attempt = attempts.at(-1);
  if (attempt === undefined) throw new Error("nothing was tried");
  return attempt;
};

test("each connection is a new link", async () => {
  connection.start();
  const first = await last().accept();
  expect(connection.isUp).toBe(true);
  last().listener.onLost(lost());
  expect(connection.isUp).toBe(false);
  await vi.advanceTimersByTimeAsync(250);
  const second = await last().accept();
  expect(ups).toEqual([first, second]);
  expect(downs).toEqual(["lost"]);
});

test("delays grow to 30 s, are tried for ever, and are told once", async () => {
  connection.start();
  for (const delay of [250, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000, 30_000, 30_000]) {
    const tried = attempts.length;
    await last().refuse(new LinkError("unreachable", "ECONNREFUSED"));
    await vi.advanceTimersByTimeAsync(delay - 1);
    expect(attempts).toHaveLength(tried);
    await vi.advanceTimersByTimeAsync(1);
    expect(attempts).toHaveLength(tried + 1);
  }
  expect(log.lines.filter(({ level }) => level === "warn")).toHaveLength(1);
  await last().accept();
  expect(log.has("info", `"tries":10`)).toBe(true);
});

test("a connection that held for 30 s was sound: the next loss starts from the shortest delay; a short one was not", async () => {
  connection.start();
  await last().refuse(lost());
  await vi.advanceTimersByTimeAsync(250);
  await last().accept();
  clock.pass(29_999);
  last().listener.onLost(lost());
  await vi.advanceTimersByTimeAsync(999);
  expect(attempts).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(1);
  expect(attempts).toHaveLength(3);
  await last().accept();
  clock.pass(30_000);
  last().listener.onLost(lost());
  await vi.advanceTimersByTimeAsync(250);
  expect(attempts).toHaveLength(4);
});

test("a denial is an error each time, since a person must act", async () => {
  connection.start();
  for (let round = 0; round < 3; round += 1) {
    await last().refuse(new LinkError("denied", "wrong password"));
    await vi.advanceTimersByTimeAsync(30_000);
  }
  expect(log.lines.filter(({ level }) => level === "error")).toHaveLength(3);
});

test("a connection that is given up is closed, replaced, and not heard any more", async () => {
  connection.start();
  const dead = await last().accept();
  const { listener } = last();
  connection.abandon("deaf");
  expect(dead.isClosed).toBe(true);
  expect(downs).toEqual(["abandoned"]);
  listener.onLost(lost());
  listener.onMessage("late", new Uint8Array(), false);
  await vi.advanceTimersByTimeAsync(250);
  await last().accept();
  expect(attempts).toHaveLength(2);
  expect(downs).toEqual(["abandoned"]);
  expect(messages).toEqual([]);
  last().listener.onMessage("now", new Uint8Array(), false);
  expect(messages).toEqual(["now"]);
});

test("to give up what is not up does nothing", () => {
  connection.start();
  connection.abandon("deaf");
  expect(downs).toEqual([]);
});

test("a link that is lost before it was handed over leaves one new attempt", async () => {
  connection.start();
  const attempt = last();
  const accepted = attempt.accept();
  attempt.listener.onLost(lost());
  const link = await accepted;
  expect(ups).toEqual([]);
  expect(link.isClosed).toBe(true);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(attempts).toHaveLength(2);
});

test("a loss goes to the next address after a moment, and delays grow by whole rounds", async () => {
  connection = connect(["mqtt://one", "mqtt://two", "mqtt://three"]);
  connection.start();
  const tried = () => attempts.map(({ address }) => address);
  await last().accept();
  clock.pass(30_000);
  last().listener.onLost(lost());
  for (const delay of [200, 200]) {
    await vi.advanceTimersByTimeAsync(delay);
    await last().refuse(new LinkError("unreachable", "ECONNREFUSED"));
  }
  const wholeRound = 3;
  expect(attempts).toHaveLength(wholeRound);
  expect(new Set(tried()).size).toBe(wholeRound);
  await vi.advanceTimersByTimeAsync(249);
  expect(attempts).toHaveLength(wholeRound);
  await vi.advanceTimersByTimeAsync(1);
  expect(tried().at(-1)).toBe(tried()[0]);
  for (const delay of [200, 200, 1_000]) {
    const before = attempts.length;
    await last().refuse(new LinkError("denied", "wrong password"));
    await vi.advanceTimersByTimeAsync(delay - 1);
    expect(attempts).toHaveLength(before);
    await vi.advanceTimersByTimeAsync(1);
    expect(attempts).toHaveLength(before + 1);
  }
});

test("each connection is a new link also at another address, and where it leads is told", async () => {
  connection = connect(["mqtt://one", "mqtt://two"]);
  connection.start();
  const first = await last().accept();
  last().listener.onLost(lost());
  await vi.advanceTimersByTimeAsync(200);
  const second = await last().accept();
  expect(ups).toEqual([first, second]);
  expect(attempts[0]?.address).not.toBe(attempts[1]?.address);
  expect(log.has("info", String(attempts[1]?.address))).toBe(true);
});

test("a stop while waiting ends the trying", async () => {
  connection.start();
  await last().refuse(lost());
  await connection.stop();
  await vi.advanceTimersByTimeAsync(120_000);
  expect(attempts).toHaveLength(1);
});

test("a stop while connecting gives the attempt up, and closes what comes of it", async () => {
  connection.start();
  await connection.stop();
  expect(last().giveUp.aborted).toBe(true);
  const late = await last().accept();
  expect(late.isClosed).toBe(true);
  expect(ups).toEqual([]);
});

test("a stop while connected says goodbye, and the end of the link is no loss", async () => {
  connection.start();
  const link = await last().accept();
  await connection.stop();
  expect(link.isClosed).toBe(true);
  last().listener.onLost(lost());
  await vi.advanceTimersByTimeAsync(120_000);
  expect(attempts).toHaveLength(1);
  expect(downs).toEqual([]);
});
