// Finds the province at the end of an address: of all its parts the only one that is certain (FORMATS chapter 1).
import { matchingName } from "./matching-name.ts";
import { provinces } from "./provinces.ts";

/**
 * Names in use besides those of the 63 provinces. The merger of 2025 (Nghị quyết 202/2025/QH15) made no new ones, but Thừa
 * Thiên Huế had become Huế half a year before (Nghị quyết 175/2024/QH15).
 */
const furtherNames = ["Huế"];

const known: ReadonlySet<string> = new Set([...provinces.values(), ...furtherNames].map(keyOf));

/** The last part of `address` as it is printed; undefined where there is one part alone, or it is no province that we know. */
export function addressProvince(address: string): string | undefined {
  const comma = address.lastIndexOf(",");
  if (comma < 0) return undefined;
  const part = address.slice(comma + 1).trim();
  return known.has(keyOf(part)) ? part : undefined;
}

/** Letters alone, without marks, case and the words that say what kind of place it is: hyphens and blanks differ from card to card. */
function keyOf(name: string): string {
  return matchingName(name)
    .replace(/^(?:TINH|THANH PHO|TP\.?|T\.P\.?) /, "")
    .replace(/^TP\./, "")
    .replace(/[^A-Z]/g, "");
}
