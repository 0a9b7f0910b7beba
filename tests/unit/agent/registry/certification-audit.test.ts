// What is written down of readers that were armed, refused or overridden.
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { auditFileName, CertificationAudit, type Judgement } from "../../../../agent/registry/certification-audit.ts";
import { lastJudgement } from "../../../../agent/registry/last-judgement.ts";
import type { Certification } from "../../../../protocol/registry/certification.ts";
import { temporaryDirectory } from "../../../fixtures/clean-up.ts";
import { recordLog } from "../../../fixtures/recorded-log.ts";
import { setClock } from "../../../fixtures/set-clock.ts";

const certified: Certification = {
  ...{
    status: "certified",
    isClockUnsure: false,
    registryVersion: 17,
    entryId: "example-a1",
    certificateId: "MAU-0001",
  },
  ...{ validUntil: "2029-01-01", mayArm: true, stayIn: "armed", alarm: false },
} as const;
const unlisted: Certification = {
  ...{ status: "unlisted", isClockUnsure: false, registryVersion: 17, mayArm: true, stayIn: "armed", alarm: false },
} as const;
const judgement = (certification: Certification, changes: Partial<Judgement> = {}): Judgement => ({
  ...{ reader: "qr-1", profileId: "generic-hidpos", firmware: "1.4.0", policy: "warn", certification },
  ...changes,
});
const dayMs = 24 * 60 * 60 * 1_000;

function makeAudit(path = join(temporaryDirectory(), "data", auditFileName)) {
  const clock = setClock();
  const log = recordLog();
  const audit = new CertificationAudit(path, clock, log);
  const records = () =>
    existsSync(path)
      ? readFileSync(path, "utf8")
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line))
      : [];
  return { audit, clock, log, path, records };
}

describe("a record", () => {
  it("says what was judged, by what, and what followed", async () => {
    const { audit, records } = makeAudit();
    await audit.record(judgement(certified));
    expect(records()).toEqual([
      {
        ...{ at: "2026-11-21T19:00:00.000+07:00", clock: "synced", what: "armed", reader: "qr-1" },
        ...{ profile: "generic-hidpos", firmware: "1.4.0", policy: "warn", status: "certified", registryVersion: 17 },
        ...{ registryEntry: "example-a1", certificate: "MAU-0001", validUntil: "2029-01-01" },
      },
    ]);
  });

  it("names who overrode the list, why and until when", async () => {
    const { audit, records } = makeAudit();
    const override = { by: "cntt-02", reason: "chờ giấy mới", until: "2026-12-01" };
    await audit.record(judgement({ ...unlisted, override }, { policy: "refuse" }));
    await audit.record(
      judgement({ ...unlisted, mayArm: false, stayIn: "present" }, { policy: "refuse", reader: "qr-2" }),
    );
    expect(records()).toMatchObject([
      { what: "override", reader: "qr-1", status: "unlisted", override },
      { what: "refused", reader: "qr-2", status: "unlisted" },
    ]);
  });

  it("is written once a day for a reader that no list names, whatever else changes", async () => {
    const { audit, clock, records } = makeAudit();
    for (const firmware of ["1", "2", "3"]) await audit.record(judgement(unlisted, { firmware }));
    await audit.record(judgement({ ...unlisted, registryVersion: 18 }));
    expect(records()).toHaveLength(1);
    await audit.record(judgement(unlisted, { reader: "qr-2" }));
    expect(records()).toHaveLength(2);
    clock.pass(dayMs);
    await audit.record(judgement(unlisted));
    await audit.record(judgement(unlisted));
    expect(records()).toHaveLength(3);
  });

  it("of a reader that comes and goes is written once a day, and again when the judgement changes", async () => {
    const { audit, records } = makeAudit();
    const denied: Certification = {
      ...certified,
      status: "firmware-denied",
      mayArm: false,
      stayIn: "claimed",
      alarm: true,
    };
    for (let plugged = 0; plugged < 20; plugged += 1) {
      await audit.record(judgement(certified));
      await audit.record(judgement(denied, { firmware: "1.3.1" }));
    }
    expect(records().map(({ what }) => what)).toEqual(["armed", "refused"]);
    await audit.record(judgement({ ...certified, registryVersion: 18 }));
    expect(records()).toHaveLength(3);
  });

  it("is not written twice after a restart of the same day", async () => {
    const first = makeAudit();
    await first.audit.record(judgement(unlisted));
    await first.audit.record(judgement(certified, { reader: "qr-2" }));
    const second = makeAudit(first.path);
    await second.audit.open();
    await second.audit.record(judgement(unlisted));
    await second.audit.record(judgement(certified, { reader: "qr-2" }));
    expect(second.records()).toHaveLength(2);
  });
});

describe("the file", () => {
  it("begins a new line behind one that a power cut left half", async () => {
    const first = makeAudit();
    await first.audit.record(judgement(certified));
    appendFileSync(first.path, '{"at":"2026-11-2');
    const second = makeAudit(first.path);
    await second.audit.open();
    await second.audit.record(judgement(certified, { reader: "qr-3" }));
    const lines = readFileSync(first.path, "utf8").trim().split("\n");
    expect(lines).toHaveLength(3);
    expect(JSON.parse(lines[2] ?? "")).toMatchObject({ reader: "qr-3" });
  });

  it("is put aside at a megabyte, four times, and then forgotten", async () => {
    const { audit, path, clock } = makeAudit();
    mkdirSync(join(path, ".."), { recursive: true });
    for (let round = 1; round <= 6; round += 1) {
      writeFileSync(path, `{"round":${round}}\n${" ".repeat(1024 * 1024)}`);
      clock.pass(dayMs);
      await audit.record(judgement(certified));
    }
    expect(statSync(path).size).toBeLessThan(1_000);
    const rounds = [1, 2, 3, 4].map(
      (age) => JSON.parse(readFileSync(`${path}.${age}`, "utf8").split("\n")[0] ?? "").round,
    );
    expect(rounds).toEqual([6, 5, 4, 3]);
    expect(existsSync(`${path}.5`)).toBe(false);
  });

  it("that can't be written is told, and the record is written as soon as it can be", async () => {
    const { audit, log, path, records } = makeAudit(join(temporaryDirectory(), auditFileName));
    mkdirSync(path); // in the way of the file
    await audit.record(judgement(certified));
    expect(log.has("error", "can't be written")).toBe(true);
    rmdirSync(path);
    await audit.record(judgement(certified));
    expect(records()).toHaveLength(1);
  });

  it("without records is no failure", async () => {
    const { audit, records } = makeAudit();
    await audit.open();
    expect(records()).toEqual([]);
  });
});

describe("the last judgement of a reader", () => {
  it("is read back with the firmware that it told, past lines that are none", async () => {
    const { audit, path } = makeAudit();
    await audit.record(judgement(certified));
    await audit.record(judgement({ ...certified, status: "firmware-denied", mayArm: false }, { firmware: "1.3.1" }));
    await audit.record(judgement(certified, { reader: "qr-2", firmware: undefined }));
    appendFileSync(path, 'null\n[]\n{"reader":"qr-1"}\n{"at":"2026-11-2');
    expect(await lastJudgement(path, "qr-1")).toMatchObject({ status: "firmware-denied", firmware: "1.3.1" });
    expect(await lastJudgement(path, "qr-2")).toMatchObject({ status: "certified", firmware: undefined });
    expect(await lastJudgement(path, "qr-3")).toBeUndefined();
    expect(await lastJudgement(join(path, "none"), "qr-1")).toBeUndefined();
  });
});
