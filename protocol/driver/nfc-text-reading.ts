// Gathers the lines of one reading of a serial chip reader, and makes one message of them (READERS chapter 9, 6C).
import { joinBytes } from "../bytes/ascii.ts";
import { bytesOfBase64 } from "../bytes/base64.ts";
import { encodeUtf8 } from "../bytes/utf8.ts";
import { dg13BytesMax, textsInDg13 } from "../document/chip-dg13.ts";
import { flatLabels } from "../document/reader-labels.ts";
import { isJsonObject, type JsonObject } from "../frame/socket-io/socket-event.ts";
import { decodeChipText, type KeptTexts, keepTexts, labelTexts, numberOf } from "./chip-texts.ts";

/** Sixteen texts of 512 characters, their labels, and as much white space. */
const jsonCharactersMax = 32 * 1024;

export type NfcMessage =
  /** A message that `readDocument` reads; `droppedCharacters` of it were not asked for. */
  | { readonly kind: "message"; readonly message: Uint8Array; readonly droppedCharacters: number }
  | { readonly kind: "fault"; readonly why: "empty" | "bad-frame" | "overflow" | "mismatch" };

export class NfcReading {
  /** Bytes of its lines. */
  bytes = 0;
  #json = "";
  /** The block that is being sent; only that of DG13 is kept. */
  #group: string | undefined;
  #dg13: Uint8Array = new Uint8Array();
  #fault: "bad-frame" | "overflow" | undefined;

  openBlock(group: string): void {
    this.#group = group;
  }

  closeBlock(): void {
    this.#group = undefined;
  }

  /** A line that is no word of the reader's own. */
  take(text: string): void {
    if (this.#group === "DG13") this.#takeBase64(text);
    else if (this.#group === undefined && (this.#json !== "" || text.startsWith("{"))) this.#takeJson(text);
  }

  /** The chip's own bytes count for more than what the reader makes of them, which must name the same card. */
  finish(optionalFields: boolean): NfcMessage {
    const chip = this.#chipTexts(optionalFields);
    const json = this.#jsonTexts(optionalFields);
    const texts = chip ?? json;
    if (texts === undefined) {
      const isEmpty = this.#json === "" && this.#dg13.length === 0;
      return { kind: "fault", why: this.#fault ?? (isEmpty ? "empty" : "bad-frame") };
    }
    const numbers = [chip, json].flatMap((each) => (each === undefined ? [] : (numberOf(each.record) ?? [])));
    if (new Set(numbers).size > 1) return { kind: "fault", why: "mismatch" };
    const message = encodeUtf8(JSON.stringify(labelTexts(texts.record, flatLabels)));
    return { kind: "message", message, droppedCharacters: texts.droppedCharacters };
  }

  /** Each line is padded by itself. */
  #takeBase64(text: string): void {
    const bytes = bytesOfBase64(text);
    if (bytes === undefined) this.#fault = "bad-frame";
    else if (this.#dg13.length + bytes.length > dg13BytesMax) this.#fault = "overflow";
    else this.#dg13 = joinBytes(this.#dg13, bytes);
  }

  #takeJson(text: string): void {
    if (this.#json.length + text.length >= jsonCharactersMax) this.#fault = "overflow";
    else this.#json += `${text}\n`;
  }

  /** Undefined for a group without a number, and for one of which a line is missing. */
  #chipTexts(optionalFields: boolean): KeptTexts | undefined {
    if (this.#fault !== undefined || this.#dg13.length === 0) return undefined;
    const texts = textsInDg13(this.#dg13, decodeChipText);
    if (texts.kind === "unreadable" || !texts.record.has("number")) return undefined;
    const kept = [...texts.record].map(([field, text]) => ({ field, text }));
    const fields = new Map(kept.map(({ field }) => [field as string, field]));
    return keepTexts(texts.record, (name) => fields.get(name), optionalFields);
  }

  #jsonTexts(optionalFields: boolean): KeptTexts | undefined {
    const values = this.#fault === "overflow" ? undefined : parse(this.#json);
    return values && keepTexts(Object.entries(values), (label) => flatLabels.get(label), optionalFields);
  }
}

function parse(json: string): JsonObject | undefined {
  if (json === "") return undefined;
  try {
    const parsed: unknown = JSON.parse(json);
    return isJsonObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}
