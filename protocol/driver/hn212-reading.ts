// What is kept of the messages of an HN-212 reader, and whether they speak of one card (READERS chapter 9).
import { bytesOfBase64 } from "../bytes/base64.ts";
import { encodeUtf8 } from "../bytes/utf8.ts";
import { zoneInDg1 } from "../document/chip-dg1.ts";
import { dg13BytesMax, textsInDg13 } from "../document/chip-dg13.ts";
import { columns, mrzFields } from "../document/mrz-layout.ts";
import { socketLabels } from "../document/reader-labels.ts";
import { hn212Ids } from "../frame/socket-io/hn212-events.ts";
import type { JsonObject } from "../frame/socket-io/socket-event.ts";
import { decodeChipText, keepTexts, labelTexts, numberOf } from "./chip-texts.ts";

/** The texts of one card that a facility may have. */
export interface CardMessage {
  /** `idCode`; undefined where the reader sent none that is a text. */
  readonly number: string | undefined;
  /** A message that `readDocument` reads, the same for the same texts. Nothing else of the event is kept. */
  readonly message: Uint8Array;
  readonly droppedCharacters: number;
}

export function cardMessage(data: JsonObject, optionalFields: boolean): CardMessage {
  const { record, droppedCharacters } = keepTexts(
    Object.entries(data),
    (label) => socketLabels.get(label),
    optionalFields,
  );
  const message = JSON.stringify({ id: hn212Ids.text, data: labelTexts(record, socketLabels) });
  return { number: numberOf(record), message: encodeUtf8(message), droppedCharacters };
}

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
  const texts = textsInDg13(thirteenth, decodeChipText);
  return {
    dg13: texts.kind === "texts" ? numberOf(texts.record) : undefined,
    dg1: pin !== undefined && /^\d+$/.test(pin) ? pin : undefined,
  };
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
