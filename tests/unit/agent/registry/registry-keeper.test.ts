// The desk's list: what is taken, kept, refused and told, and that it never goes back.
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { RegistryConfig } from "../../../../agent/registry/registry-config.ts";
import {
  keptListFileName,
  RegistryKeeper,
  registryEvent,
  type Verdict,
} from "../../../../agent/registry/registry-keeper.ts";
import type { ReaderSubject } from "../../../../protocol/registry/judge.ts";
import { afterThisTest, temporaryDirectory } from "../../../fixtures/clean-up.ts";
import { recordLog } from "../../../fixtures/recorded-log.ts";
import { goldenJws, registryConfig, signed } from "../../../fixtures/registry.ts";
import { setClock } from "../../../fixtures/set-clock.ts";
import { waitUntil } from "../../../fixtures/wait-until.ts";

const listed: ReaderSubject = {
  ...{ vid: "1209", pid: "0001", serial: undefined, isBridge: false, profileId: "generic-hidpos", firmware: "1.4.0" },
  ...{ profileIsChanged: false, sharesSerial: false },
};

interface Desk {
  readonly dataDir?: string;
  readonly config?: Partial<RegistryConfig>;
  readonly nowMs?: number;
  readonly isSynced?: boolean;
}

async function makeDesk({
  dataDir = join(temporaryDirectory(), "data"),
  config = {},
  nowMs,
  isSynced = true,
}: Desk = {}) {
  const verdicts: Verdict[] = [];
  const log = recordLog();
  const keeper = new RegistryKeeper({
    dataDir,
    config: await registryConfig(config),
    clock: { ...setClock(nowMs), isSynced: () => isSynced },
    log,
    onVerdict: (verdict) => verdicts.push(verdict),
    fileLookMs: 20,
  });
  afterThisTest(() => keeper.close());
  return { keeper, dataDir, verdicts, log, kept: join(dataDir, keptListFileName) };
}

describe("a list that is offered", () => {
  it("is in use and on the disk, for this user alone, when the offer resolves", async () => {
    const { keeper, kept, verdicts } = await makeDesk();
    await keeper.load();
    expect(keeper.judge(listed, "qr-1").status).toBe("no-registry");
    let changes = 0;
    const stop = keeper.onChange(() => {
      changes += 1;
    });
    expect(await keeper.offer(goldenJws, "topic")).toEqual({ kind: "accepted", source: "topic", version: 17 });
    expect(readFileSync(kept)).toEqual(goldenJws);
    expect(statSync(kept).mode & 0o777).toBe(0o600);
    expect(keeper.judge(listed, "qr-1")).toMatchObject({
      status: "certified",
      registryVersion: 17,
      entryId: "example-a1",
    });
    expect(verdicts).toEqual([{ kind: "accepted", source: "topic", version: 17 }]);
    expect(changes).toBe(1);
    stop();
    await keeper.offer(await signed({ version: 18 }), "topic");
    expect(changes).toBe(1);
    expect(keeper.document?.version).toBe(18);
  });

  it("is used again after a restart", async () => {
    const first = await makeDesk();
    await first.keeper.offer(goldenJws, "topic");
    const second = await makeDesk({ dataDir: first.dataDir });
    const before = statSync(first.kept).ino;
    await second.keeper.load();
    expect(second.keeper.document?.version).toBe(17);
    expect(second.verdicts).toEqual([{ kind: "accepted", source: "kept", version: 17 }]);
    expect(statSync(first.kept).ino).toBe(before); // not written again: storage cards wear
  });

  it("again is nothing new, nor is an emptied topic", async () => {
    const { keeper, verdicts } = await makeDesk();
    await keeper.offer(goldenJws, "topic");
    expect(await keeper.offer(goldenJws, "file")).toEqual({ kind: "unchanged", source: "file" });
    expect(await keeper.offer(new Uint8Array(), "topic")).toEqual({ kind: "unchanged", source: "topic" });
    expect(verdicts).toHaveLength(1);
    expect(keeper.document?.version).toBe(17);
  });

  it.each([
    ["of a lower version", async () => signed({ version: 16 }), "lower-version"],
    ["of the same version with other content", async () => signed({ issuer: "ai đó khác" }), "version-reused"],
    ["of the same version by the other key", async () => signed({}, "fixture-2026b"), "version-reused"],
    [
      "that was changed",
      async () => Buffer.concat([goldenJws.subarray(0, 600), Buffer.from("A"), goldenJws.subarray(601)]),
      "bad-signature",
    ],
    ["that is issued tomorrow", async () => signed({ version: 18, issued: "2026-11-22" }), "not-yet-valid"],
    ["that is none", async () => Buffer.from("no list"), "not-jws"],
  ] as const)("%s is refused, and the old one stays", async (_what, make, reason) => {
    const { keeper, kept, verdicts, log } = await makeDesk();
    await keeper.offer(goldenJws, "file");
    expect(await keeper.offer(await make(), "topic")).toEqual({ kind: "refused", source: "topic", reason });
    expect(keeper.document?.version).toBe(17);
    expect(readFileSync(kept)).toEqual(goldenJws);
    expect(verdicts.at(-1)).toEqual({ kind: "refused", source: "topic", reason });
    expect(log.has("warn", reason)).toBe(true);
  });

  it("of a lower version is refused after a restart too", async () => {
    const first = await makeDesk();
    await first.keeper.offer(await signed({ version: 20 }), "topic");
    const second = await makeDesk({ dataDir: first.dataDir });
    await second.keeper.load();
    expect(await second.keeper.offer(await signed({ version: 19 }), "topic")).toMatchObject({
      reason: "lower-version",
    });
  });

  it("is told once when it is refused the same way again and again", async () => {
    const { keeper, verdicts } = await makeDesk();
    for (let connection = 0; connection < 5; connection += 1) await keeper.offer(Buffer.from("no list"), "topic");
    expect(verdicts).toHaveLength(1);
    await keeper.offer(Buffer.from("another one"), "topic");
    expect(verdicts).toHaveLength(2);
    await keeper.offer(goldenJws, "topic");
    await keeper.offer(Buffer.from("another one"), "topic"); // news again: something was right in between
    expect(verdicts).toHaveLength(4);
  });

  it("is not judged by a clock that can't be trusted", async () => {
    const { keeper } = await makeDesk({ isSynced: false, nowMs: 0 });
    expect(await keeper.offer(goldenJws, "topic")).toMatchObject({ kind: "accepted" });
    expect(keeper.judge(listed, "qr-1")).toMatchObject({ status: "certified", isClockUnsure: true });
  });

  it("is not taken without a pinned key", async () => {
    const { keeper } = await makeDesk({ config: { keys: [] } });
    await keeper.load();
    expect(await keeper.offer(goldenJws, "topic")).toMatchObject({ reason: "no-keys" });
  });

  it("is not taken when it can't be kept: after a power cut an older one could come in", async () => {
    const { keeper, dataDir, log } = await makeDesk();
    mkdirSync(join(dataDir, `${keptListFileName}.new`), { recursive: true }); // in the way of the file
    expect(await keeper.offer(goldenJws, "topic")).toMatchObject({ reason: "not-kept" });
    expect(keeper.document).toBeUndefined();
    expect(log.has("error", "can't be kept")).toBe(true);
  });

  it("takes its turn: the highest of many at once wins", async () => {
    const { keeper, kept } = await makeDesk();
    const lists = await Promise.all([20, 18, 22, 21].map((version) => signed({ version })));
    const verdicts = await Promise.all(lists.map((list) => keeper.offer(list, "topic")));
    expect(verdicts.map(({ kind }) => kind)).toEqual(["accepted", "refused", "accepted", "refused"]);
    expect(keeper.document?.version).toBe(22);
    expect(readFileSync(kept)).toEqual(lists[2]);
  });

  it("is refused when too many wait", async () => {
    const { keeper } = await makeDesk();
    const verdicts = await Promise.all(Array.from({ length: 20 }, () => keeper.offer(Buffer.from("x"), "topic")));
    expect(verdicts.filter((verdict) => verdict.kind === "refused" && verdict.reason === "busy")).toHaveLength(12);
    expect(await keeper.offer(goldenJws, "topic")).toMatchObject({ kind: "accepted" });
  });
});

describe("the list that was kept", () => {
  it.each([
    ["cut short", goldenJws.subarray(0, 1_000)],
    ["changed", Buffer.from(goldenJws).fill(0x41, 500, 510)],
    ["empty", new Uint8Array()],
  ])("is checked when it is loaded: %s", async (_what, bytes) => {
    const { keeper, dataDir, kept } = await makeDesk();
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(kept, bytes);
    await keeper.load();
    expect(keeper.document).toBeUndefined();
    expect(keeper.judge(listed, "qr-1").status).toBe("no-registry");
    expect(await keeper.offer(goldenJws, "topic")).toMatchObject({ kind: "accepted" });
  });

  it("is used although the clock says that it is issued later", async () => {
    const first = await makeDesk();
    await first.keeper.offer(goldenJws, "topic");
    const second = await makeDesk({ dataDir: first.dataDir, nowMs: Date.UTC(2026, 0, 1) });
    await second.keeper.load();
    expect(second.keeper.document?.version).toBe(17);
  });

  it("is whole or the old one, and leaves nothing beside it", async () => {
    const { keeper, dataDir } = await makeDesk();
    for (const version of [17, 18, 19]) await keeper.offer(await signed({ version }), "topic");
    expect(readdirSync(dataDir)).toEqual([keptListFileName]);
  });
});

describe("the configured file", () => {
  it("is taken at the start and again when it changes", async () => {
    const file = join(temporaryDirectory(), "registry.jws");
    writeFileSync(file, goldenJws);
    const { keeper, verdicts } = await makeDesk({ config: { file } });
    await keeper.load();
    expect(keeper.document?.version).toBe(17);
    writeFileSync(file, await signed({ version: 18 }));
    await waitUntil("the new file is in use", () => keeper.document?.version === 18);
    rmSync(file);
    writeFileSync(file, "no list");
    await waitUntil("what is no list is refused", () => verdicts.some(({ kind }) => kind === "refused"));
    expect(keeper.document?.version).toBe(18);
  });

  it.each([
    ["is not there", () => join(temporaryDirectory(), "none"), "unreadable"],
    ["is a directory", () => temporaryDirectory(), "unreadable"],
  ])("that %s is a refusal and no failure", async (_what, path, reason) => {
    const { keeper, verdicts } = await makeDesk({ config: { file: path() } });
    await keeper.load();
    expect(verdicts).toEqual([{ kind: "refused", source: "file", reason }]);
  });

  it("that is larger than any list is not read", async () => {
    const file = join(temporaryDirectory(), "registry.jws");
    writeFileSync(file, Buffer.alloc(600 * 1024, 0x41));
    const { keeper, verdicts } = await makeDesk({ config: { file } });
    await keeper.load();
    expect(verdicts).toEqual([{ kind: "refused", source: "file", reason: "too-large" }]);
  });
});

describe("a judgement", () => {
  it("goes by the policy and the override of its reader", async () => {
    const overrides = [{ reader: "qr-1", reason: "chờ giấy mới", by: "cntt-02", until: "2026-12-01" }];
    const { keeper } = await makeDesk({ config: { policy: "refuse", overrides } });
    await keeper.offer(goldenJws, "topic");
    const unlisted = { ...listed, pid: "9999" };
    expect(keeper.judge(unlisted, "qr-2")).toMatchObject({ status: "unlisted", mayArm: false, stayIn: "present" });
    expect(keeper.judge(unlisted, "qr-1")).toMatchObject({
      status: "unlisted",
      mayArm: true,
      override: { by: "cntt-02" },
    });
  });
});

it("a verdict becomes an event of the desk, unless nothing changed", () => {
  expect(registryEvent({ kind: "accepted", source: "topic", version: 17 })).toEqual({
    kind: "registry_accepted",
    facts: { source: "topic", registryVersion: 17 },
  });
  expect(registryEvent({ kind: "refused", source: "file", reason: "bad-signature" })).toEqual({
    kind: "registry_refused",
    facts: { source: "file", reason: "bad-signature" },
  });
  expect(registryEvent({ kind: "unchanged", source: "file" })).toBeUndefined();
});
