// Reads the JSON message of a desk reader that has read a chip: FORMATS §11.2.
import { bytesOfBase64 } from "../bytes/base64.ts";
import { isUtf8 } from "../bytes/utf8.ts";
import { dg13BytesMax, readDg13 } from "./chip-dg13.ts";
import { type ChipField, presentText, readChipRecord } from "./chip-record.ts";
import type { CleanScan } from "./clean.ts";
import type { ReadingContext } from "./context.ts";
import { rejected } from "./draft.ts";
import type { DocumentFormat, Reading } from "./patient-document.ts";
import { pinLength } from "./pin.ts";
import { flatLabels, socketLabels } from "./reader-labels.ts";
import type { WarningCode } from "./warnings.ts";

/** What the `id` of a Socket.IO event says; every other event carries no document. */
const eventIds = { text: 2, failure: 3, raw: 4 } as const;

/** Base64 of the largest DG13. */
const dg13CharactersMax = Math.ceil(dg13BytesMax / 3) * 4;

type JsonObject = Readonly<Record<string, unknown>>;

/** Largest message that is parsed; one with a portrait has some 300 KiB. */
export const messageBytesMax = 1024 * 1024;

/** Reads one message as a desk reader sent it, which may be longer than any scan. */
export function readReaderMessage(payload: Uint8Array, context: ReadingContext): Reading {
  if (payload.length > messageBytesMax) return rejected("too-long", "reader-json");
  if (!isUtf8(payload)) return rejected("bad-utf8", "reader-json");
  return readReaderJson({ text: context.decodeText(payload, 0, payload.length).replace(/^\ufeff/, "") }, context);
}

/** Reads a scan that was dispatched as JSON. */
export function readReaderJson({ text }: Pick<CleanScan, "text">, context: ReadingContext): Reading {
  const message = parseJson(text);
  if (message === undefined) return rejected("json-invalid", envelopeLike(text));
  if (!isObject(message)) return rejected("unknown-format", "none");
  return isEvent(message) ? readEvent(message, context) : readLabels(message, flatLabels, "reader-json", context);
}

function readEvent({ id, data }: JsonObject, context: ReadingContext): Reading {
  switch (id) {
    case eventIds.text:
      if (!isObject(data)) return rejected("unknown-format", "reader-socketio");
      return readLabels(data, socketLabels, "reader-socketio", context);
    case eventIds.raw:
      return readRaw(data, context);
    case eventIds.failure:
      return rejected("reader-error", "reader-socketio");
    default:
      return rejected("no-document", "reader-socketio");
  }
}

/** `data` holds the data groups in base64; only DG13 is of use here. */
function readRaw(data: unknown, context: ReadingContext): Reading {
  const { dg13 }: JsonObject = isObject(data) ? data : {};
  if (typeof dg13 !== "string" || dg13 === "") return rejected("no-document", "reader-socketio");
  if (dg13.length > dg13CharactersMax) return rejected("too-long", "reader-socketio");
  const bytes = bytesOfBase64(dg13);
  if (bytes === undefined) return rejected("base64-invalid", "reader-socketio");
  return readDg13(bytes, context, "reader-socketio");
}

/** Labels are case-sensitive; of two labels for one field the first that says something counts. */
function readLabels(
  values: JsonObject,
  labels: ReadonlyMap<string, ChipField>,
  format: DocumentFormat,
  context: ReadingContext,
): Reading {
  const record = new Map<ChipField, string>();
  const warnings: WarningCode[] = [];
  let isKnown = false;
  for (const [label, value] of Object.entries(values)) {
    const field = labels.get(label);
    if (field === undefined) continue;
    isKnown = true;
    const text = field === "number" && typeof value === "number" ? pinOfNumber(value, warnings) : textOf(value);
    if (text !== undefined && !record.has(field)) record.set(field, text);
  }
  return isKnown ? readChipRecord(format, record, context, warnings) : rejected("unknown-format", format);
}

const textOf = (value: unknown): string | undefined => (typeof value === "string" ? presentText(value) : undefined);

/** A JSON number has lost the zeros that a PIN may begin with; a string never has. */
function pinOfNumber(value: number, warnings: WarningCode[]): string {
  const digits = String(value);
  if (digits.length < pinLength) warnings.push("leading-zero-restored");
  return digits.padStart(pinLength, "0");
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function isEvent({ id, message, data }: JsonObject): boolean {
  return Number.isInteger(id) && (message !== undefined || data !== undefined);
}

/** The envelope that broken JSON was probably meant to be. */
const envelopeLike = (text: string): DocumentFormat =>
  /^\{\s*"id"\s*:/.test(text) ? "reader-socketio" : "reader-json";

/** Undefined for broken JSON, which can't write undefined itself. An object that was cut off is not worth an exception. */
function parseJson(text: string): unknown {
  if (text.startsWith("{") && !text.trimEnd().endsWith("}")) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
