// Updates of a desk: begun once, gone on with after a restart of the desk, and over when the reader says so or never returns.
import { generateKeyPairSync } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { signFirmwareFile } from "../../../../agent/firmware/firmware-file.ts";
import { type FirmwareNews, FirmwareUpdates } from "../../../../agent/firmware/firmware-updates.ts";
import type { BodyDraft, KnownBody } from "../../../../protocol/frame/reader-link/messages.ts";
import { temporaryDirectory } from "../../../fixtures/clean-up.ts";
import { recordLog } from "../../../fixtures/recorded-log.ts";
import { type SetClock, setClock } from "../../../fixtures/set-clock.ts";

const { x = "", d = "" } = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });
const data = new Uint8Array(2_500).fill(7);
const signed = signFirmwareFile(data, { hardware: "a1", version: "1.1.0", keyId: "fw-1" }, { x, d });

let dataDir: string;
let clock: SetClock;
let news: FirmwareNews[];
let over: boolean[];
let isAllowed: boolean;

beforeEach(() => {
  dataDir = temporaryDirectory();
  mkdirSync(join(dataDir, "firmware"));
  writeFileSync(join(dataDir, "firmware", "a1.json"), signed.kind === "file" ? signed.text : "");
  clock = setClock();
  news = [];
  over = [];
  isAllowed = true;
});

const updates = () =>
  new FirmwareUpdates({
    dataDir,
    keys: [{ kid: "fw-1", x }],
    clock,
    log: recordLog(),
    isAllowed: () => isAllowed,
    onState: (_reader, step, isOver) => {
      news.push(step);
      over.push(isOver);
    },
  });

/** A line to a reader on which the test answers by hand. */
function line(of: FirmwareUpdates) {
  const sent: BodyDraft[] = [];
  let requests = 0;
  const part = of.partFor("rl-1")({
    send: (body) => {
      sent.push(body);
      return true;
    },
    nextRequestId: () => {
      requests += 1;
      return requests;
    },
  });
  return {
    sent,
    say: (body: object) => part.receive(body as KnownBody, clock.monotonic()),
    claim: () =>
      part.claimed(
        { kind: "capabilities", firmwareUpdate: true } as Parameters<typeof part.claimed>[0],
        true,
        clock.monotonic(),
      ),
    close: () => part.close(),
  };
}

const runs = (version: string) => ({
  ...{ kind: "firmwareInfo", version, sha256: new Uint8Array(32), hardware: "a1", bootloader: "", floor: "" },
  ...{ confirmed: true, otherVersion: "" },
});

test("an update begins once, and sends as soon as the reader has said what runs", async () => {
  const desk = updates();
  expect(await desk.begin("rl-1", "a1.json")).toBeUndefined();
  expect(await desk.begin("rl-1", "a1.json")).toBe("busy");
  expect(desk.isUnderWay("rl-1")).toBe(true);
  const { sent, say, claim } = line(desk);
  claim();
  expect(sent).toEqual([]);
  say(runs("1.0.0"));
  expect(sent).toMatchObject([{ kind: "firmwareChunk", offset: 0, total: 2_500, version: "1.1.0" }]);
  expect(news.map(({ state }) => state)).toEqual(["waiting", "sending"]);
});

test("an update goes on after a restart of the desk, and is forgotten once it is over", async () => {
  await updates().begin("rl-1", "a1.json");
  const restarted = updates();
  await restarted.start();
  expect(restarted.isUnderWay("rl-1")).toBe(true);
  const { say, claim } = line(restarted);
  claim();
  say(runs("1.2.0"));
  expect(news.at(-1)).toMatchObject({ reader: "rl-1", version: "1.1.0", state: "failed", reason: "not-newer" });
  expect(over.at(-1)).toBe(true);
  await expect.poll(() => existsSync(join(dataDir, "firmware", "under-way", "rl-1"))).toBe(false);
  const third = updates();
  await third.start();
  expect(third.isUnderWay("rl-1")).toBe(false);
});

test("a file under way that was damaged is dropped at the next start", async () => {
  await updates().begin("rl-1", "a1.json");
  writeFileSync(join(dataDir, "firmware", "under-way", "rl-1"), "{");
  const restarted = updates();
  await restarted.start();
  expect(restarted.isUnderWay("rl-1")).toBe(false);
});

test("what a kill left of a file that was being written is no update of a reader", async () => {
  await updates().begin("rl-1", "a1.json");
  const left = join(dataDir, "firmware", "under-way", "rl-2.new");
  writeFileSync(left, signed.kind === "file" ? signed.text : "");
  const restarted = updates();
  await restarted.start();
  expect([restarted.isUnderWay("rl-1"), restarted.isUnderWay("rl-2.new")]).toEqual([true, false]);
  expect(existsSync(left)).toBe(false);
});

test("of two orders at once for one reader, one is refused", async () => {
  const desk = updates();
  const answers = await Promise.all([desk.begin("rl-1", "a1.json"), desk.begin("rl-1", "a1.json")]);
  expect(answers).toEqual([undefined, "busy"]);
  expect(news).toHaveLength(1);
});

test("a reader that does not come back from its test start is given up after two minutes", async () => {
  const desk = updates();
  await desk.begin("rl-1", "a1.json");
  const { say, claim, close, sent } = line(desk);
  claim();
  say(runs("1.0.0"));
  say({ kind: "firmwareStatus", state: "ready", nextOffset: 2_500, error: "" });
  expect(sent.at(-1)).toMatchObject({ kind: "control", op: "firmware-test" });
  close();
  clock.pass(119_000);
  desk.care();
  expect(desk.isUnderWay("rl-1")).toBe(true);
  clock.pass(2_000);
  desk.care();
  expect(news.at(-1)).toMatchObject({ state: "failed", reason: "did-not-return" });
});

test("a reader that stays away for a day is not updated any more, and not kept disarmed", async () => {
  const desk = updates();
  await desk.begin("rl-1", "a1.json");
  clock.pass(23 * 3_600_000);
  desk.care();
  const { say, claim, close } = line(desk);
  claim();
  say(runs("1.0.0"));
  close();
  clock.pass(23 * 3_600_000);
  desk.care();
  expect(desk.isUnderWay("rl-1")).toBe(true); // it was seen within the day
  clock.pass(3_600_000);
  desk.care();
  expect(desk.isUnderWay("rl-1")).toBe(false);
  expect(news.at(-1)).toMatchObject({ state: "failed", reason: "did-not-return" });
});

test.each(["", ".", "..", "../a1.json", "under-way", "a1.json/", "a/b", "\0", "x".repeat(65)])(
  "%j is no file of the folder",
  async (name) => {
    expect(await updates().begin("rl-1", name)).toBe("no-file");
  },
);

test("a version that the list of certified readers does not allow is refused", async () => {
  isAllowed = false;
  expect(await updates().begin("rl-1", "a1.json")).toBe("not-listed");
  expect(news).toEqual([]);
});
