// The grammar of firmware ranges, and what a rule says of a version.
import { describe, expect, it } from "vitest";
import { judgeFirmware, parseRange } from "../../../../protocol/registry/firmware-range.ts";
import { compareVersions, parseVersion } from "../../../../protocol/registry/firmware-version.ts";

const version = (text: string) => {
  const parsed = parseVersion(text);
  if (parsed === undefined) throw new Error(`${text} is no version`);
  return parsed;
};

describe("versions", () => {
  it("stand in the order of SemVer 2.0.0, clause 11", () => {
    const ordered = [
      ...["0.9", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11"],
      ...["1.0.0-rc.1", "1.0.0", "1.0.0.1", "1.0.1", "1.2", "1.10", "2"],
    ];
    for (const [index, newer] of ordered.entries()) {
      for (const older of ordered.slice(0, index)) {
        expect(compareVersions(version(older), version(newer)), `${older} < ${newer}`).toBeLessThan(0);
        expect(compareVersions(version(newer), version(older))).toBeGreaterThan(0);
      }
    }
  });

  it.each([
    ["1.2", "v1.2.0"],
    ["1.2.0.0", "1.2"],
    ["01.02", "1.2"],
    ["1.2.3+build.5", "1.2.3"],
  ])("%s is %s", (a, b) => expect(compareVersions(version(a), version(b))).toBe(0));

  it.each(["", "x", "1.", "1..2", "1.2.3.4.5", "1.2.3-", "CA000064BBC", " 1.2", "1.2 ", "9999999999", "1,2"])(
    "%j is none",
    (text) => expect(parseVersion(text)).toBeUndefined(),
  );
});

describe("ranges", () => {
  it.each([
    ">=1.2.0 <2.0.0",
    ">1",
    "<=3.4.5.6",
    "1.3.1",
    "=1.3.1",
    "v2",
    "*",
    "CA000064BBC",
    ">=1  <2",
    " 1.2 ",
    "2B04",
  ])("%j is known", (text) => expect(parseRange(text)).toBeDefined());

  it.each([
    ...["", " ", "^1.2.0", "~1.2", "1.x", "1.2.X", ">=", ">=abc", "=CA000064BBC", ">=1.2.0 || 3", ">=1.2 2.0"],
    ...[">1 >2 >3 >4 >5", "=>1", "> 1", "1.2 1.3", "* 1", "-", ".5"],
  ])("%j is not", (text) => expect(parseRange(text)).toBeUndefined());
});

describe("a rule", () => {
  const rule = { allow: [">=1.2.0 <2.0.0", "3.0.0-rc.2", "CA000064BBC"], deny: ["1.3.1", ">=1.7 <1.8", "CA000001AAA"] };

  it.each([
    ["1.2.0", "allowed"],
    ["1.2", "allowed"],
    ["v1.99.99", "allowed"],
    ["1.6.9.9", "allowed"],
    ["3.0.0-rc.2", "allowed"],
    ["CA000064BBC", "allowed"],
    ["1.3.1", "denied"],
    ["1.3.1.0", "denied"],
    ["v1.3.1+hot", "denied"],
    ["1.03.1", "denied"],
    ["1.7", "denied"],
    ["1.7.5-rc1", "denied"],
    ["CA000001AAA", "denied"],
    ["1.1.9", "unlisted"],
    ["2.0.0", "unlisted"],
    ["2.0.0-beta", "unlisted"],
    ["1.5.0-beta", "unlisted"],
    ["3.0.0", "unlisted"],
    ["CA000064BBD", "unreadable"],
    ["", "unreadable"],
    [undefined, "unreadable"],
  ] as const)("says of %j: %s", (firmware, verdict) => expect(judgeFirmware(rule, firmware)).toBe(verdict));

  it.each([
    [">1.2", "1.2", "unlisted"],
    [">1.2", "1.2.0.1", "allowed"],
    [">=1.2", "1.2", "allowed"],
    ["<=1.2", "1.2.0", "allowed"],
    ["<=1.2", "1.2.0.1", "unlisted"],
    ["<1.2", "1.2", "unlisted"],
  ] as const)("%s says of %s: %s", (range, firmware, verdict) =>
    expect(judgeFirmware({ allow: [range], deny: [] }, firmware)).toBe(verdict),
  );

  it("that is null judges nothing", () => {
    expect(judgeFirmware(null, undefined)).toBe("allowed");
    expect(judgeFirmware(null, "0.0.1")).toBe("allowed");
  });

  it("of names alone knows a name that it does not allow", () => {
    const names = { allow: ["CA000064BBC"], deny: [] };
    expect(judgeFirmware(names, "CA000064BBD")).toBe("unlisted");
    expect(judgeFirmware(names, undefined)).toBe("unreadable");
  });

  it("may allow everything but", () => {
    const any = { allow: ["*"], deny: ["1.3.1"] };
    expect(judgeFirmware(any, "whatever-7")).toBe("allowed");
    expect(judgeFirmware(any, "1.3.1")).toBe("denied");
  });
});
