// Which texts of a chip leave the driver of its reader, and under which names: the facility's choice comes before any scan exists.
import { decodeUtf8, encodeUtf8 } from "../bytes/utf8.ts";
import { type ChipField, chipFieldRules, chipFields } from "../document/chip-record.ts";

/** A name or an address has some 100 characters. */
const textCharactersMax = 512;

/** A number is only taken for the card's own: as JSON it has lost its zeros, which the document's reader knows to restore. */
export type ChipText = string | number;

export interface KeptTexts {
  readonly record: ReadonlyMap<ChipField, ChipText>;
  /** Characters of what was left out: not asked for, not known, or no text of a sound length. */
  readonly droppedCharacters: number;
}

/**
 * Keeps what the facility may have: with `optionalFields` ethnicity, religion, marks, parents and spouse, too; a
 * portrait never. Of two names for one field the first that says something counts.
 */
export function keepTexts(
  values: Iterable<readonly [name: string, value: unknown]>,
  fieldOf: (name: string) => ChipField | undefined,
  optionalFields: boolean,
): KeptTexts {
  const record = new Map<ChipField, ChipText>();
  let droppedCharacters = 0;
  for (const [name, value] of values) {
    const field = fieldOf(name);
    const mayStay = field !== undefined && (optionalFields || chipFieldRules[field].isOptional !== true);
    if (!mayStay || !isText(value, field)) droppedCharacters += typeof value === "string" ? value.length : 1;
    else if ((record.get(field) ?? "") === "") record.set(field, value);
  }
  return { record, droppedCharacters };
}

const isText = (value: unknown, field: ChipField): value is ChipText =>
  (typeof value === "string" && value.length <= textCharactersMax) ||
  (field === "number" && Number.isSafeInteger(value));

/** The texts under a reader's labels in one order, so that the same card always makes the same bytes. */
export function labelTexts(
  record: KeptTexts["record"],
  labels: ReadonlyMap<string, ChipField>,
): Readonly<Record<string, ChipText>> {
  return Object.fromEntries(
    chipFields.flatMap((field) => {
      const value = record.get(field);
      const label = [...labels].find(([, target]) => target === field)?.[0];
      return value === undefined || label === undefined ? [] : [[label, value] as const];
    }),
  );
}

/** The number of a card as text, to be compared. */
export function numberOf(record: KeptTexts["record"]): string | undefined {
  const number = record.get("number");
  return typeof number === "string" && number.trim() !== "" ? number.trim() : undefined;
}

/** What a reading that failed is delivered as: a reader's message that `readDocument` refuses with `reader-error`. */
export const failedReading: Uint8Array = encodeUtf8(JSON.stringify({ id: 3, message: "failure" }));

/** The platform's decoder is not known here; only called on bytes that were found valid. */
export const decodeChipText = (bytes: Uint8Array, start: number, end: number): string =>
  decodeUtf8(bytes.subarray(start, end)) ?? "";
