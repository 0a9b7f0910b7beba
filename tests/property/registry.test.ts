// Laws of the registry that hold for every version, list, reader and byte.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { registrySchema } from "../../agent/registry/registry-schema.ts";
import { signList } from "../../agent/registry/sign-list.ts";
import { verifyList } from "../../agent/registry/verify-list.ts";
import { certificationStatuses } from "../../protocol/registry/certification.ts";
import { daysBetween, isDay } from "../../protocol/registry/days.ts";
import { judgeFirmware, parseRange } from "../../protocol/registry/firmware-range.ts";
import { compareVersions, parseVersion } from "../../protocol/registry/firmware-version.ts";
import { judge, type ReaderSubject } from "../../protocol/registry/judge.ts";
import type { RegistryDocument, RegistryEntry } from "../../protocol/registry/registry-document.ts";
import { registryPolicies } from "../../protocol/registry/registry-policy.ts";
import { fixtureKey, goldenDocument, goldenJws } from "../fixtures/registry.ts";

const number = fc.integer({ min: 0, max: 12 });
const version = fc
  .record({
    numbers: fc.array(number, { minLength: 1, maxLength: 4 }),
    prerelease: fc.option(fc.constantFrom("alpha", "rc.1", "rc.2", "7"), { nil: undefined }),
  })
  .map(({ numbers, prerelease }) => numbers.join(".") + (prerelease === undefined ? "" : `-${prerelease}`));
const compare = (a: string, b: string): number => {
  const [parsedA, parsedB] = [parseVersion(a), parseVersion(b)];
  if (parsedA === undefined || parsedB === undefined) throw new Error("no version");
  return Math.sign(compareVersions(parsedA, parsedB));
};

describe("versions", () => {
  it("have one order", () => {
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        expect(compare(a, b)).toBe(-compare(b, a) + 0);
        expect(compare(a, a)).toBe(0);
        if (compare(a, b) <= 0 && compare(b, c) <= 0) expect(compare(a, c)).toBeLessThanOrEqual(0);
      }),
    );
  });

  it("of a release are allowed by exactly the ranges that hold them", () => {
    const release = version.filter((text) => !text.includes("-"));
    fc.assert(
      fc.property(release, release, release, (low, high, firmware) => {
        const isWithin = compare(low, firmware) <= 0 && compare(firmware, high) < 0;
        const verdict = judgeFirmware({ allow: [`>=${low} <${high}`], deny: [] }, firmware);
        expect(verdict).toBe(isWithin ? "allowed" : "unlisted");
        expect(judgeFirmware({ allow: ["*"], deny: [`>=${low} <${high}`] }, firmware)).toBe(
          isWithin ? "denied" : "allowed",
        );
      }),
    );
  });

  it("and ranges of any text never throw, and a denied one is never allowed", () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.array(fc.string()), fc.string(), (allow, deny, firmware) => {
        const verdict = judgeFirmware({ allow, deny: [...deny, firmware] }, firmware);
        if (parseRange(firmware) !== undefined && !/[<>=* ]/.test(firmware)) expect(verdict).toBe("denied");
        else expect(["allowed", "denied", "unlisted", "unreadable"]).toContain(verdict);
      }),
    );
  });
});

const day = fc
  .date({ min: new Date("2025-01-01"), max: new Date("2029-12-31"), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const term = fc.tuple(day, day).map((days) => {
  const [validFrom = "", validUntil = ""] = days.sort();
  return { validFrom, validUntil };
});
const certificate = fc
  .record({ kind: fc.constantFrom("hop-quy", "cong-bo"), term, number: fc.stringMatching(/^[A-Z]{1,8}$/) })
  .map(({ kind, term: dates, number: printed }) => ({
    kind,
    number: printed,
    body: "Mẫu",
    mark: null,
    standards: [],
    ...dates,
  }));
const entry: fc.Arbitrary<RegistryEntry> = fc
  .record({
    usb: fc.subarray(["1209:0001", "1209:0002", "1a86:7523"]),
    profiles: fc.subarray(["p1", "p2"], { minLength: 1 }),
    serials: fc.option(fc.subarray(["s1", "s2"], { minLength: 1 }), { nil: undefined }),
    certificates: fc.array(certificate, { maxLength: 3 }),
    firmware: fc.option(fc.record({ allow: fc.constant([">=1 <3"]), deny: fc.subarray(["2.1"]) }), { nil: null }),
    term,
  })
  .map(({ term: dates, serials, ...rest }) => ({
    ...{ id: "", vendor: "Mẫu", model: "M", chip: false, attestationKeys: [], ...rest, ...dates },
    ...(serials === undefined ? {} : { serials }),
  }));
const list: fc.Arbitrary<RegistryDocument> = fc
  .record({ readers: fc.array(entry, { maxLength: 4 }), term })
  .map(({ readers, term: { validFrom, validUntil } }) => ({
    ...goldenDocument,
    issued: validFrom,
    notAfter: validUntil,
    readers: readers.map((each, index) => ({ ...each, id: `e${index}` })),
  }));
const subject: fc.Arbitrary<ReaderSubject> = fc
  .record({
    usb: fc.constantFrom<readonly [string | undefined, string | undefined]>(
      ["1209", "0001"],
      ["1a86", "7523"],
      [undefined, undefined],
    ),
    serial: fc.constantFrom("s1", "s9", undefined),
    isBridge: fc.boolean(),
    profileId: fc.constantFrom("p1", "p2", "p3"),
    firmware: fc.constantFrom("1.5", "2.1", "3.0", "XB", undefined),
    profileIsChanged: fc.boolean(),
    sharesSerial: fc.boolean(),
    isProven: fc.constantFrom(true, false, undefined),
  })
  .map(({ usb: [vid, pid], ...rest }) => ({ vid, pid, ...rest }));
const conditions = fc.record({
  nowMs: day.map((text) => Date.parse(`${text}T05:00:00Z`)),
  clockSynced: fc.boolean(),
  policy: fc.constantFrom(...registryPolicies),
});

describe("a judgement", () => {
  it("keeps the laws of the table, whatever the list and the reader", () => {
    fc.assert(
      fc.property(fc.option(list, { nil: undefined }), subject, conditions, (registry, reader, given) => {
        const verdict = judge(registry, reader, given);
        expect(verdict.status in certificationStatuses).toBe(true);
        expect(verdict.mayArm).toBe(verdict.stayIn === "armed");
        expect(verdict.registryVersion).toBe(registry?.version);
        expect(verdict.isClockUnsure).toBe(registry !== undefined && !given.clockSynced);
        if (!verdict.mayArm) expect(verdict.alarm).toBe(true); // a desk that can't scan is always told
        if (verdict.status === "certified")
          expect(verdict).toMatchObject({ mayArm: true, entryId: expect.any(String) });
        if (verdict.status === "firmware-denied") expect(verdict.mayArm).toBe(false);
        if (given.policy === "warn" && verdict.status !== "firmware-denied") expect(verdict.mayArm).toBe(true);
        if (given.policy === "refuse" && verdict.mayArm) {
          expect(["certified", "expired"]).toContain(verdict.status);
          if (verdict.status === "expired") expect(verdict.warnDaysLeft).toBeGreaterThanOrEqual(0);
        }
        if (!given.clockSynced) expect(["expired", "stale-registry"]).not.toContain(verdict.status);
        if (verdict.warnDaysLeft !== undefined) {
          expect(verdict.warnDaysLeft).toBeLessThan(30);
          expect(verdict.alarm).toBe(true);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it("does not depend on the order of the entries", () => {
    fc.assert(
      fc.property(list, subject, conditions, (registry, reader, given) => {
        const turned = { ...registry, readers: [...registry.readers].reverse() };
        const [one, other] = [judge(registry, reader, given), judge(turned, reader, given)];
        expect({ status: other.status, stayIn: other.stayIn }).toEqual({ status: one.status, stayIn: one.stayIn });
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("days", () => {
  it("between two count back and forth", () => {
    fc.assert(
      fc.property(day, day, (a, b) => {
        expect(isDay(a)).toBe(true);
        expect(daysBetween(a, b)).toBe(-daysBetween(b, a) + 0);
        expect(Math.sign(daysBetween(a, b))).toBe(a === b ? 0 : a < b ? 1 : -1);
      }),
    );
  });

  it("are never any other text", () => {
    for (const text of [
      "2026-02-29",
      "2026-13-01",
      "2026-00-10",
      "2026-11-31",
      "2026-1-1",
      "",
      "20261101",
      "2026-11-01 ",
    ]) {
      expect(isDay(text), text).toBe(false);
    }
  });
});

describe("signed lists", () => {
  it("come back as they were signed", async () => {
    const key = await fixtureKey();
    await fc.assert(
      fc.asyncProperty(list, async (document) => {
        const verified = await verifyList(Buffer.from(await signList(document, key)), [key.pinned], undefined);
        expect(registrySchema.safeParse(document).success).toBe(true);
        expect(verified).toMatchObject({ kind: "list", document });
      }),
      { numRuns: 50 },
    );
  });

  it("that were changed in any place are refused, and random bytes too", async () => {
    const { pinned } = await fixtureKey();
    const length = goldenJws.length - 1; // less the line end, which is not signed
    const place = fc.record({ at: fc.nat(length - 1), by: fc.integer({ min: 1, max: 255 }) });
    await fc.assert(
      fc.asyncProperty(place, async ({ at, by }) => {
        const changed = Uint8Array.from(goldenJws);
        changed[at] = (changed[at] ?? 0) ^ by;
        expect((await verifyList(changed, [pinned], undefined)).kind).toBe("refused");
      }),
      { numRuns: 300 },
    );
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        expect((await verifyList(bytes, [pinned], undefined)).kind).toBe("refused");
      }),
      { numRuns: 300 },
    );
  });
});
