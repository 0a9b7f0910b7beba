// The version of a reader's firmware: numbers that can be compared, as far as its vendor writes them so.

/** Up to four numbers, the absent ones 0. `prerelease` is empty for a release; build metadata is dropped (SemVer 2.0.0, clauses 9 to 11). */
export interface FirmwareVersion {
  readonly numbers: readonly [number, number, number, number];
  readonly prerelease: string;
}

const pattern =
  /^[vV]?(\d{1,9})(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?(?:-([0-9A-Za-z.-]{1,32}))?(?:\+[0-9A-Za-z.-]{1,32})?$/;

/** Reads `1.2`, `v1.2.3`, `1.2.3.4`, `1.2.3-rc.1`; undefined for what is no version number, such as `CA000064BBC`. */
export function parseVersion(text: string): FirmwareVersion | undefined {
  const [, first, second = "0", third = "0", fourth = "0", prerelease = ""] = pattern.exec(text) ?? [];
  if (first === undefined) return undefined;
  return { numbers: [Number(first), Number(second), Number(third), Number(fourth)], prerelease };
}

/** Negative, zero or positive as `a` is older than, the same as, or newer than `b`; a pre-release is older than its release. */
export function compareVersions(a: FirmwareVersion, b: FirmwareVersion): number {
  for (const [index, number] of a.numbers.entries()) {
    const difference = number - (b.numbers[index] ?? 0);
    if (difference !== 0) return difference;
  }
  if (a.prerelease === "" || b.prerelease === "") return Number(a.prerelease === "") - Number(b.prerelease === "");
  return comparePrereleases(a.prerelease.split("."), b.prerelease.split("."));
}

/** SemVer 2.0.0, clause 11.4: part by part, numbers before words, the longer one newer. */
function comparePrereleases(a: readonly string[], b: readonly string[]): number {
  for (const [index, part] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    if (part === other) continue;
    const isNumber = /^\d+$/.test(part);
    const otherIsNumber = /^\d+$/.test(other);
    if (isNumber && otherIsNumber && Number(part) !== Number(other)) return Number(part) - Number(other);
    if (isNumber !== otherIsNumber) return isNumber ? -1 : 1;
    return part < other ? -1 : 1;
  }
  return a.length - b.length;
}
