// A machine-readable zone of any of the three sizes with its check digits, whoever issued it (ICAO Doc 9303-4, -5, -6).
import { checkDigit } from "../../document/mrz-layout.ts";

export const zoneSizes = ["TD1", "TD2", "TD3"] as const;
export type ZoneSize = (typeof zoneSizes)[number];

/** The check digits of a zone, in the order in which it has them. */
export const zoneChecks = ["documentNumber", "birth", "expiry", "personalNumber", "composite"] as const;
export type ZoneCheck = (typeof zoneChecks)[number];

export interface Zone {
  readonly size: ZoneSize;
  readonly lines: readonly string[];
  /** The characters that stand where each check digit belongs. */
  readonly checkDigits: Readonly<Partial<Record<ZoneCheck, string>>>;
  /** Whether every check digit is right. */
  readonly isValid: boolean;
}

/** Characters `start` to `end` (excluded) of the joined lines, counted from 0. */
type Range = readonly [start: number, end: number];

interface ZoneLayout {
  readonly lines: number;
  readonly lineLength: number;
  /** What each digit checks, and where it stands. */
  readonly checks: readonly { readonly name: ZoneCheck; readonly over: readonly Range[]; readonly at: number }[];
}

const layouts: Readonly<Record<ZoneSize, ZoneLayout>> = {
  TD1: {
    lines: 3,
    lineLength: 30,
    checks: [
      { name: "documentNumber", over: [[5, 14]], at: 14 },
      { name: "birth", over: [[30, 36]], at: 36 },
      { name: "expiry", over: [[38, 44]], at: 44 },
      {
        name: "composite",
        over: [
          [5, 30],
          [30, 37],
          [38, 45],
          [48, 59],
        ],
        at: 59,
      },
    ],
  },
  TD2: {
    lines: 2,
    lineLength: 36,
    checks: [
      { name: "documentNumber", over: [[36, 45]], at: 45 },
      { name: "birth", over: [[49, 55]], at: 55 },
      { name: "expiry", over: [[57, 63]], at: 63 },
      {
        name: "composite",
        over: [
          [36, 46],
          [49, 56],
          [57, 71],
        ],
        at: 71,
      },
    ],
  },
  TD3: {
    lines: 2,
    lineLength: 44,
    checks: [
      { name: "documentNumber", over: [[44, 53]], at: 53 },
      { name: "birth", over: [[57, 63]], at: 63 },
      { name: "expiry", over: [[65, 71]], at: 71 },
      { name: "personalNumber", over: [[72, 86]], at: 86 },
      {
        name: "composite",
        over: [
          [44, 54],
          [57, 64],
          [65, 87],
        ],
        at: 87,
      },
    ],
  },
};

/** The longest zone of joined lines, in characters. */
export const zoneCharactersMax = 90;

/** Whether a byte may stand in a zone: A–Z, 0–9, `<`. */
export const isZoneByte = (byte: number): boolean =>
  (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x30 && byte <= 0x39) || byte === 0x3c;

/** The zone that these lines are, or that one line of all their characters is; undefined for any other length or character. */
export function readZone(lines: readonly string[]): Zone | undefined {
  const text = lines.join("");
  const size = zoneSizes.find((each) => {
    const { lines: count, lineLength } = layouts[each];
    const isWhole = lines.length === 1 && text.length === count * lineLength;
    return isWhole || (lines.length === count && lines.every((line) => line.length === lineLength));
  });
  if (size === undefined || /[^A-Z0-9<]/.test(text)) return undefined;
  const { checks } = layouts[size];
  const checkDigits = Object.fromEntries(
    checks.map(({ name, at }) => [name, text.charAt(placeOf(text, size, name, at))]),
  );
  return { size, lines: linesOf(text, size), checkDigits, isValid: text === withCheckDigits(text, size) };
}

/** The same characters with the check digits that belong there; the composite comes last, since it counts the others. */
export function withCheckDigits(text: string, size: ZoneSize): string {
  const characters = [...text];
  for (const { name, over, at } of layouts[size].checks) {
    const place = placeOf(text, size, name, at);
    const longNumber: readonly Range[] = [
      [5, 14],
      [15, place],
    ];
    const ranges = place === at ? over : longNumber;
    const counted = ranges.flatMap(([start, end]) => characters.slice(start, end)).join("");
    // A personal number that is absent may have a filler for its check digit (Doc 9303-4, 4.2.2.2).
    const isAbsent = name === "personalNumber" && characters[at] === "<" && /^<+$/.test(counted);
    if (!isAbsent) characters[place] = String(checkDigit(counted));
  }
  return characters.join("");
}

/** A number of more than nine characters goes on in the optional data, and its check digit behind it (Doc 9303-5, 4.2.2.1). */
function placeOf(text: string, size: ZoneSize, name: ZoneCheck, at: number): number {
  if (size !== "TD1" || name !== "documentNumber" || text.charAt(at) !== "<") return at;
  const [rest = ""] = /^[A-Z0-9]{2,14}(?=<|$)/.exec(text.slice(at + 1, 30)) ?? [];
  return rest === "" ? at : at + rest.length;
}

function linesOf(text: string, size: ZoneSize): string[] {
  const { lines, lineLength } = layouts[size];
  return Array.from({ length: lines }, (_, line) => text.slice(line * lineLength, (line + 1) * lineLength));
}
