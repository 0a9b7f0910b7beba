// What is kept of the messages of an HN-212 reader, and whether they speak of one card (READERS chapter 9).
import { bytesOfBase64 } from "../bytes/base64.ts";
import { encodeUtf8 } from "../bytes/utf8.ts";
import { zoneInDg1 } from "../document/chip-dg1.ts";
import { dg13BytesMax, numberInDg13 } from "../document/chip-dg13.ts";
import { type ChipField, chipFieldRules, chipFields } from "../document/chip-record.ts";
import { columns, mrzFields } from "../document/mrz-layout.ts";
import { socketLabels } from "../document/reader-labels.ts";
import { hn212Ids } from "../frame/socket-io/hn212-events.ts";
import type { JsonObject } from "../frame/socket-io/socket-event.ts";

/** A name or an address has some 100 characters. */
const textCharactersMax = 512;

/** The texts of one card that a facility may have, by the labels of the reader. */
export interface CardTexts {
  /** `idCode`; undefined where the reader sent none that is a text. */
  readonly number: string | undefined;
  /** A message that `readDocument` reads, the same for the same texts. Nothing else of the event is kept. */
  readonly message: Uint8Array;
  /** Characters of members that were left out: not asked for, not known, or no text of a sound length. */
  readonly droppedCharacters: number;
}

/** `optionalFields`: ethnicity, religion, marks, parents and spouse, too. A portrait never. */
export function keepTexts(data: JsonObject, optionalFields: boolean): CardTexts {
  const kept = new Map<ChipField, string | number>();
  let droppedCharacters = 0;
  for (const [label, value] of Object.entries(data)) {
    const field = socketLabels.get(label);
    const mayStay = field !== undefined && (optionalFields || chipFieldRules[field].isOptional !== true);
    if (mayStay && isText(value, field)) kept.set(field, value);
    else droppedCharacters += typeof value === "string" ? value.length : 1;
  }
  const texts = chipFields.flatMap((field) => {
    const value = kept.get(field);
    return value === undefined ? [] : [[labelOf(field), value] as const];
  });
  const number = kept.get("number");
  return {
    number: typeof number === "string" ? number.trim() : undefined,
    message: encodeUtf8(JSON.stringify({ id: hn212Ids.text, data: Object.fromEntries(texts) })),
    droppedCharacters,
  };
}

/** A number that was sent as one has lost its zeros; the document's reader knows how to restore them. */
const isText = (value: unknown, field: ChipField): value is string | number =>
  (typeof value === "string" && value.length <= textCharactersMax) ||
  (field === "number" && Number.isSafeInteger(value));

const labels = new Map([...socketLabels].map(([label, field]) => [field, label]));
const labelOf = (field: ChipField): string => labels.get(field) ?? field;

/** The numbers that a chip's own data groups hold. */
export interface ChipNumbers {
  readonly dg13: string | undefined;
  /** The optional data of the zone in DG1: the PIN, or fillers. */
  readonly dg1: string | undefined;
}

/** Undefined where a group is not base64, or too large to be one. Portrait and signatures are not looked at. */
export function chipNumbers({ dg1, dg13 }: JsonObject): ChipNumbers | undefined {
  const [first, thirteenth] = [groupBytes(dg1), groupBytes(dg13)];
  if (first === undefined || thirteenth === undefined) return undefined;
  const zone = zoneInDg1(first);
  const pin = zone === undefined ? undefined : columns(zone, mrzFields.pin);
  return { dg13: numberInDg13(thirteenth), dg1: pin !== undefined && /^\d+$/.test(pin) ? pin : undefined };
}

const groupCharactersMax = Math.ceil(dg13BytesMax / 3) * 4;

/** No bytes for a group that is absent. */
function groupBytes(base64: unknown): Uint8Array | undefined {
  if (base64 === undefined || base64 === null) return new Uint8Array();
  if (typeof base64 !== "string" || base64.length > groupCharactersMax) return undefined;
  return bytesOfBase64(base64);
}

/** Whether the chip's groups name the card that the texts name; a group without a number names none. */
export const isSameCard = (number: string | undefined, { dg1, dg13 }: ChipNumbers): boolean =>
  number === undefined || [dg1, dg13].every((other) => other === undefined || other === number);
