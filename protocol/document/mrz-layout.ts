// Where the fields and check digits of a TD1 machine-readable zone lie (ICAO Doc 9303-5, with the Vietnamese use of the optional data).

export const mrzLines = 3;
export const lineLength = 30;

/** Columns `first` to `last` of a line, all counted from 1 as the standard does. */
export interface Columns {
  readonly line: 1 | 2 | 3;
  readonly first: number;
  readonly last: number;
}

const at = (line: 1 | 2 | 3, first: number, last = first): Columns => ({ line, first, last });

export const mrzFields = {
  documentNumber: at(1, 6, 14), // the last nine digits of the PIN
  pin: at(1, 16, 27), // or twelve fillers
  optional: at(1, 16, 29), // the optional data that column 30 checks
  optionalCheck: at(1, 30),
  birth: at(2, 1, 6), // yyMMdd
  sex: at(2, 8),
  expiry: at(2, 9, 14), // yyMMdd
  names: at(3, 1, 30), // SURNAME<<GIVEN<NAMES
} as const;
export type MrzField = keyof typeof mrzFields;

/** Columns in which Vietnamese cards have fillers alone. A 0 counts as much as a filler, so that no check digit would notice it. */
export const mrzFillers: readonly Columns[] = [at(1, 28, 29), at(2, 19, 29)];

/** The check digits that must be right. The name line, the sex and the nationality have none. */
export const mrzChecks: readonly { readonly over: readonly Columns[]; readonly digit: Columns }[] = [
  { over: [mrzFields.documentNumber], digit: at(1, 15) },
  { over: [mrzFields.birth], digit: at(2, 7) },
  { over: [mrzFields.expiry], digit: at(2, 15) },
  { over: [at(1, 6, 30), at(2, 1, 7), at(2, 9, 15), at(2, 19, 29)], digit: at(2, 30) }, // composite
];

/** The characters of `range` in a zone of three joined lines. */
export function columns(zone: string, { line, first, last }: Columns): string {
  const start = (line - 1) * lineLength;
  return zone.slice(start + first - 1, start + last);
}

/** Whether the character at `digit` is the check digit of the characters of `over`. */
export function isCheckDigit(zone: string, over: readonly Columns[], digit: Columns): boolean {
  return columns(zone, digit) === String(checkDigit(over.map((range) => columns(zone, range)).join("")));
}

const weights = [7, 3, 1] as const;

/** Check digit of ICAO Doc 9303-3, 4.9: the weighted sum modulo 10. Digits count themselves, letters from 10, fillers 0. */
export function checkDigit(characters: string): number {
  let sum = 0;
  for (let at = 0; at < characters.length; at += 1) {
    sum += valueOfCharacter(characters.charCodeAt(at)) * (weights[at % 3] as number);
  }
  return sum % 10;
}

function valueOfCharacter(code: number): number {
  if (code >= 0x41 && code <= 0x5a) return code - 0x41 + 10;
  return code >= 0x30 && code <= 0x39 ? code - 0x30 : 0;
}
