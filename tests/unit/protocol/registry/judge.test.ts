// Every row of the table of READERS chapter 13, under both policies, with a clock that is set and one that is not.
import { describe, expect, it } from "vitest";
import { type Certification, certificationWord } from "../../../../protocol/registry/certification.ts";
import { judge, type ReaderSubject } from "../../../../protocol/registry/judge.ts";
import { withOverride } from "../../../../protocol/registry/override.ts";
import type { RegistryDocument, RegistryEntry } from "../../../../protocol/registry/registry-document.ts";
import type { RegistryPolicy } from "../../../../protocol/registry/registry-policy.ts";
import { entryAt, goldenDocument } from "../../../fixtures/registry.ts";

const listed: ReaderSubject = {
  ...{ vid: "1209", pid: "0001", serial: "A1-77", isBridge: false },
  ...{ profileId: "generic-hidpos", firmware: "1.4.0", profileIsChanged: false, sharesSerial: false },
};
const noon = (day: string): number => Date.parse(`${day}T12:00:00+07:00`);
const today = "2026-11-22";
/** A list with the first entry changed. */
const withEntry = (changes: Partial<RegistryEntry>): RegistryDocument => ({
  ...goldenDocument,
  readers: [{ ...entryAt(0), ...changes }],
});

interface Case {
  readonly list?: RegistryDocument;
  readonly subject?: Partial<ReaderSubject>;
  readonly day?: string;
}
function judged(
  { list = goldenDocument, subject = {}, day = today }: Case,
  policy: RegistryPolicy,
  clockSynced = true,
) {
  return judge(list, { ...listed, ...subject }, { nowMs: noon(day), clockSynced, policy });
}

const armed = { mayArm: true, stayIn: "armed", alarm: false };
const armedWithAlarm = { mayArm: true, stayIn: "armed", alarm: true };
const present = { mayArm: false, stayIn: "present", alarm: true };
const claimed = { mayArm: false, stayIn: "claimed", alarm: true };
const bridge = { vid: "1a86", pid: "7523", serial: undefined, isBridge: true, firmware: undefined };

/** situation, case, status, what follows under refuse, under warn, and the status where no date can be judged. */
const rows: readonly [string, Case, Certification["status"], object, object, Certification["status"]][] = [
  ["listed, in date, firmware allowed", {}, "certified", armed, armed, "certified"],
  [
    "firmware not judged by its entry",
    { list: withEntry({ firmware: null }), subject: { firmware: undefined } },
    ...(["certified", armed, armed, "certified"] as const),
  ],
  [
    "firmware on the deny list",
    { subject: { firmware: "1.3.1" } },
    ...(["firmware-denied", claimed, claimed, "firmware-denied"] as const),
  ],
  [
    "firmware that no range allows",
    { subject: { firmware: "2.0.0" } },
    ...(["firmware-denied", claimed, claimed, "firmware-denied"] as const),
  ],
  [
    "firmware unreadable",
    { subject: { firmware: undefined } },
    ...(["firmware-unknown", claimed, armedWithAlarm, "firmware-unknown"] as const),
  ],
  [
    "firmware under a name where numbers are judged",
    { subject: { firmware: "BX-7" } },
    ...(["firmware-unknown", claimed, armedWithAlarm, "firmware-unknown"] as const),
  ],
  [
    "entry out of date, within 30 days",
    { list: withEntry({ validUntil: "2026-11-02" }) },
    ...(["expired", armedWithAlarm, armedWithAlarm, "certified"] as const),
  ],
  [
    "entry out of date, beyond 30 days",
    { list: withEntry({ validUntil: "2026-10-22" }) },
    ...(["expired", present, armedWithAlarm, "certified"] as const),
  ],
  [
    "certificate out of date, beyond 30 days",
    {
      list: withEntry({ certificates: entryAt(0).certificates.map((each) => ({ ...each, validUntil: "2026-10-01" })) }),
    },
    ...(["expired", present, armedWithAlarm, "certified"] as const),
  ],
  [
    "entry not in date yet",
    { list: withEntry({ validFrom: "2026-12-01" }) },
    ...(["expired", present, armedWithAlarm, "certified"] as const),
  ],
  ["not listed", { subject: { pid: "9999" } }, "unlisted", present, armed, "unlisted"],
  ["listed under another profile", { subject: { profileId: "generic-cdc" } }, "unlisted", present, armed, "unlisted"],
  ["only a bridge, no entry for it", { subject: bridge }, "unknown", present, armed, "unknown"],
  [
    "the USB numbers of a known bridge, listed as if they were a reader's",
    {
      list: withEntry({ usb: ["1a86:7523"] }),
      subject: { vid: "1a86", pid: "7523", isBridge: false, firmware: undefined },
    },
    ...(["unknown", claimed, armed, "unknown"] as const),
  ],
  [
    "behind a converter that its profile names",
    { list: withEntry({ usb: ["1209:0001"] }), subject: { isBridge: true, firmware: undefined } },
    ...(["unknown", claimed, armed, "unknown"] as const),
  ],
  [
    "on the network, an entry for its profile",
    { subject: { ...bridge, vid: undefined, pid: undefined, isBridge: false, profileId: "generic-tcp" } },
    ...(["unknown", claimed, armed, "unknown"] as const),
  ],
  [
    "behind a bridge, answered its version, listed",
    { subject: { ...bridge, profileId: "generic-tcp", firmware: "7" } },
    ...(["certified", armed, armed, "certified"] as const),
  ],
  [
    "behind a bridge, answered its version, not listed",
    { subject: { ...bridge, firmware: "7" } },
    ...(["unlisted", present, armed, "unlisted"] as const),
  ],
  [
    "list past notAfter, beyond 30 days",
    { day: "2027-06-01" },
    ...(["stale-registry", present, armedWithAlarm, "certified"] as const),
  ],
  ["profile changed by hand", { subject: { profileIsChanged: true } }, "suspect", present, armedWithAlarm, "suspect"],
  ["one serial number twice", { subject: { sharesSerial: true } }, "suspect", present, armedWithAlarm, "suspect"],
  [
    "one serial number twice, not listed",
    { subject: { sharesSerial: true, pid: "9999" } },
    ...(["suspect", present, armedWithAlarm, "suspect"] as const),
  ],
];

describe.each(rows)("%s", (_situation, given, status, underRefuse, underWarn, withoutClock) => {
  it(`is ${status} under refuse`, () => {
    expect(judged(given, "refuse")).toMatchObject({
      status,
      isClockUnsure: false,
      registryVersion: 17,
      ...underRefuse,
    });
  });

  it(`is ${status} under warn`, () => {
    expect(judged(given, "warn")).toMatchObject({ status, isClockUnsure: false, registryVersion: 17, ...underWarn });
  });

  it.each(["refuse", "warn"] as const)(
    `is ${withoutClock}, clock unsure, under %s where no date can be judged`,
    (policy) => {
      const verdict = judged(given, policy, false);
      expect(verdict).toMatchObject({ status: withoutClock, isClockUnsure: true });
      expect(verdict.warnDaysLeft).toBeUndefined();
      expect(certificationWord(verdict)).toBe(`${withoutClock}-clock-unsure`);
      if (withoutClock === "certified") expect(verdict).toMatchObject(armed);
    },
  );
});

describe("without a list", () => {
  it.each([true, false])("every reader is no-registry, clock synced or not: %s", (clockSynced) => {
    for (const subject of [listed, { ...listed, profileIsChanged: true }]) {
      const conditions = { nowMs: noon(today), clockSynced };
      const refused = judge(undefined, subject, { ...conditions, policy: "refuse" });
      expect(refused).toEqual({ status: "no-registry", isClockUnsure: false, ...present });
      const warned = judge(undefined, subject, { ...conditions, policy: "warn" });
      expect(warned).toEqual({ status: "no-registry", isClockUnsure: false, ...armed });
      expect(certificationWord(warned)).toBe("no-registry");
    }
  });
});

describe("what a certified reader's judgement names", () => {
  it("is the entry, the certificate that ends first, and the day on which that is", () => {
    expect(judged({}, "warn")).toEqual({
      ...{ status: "certified", isClockUnsure: false, registryVersion: 17, entryId: "example-a1" },
      ...{ certificateId: "MAU-0001", validUntil: "2029-01-01", ...armed },
    });
    const chip = { vid: "1209", pid: "0007", profileId: "readerlink", serial: "SN-0002" };
    expect(judged({ subject: chip }, "warn")).toMatchObject({ certificateId: "CV-12", validUntil: "2027-06-01" });
  });

  it("has no certificate where the entry has none", () => {
    const verdict = judged({ subject: { ...bridge, profileId: "generic-tcp", firmware: "7" } }, "warn");
    expect(verdict).toMatchObject({ entryId: "example-line", validUntil: "2029-01-01" });
    expect(verdict.certificateId).toBeUndefined();
  });
});

describe("days", () => {
  const expiring = withEntry({ validUntil: "2026-11-22" });
  it.each([
    ["2026-11-22", "certified", true, undefined],
    ["2026-11-23", "expired", true, 29],
    ["2026-12-21", "expired", true, 1],
    ["2026-12-22", "expired", true, 0],
    ["2026-12-23", "expired", false, undefined],
  ])("of an entry that ends on 2026-11-22, refused on %s: %s", (day, status, mayArm, warnDaysLeft) => {
    const verdict = judged({ list: expiring, day }, "refuse");
    expect(verdict).toMatchObject({ status, mayArm });
    expect(verdict.warnDaysLeft).toBe(warnDaysLeft);
  });

  it.each([
    ["2027-05-01", "certified", false, undefined],
    ["2027-05-02", "certified", true, 29],
    ["2027-05-31", "certified", true, 0],
    ["2027-06-01", "stale-registry", true, undefined],
  ])("of a list that ends on 2027-05-01, on %s: %s", (day, status, alarm, warnDaysLeft) => {
    const verdict = judged({ day }, "warn");
    expect(verdict).toMatchObject({ status, alarm });
    expect(verdict.warnDaysLeft).toBe(warnDaysLeft);
  });

  it("of a term include its first", () => {
    expect(judged({ list: withEntry({ validFrom: today }) }, "refuse").status).toBe("certified");
  });

  it("that are left of a list and of an entry are the fewer ones", () => {
    const list = { ...withEntry({ validUntil: "2026-11-20" }), notAfter: "2026-11-02" };
    expect(judged({ list }, "refuse")).toMatchObject({ status: "expired", warnDaysLeft: 10 });
    const other = { ...withEntry({ validUntil: "2026-11-02" }), notAfter: "2026-11-20" };
    expect(judged({ list: other }, "refuse")).toMatchObject({ status: "expired", warnDaysLeft: 10 });
  });

  it("begin and end at midnight in Vietnam", () => {
    const at = (time: string) =>
      judge(expiring, listed, { nowMs: Date.parse(time), clockSynced: true, policy: "warn" }).status;
    expect(at("2026-11-22T16:59:59.999Z")).toBe("certified");
    expect(at("2026-11-22T17:00:00Z")).toBe("expired");
  });

  it("of the list don't excuse an entry that ran out long ago", () => {
    const list = { ...withEntry({ validUntil: "2027-01-01" }), notAfter: "2027-05-01" };
    expect(judged({ list, day: "2027-05-10" }, "refuse")).toMatchObject({
      status: "expired",
      ...present,
      warnDaysLeft: 21,
    });
  });

  it("of a renewed certificate count, whatever became of the old one", () => {
    const [old = entryAt(2).certificates[0]] = entryAt(0).certificates;
    if (old === undefined) throw new Error("the golden entry has no certificate");
    const renewed = { ...old, number: "MAU-0009", validFrom: "2026-06-01", validUntil: "2028-06-01" };
    const expired = { ...old, validUntil: "2026-06-30" };
    const later = { ...old, number: "MAU-0010", validFrom: "2028-01-01", validUntil: "2031-01-01" };
    const verdict = judged({ list: withEntry({ certificates: [later, expired, renewed] }) }, "warn");
    expect(verdict).toMatchObject({ status: "certified", certificateId: "MAU-0009", validUntil: "2028-06-01" });
  });

  it("of one kind don't replace another kind", () => {
    const [first, statement] = entryAt(2).certificates;
    if (first === undefined || statement === undefined) throw new Error("the golden entry lacks a certificate");
    const list = withEntry({ certificates: [first, { ...statement, validUntil: "2026-07-01" }] });
    expect(judged({ list }, "warn")).toMatchObject({ status: "expired", certificateId: "CV-12" });
  });
});

describe("several entries for one reader", () => {
  const other = { ...entryAt(0), id: "example-a1-other", firmware: null };
  const list = (...readers: RegistryEntry[]): RegistryDocument => ({ ...goldenDocument, readers });

  it("certify it if one does", () => {
    const verdict = judged({ list: list({ ...entryAt(0), validUntil: "2026-02-01" }, other) }, "refuse");
    expect(verdict).toMatchObject({ status: "certified", entryId: "example-a1-other" });
  });

  it("certify it if one does, whatever the other does not allow", () => {
    const narrow = { ...entryAt(0), id: "narrow", firmware: { allow: ["9.9"], deny: [] } };
    expect(judged({ list: list(narrow, other) }, "refuse")).toMatchObject({ entryId: other.id, status: "certified" });
    const narrowAndExpired = list(narrow, { ...other, validUntil: "2026-02-01" });
    expect(judged({ list: narrowAndExpired }, "refuse")).toMatchObject({ entryId: other.id, status: "expired" });
  });

  it("bear with it if one does", () => {
    const over = { ...other, id: "over", validUntil: "2026-02-01" };
    const borneWith = { ...other, validUntil: "2026-11-20" };
    expect(judged({ list: list(over, borneWith) }, "refuse")).toMatchObject({ mayArm: true, entryId: other.id });
    const unread = { ...entryAt(0), id: "unread" };
    const silent = { firmware: undefined };
    expect(judged({ list: list(unread, borneWith), subject: silent }, "refuse")).toMatchObject({ entryId: other.id });
  });

  it("deny it if one denies its firmware", () => {
    const verdict = judged({ list: list(other, entryAt(0)), subject: { firmware: "1.3.1" } }, "refuse");
    expect(verdict).toMatchObject({ status: "firmware-denied", entryId: "example-a1" });
  });

  it("let it be asked for its firmware if that can still certify it", () => {
    const old = { ...other, validUntil: "2026-02-01" };
    const verdict = judged({ list: list(old, entryAt(0)), subject: { firmware: undefined } }, "refuse");
    expect(verdict).toMatchObject({ status: "firmware-unknown", stayIn: "claimed" });
  });

  it("give way to the entry of the single device", () => {
    const withdrawn = { ...entryAt(0), id: "stolen", serials: ["A1-77"], validUntil: "2026-02-01" };
    const both = list(entryAt(0), withdrawn);
    expect(judged({ list: both }, "refuse")).toMatchObject({ status: "expired", entryId: "stolen", ...present });
    expect(judged({ list: both, subject: { serial: "A1-78" } }, "refuse").status).toBe("certified");
  });

  it("of single devices say nothing of others", () => {
    const chip = { vid: "1209", pid: "0007", profileId: "readerlink" };
    expect(judged({ subject: { ...chip, serial: "SN-0001" } }, "refuse").status).toBe("certified");
    expect(judged({ subject: { ...chip, serial: "SN-0003" } }, "refuse").status).toBe("unlisted");
    expect(judged({ subject: { ...chip, serial: undefined } }, "refuse").status).toBe("unlisted");
  });
});

describe("a proof", () => {
  const chip = { vid: "1209", pid: "0007", profileId: "readerlink", serial: "SN-0001" };

  it("shows beside the certification, and a false one makes the reader suspect", () => {
    expect(judged({ subject: { ...chip, isProven: true } }, "refuse")).toMatchObject({
      status: "certified",
      isProven: true,
    });
    expect(judged({ subject: chip }, "refuse").isProven).toBeUndefined();
    const impostor = judged({ subject: { ...chip, isProven: false } }, "refuse");
    expect(impostor).toMatchObject({ status: "suspect", entryId: "example-chip-07", ...present });
    expect(judged({ subject: { ...chip, isProven: false } }, "warn")).toMatchObject({
      status: "suspect",
      ...armedWithAlarm,
    });
  });

  it("that one entry finds false is false, whatever another entry says", () => {
    const twin = { ...entryAt(2), id: "twin", attestationKeys: [] };
    const list = { ...goldenDocument, readers: [twin, entryAt(2)] };
    expect(judged({ list, subject: { ...chip, isProven: false } }, "warn").status).toBe("suspect");
  });

  it("that the list has no key for says nothing", () => {
    expect(judged({ subject: { isProven: false } }, "refuse").status).toBe("certified");
  });
});

describe("an override", () => {
  const override = { by: "cntt-02", reason: "chờ giấy mới", until: "2026-11-30" };
  const conditions = (day: string, clockSynced = true) => ({ nowMs: noon(day), clockSynced });
  const refused = judged({ subject: { pid: "9999" } }, "refuse");

  it("lets a refused reader scan until its last day, and shows", () => {
    const verdict = withOverride(refused, override, conditions("2026-11-30"));
    expect(verdict).toEqual({ ...refused, ...armedWithAlarm, override });
    expect(verdict.status).toBe("unlisted");
    expect(withOverride(refused, override, conditions("2026-12-01"))).toBe(refused);
  });

  it("is good where no date can be judged", () => {
    expect(withOverride(refused, override, conditions("2027-11-30", false)).mayArm).toBe(true);
  });

  it("is not used for a reader that may scan anyway", () => {
    const warned = judged({}, "warn");
    expect(withOverride(warned, override, conditions(today))).toBe(warned);
    expect(withOverride(refused, undefined, conditions(today))).toBe(refused);
  });
});
