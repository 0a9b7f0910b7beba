// Which firmware a list of certified readers allows or denies: a small grammar of ranges, and the judgement of one version.
//
//   range      = exact / comparator *( blank comparator )     all comparators have to hold
//   comparator = ( ">=" / ">" / "<=" / "<" ) version
//   exact      = [ "=" ] version / name / "*"                 name: what a vendor prints that is no number, such as CA000064BBC
//
// Our own and no library: vendors count with one to four numbers or with names, of which SemVer knows only three numbers.

import { compareVersions, type FirmwareVersion, parseVersion } from "./firmware-version.ts";
import type { FirmwareRule } from "./registry-document.ts";

const comparisons = [">=", "<=", ">", "<"] as const;

interface Comparator {
  readonly comparison: (typeof comparisons)[number];
  readonly version: FirmwareVersion;
}

export type FirmwareRange =
  | { readonly kind: "any" }
  | { readonly kind: "version"; readonly version: FirmwareVersion }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "between"; readonly comparators: readonly Comparator[] };

/** A vendor's name of a version. No wildcards: `1.x` would look like a range and match nothing. */
const namePattern = /^[0-9A-Za-z][0-9A-Za-z._-]{0,63}$/;
const wildcard = /\.[xX](?:\.|$)/;
/** Both ends of an interval, and two holes in it. */
const comparatorsMax = 4;

/** Undefined for what the grammar does not know, such as `^1.2.0`, `1.x` or `>=1.2.0 || 3.0.0`. */
export function parseRange(text: string): FirmwareRange | undefined {
  const parts = text.split(" ").filter((part) => part !== "");
  const [first = ""] = parts;
  if (parts.length === 1 && !/^[<>]/.test(first)) return parseExact(first);
  const comparators = parts.map(parseComparator);
  const known = comparators.filter((comparator) => comparator !== undefined);
  if (known.length === 0 || known.length !== parts.length || parts.length > comparatorsMax) return undefined;
  return { kind: "between", comparators: known };
}

function parseExact(text: string): FirmwareRange | undefined {
  if (text === "*") return { kind: "any" };
  const isMarked = text.startsWith("=");
  const version = parseVersion(isMarked ? text.slice(1) : text);
  if (version !== undefined) return { kind: "version", version };
  return isMarked || !namePattern.test(text) || wildcard.test(text) ? undefined : { kind: "name", name: text };
}

function parseComparator(text: string): Comparator | undefined {
  const comparison = comparisons.find((sign) => text.startsWith(sign)); // the longer signs stand first
  const version = comparison === undefined ? undefined : parseVersion(text.slice(comparison.length));
  return comparison === undefined || version === undefined ? undefined : { comparison, version };
}

/** `unlisted`: readable, but neither denied nor allowed. `unreadable`: not told, or a name where only numbers are judged. */
export type FirmwareVerdict = "allowed" | "denied" | "unlisted" | "unreadable";

/** A pre-release is allowed only by its own name: whoever wrote `<2.0.0` did not mean 2.0.0-beta. Denied it is by any range. */
export function judgeFirmware(rule: FirmwareRule | null, firmware: string | undefined): FirmwareVerdict {
  if (rule === null) return "allowed";
  if (firmware === undefined || firmware === "") return "unreadable";
  const version = parseVersion(firmware);
  const denied = rule.deny.map(parseRange);
  if (denied.some((range) => range !== undefined && matches(range, firmware, version))) return "denied";
  const allowed = rule.allow.map(parseRange);
  const isTrial = version !== undefined && version.prerelease !== "";
  const judging = isTrial ? allowed.filter((range) => range?.kind === "version") : allowed;
  if (judging.some((range) => range !== undefined && matches(range, firmware, version))) return "allowed";
  const onlyNames = allowed.every((range) => range?.kind === "name");
  return version !== undefined || onlyNames ? "unlisted" : "unreadable";
}

function matches(range: FirmwareRange, firmware: string, version: FirmwareVersion | undefined): boolean {
  switch (range.kind) {
    case "any":
      return true;
    case "name":
      return range.name === firmware;
    case "version":
      return version !== undefined && compareVersions(version, range.version) === 0;
    case "between":
      return version !== undefined && range.comparators.every((comparator) => holds(comparator, version));
  }
}

function holds({ comparison, version: bound }: Comparator, version: FirmwareVersion): boolean {
  const order = compareVersions(version, bound);
  switch (comparison) {
    case ">=":
      return order >= 0;
    case ">":
      return order > 0;
    case "<=":
      return order <= 0;
    case "<":
      return order < 0;
  }
}
