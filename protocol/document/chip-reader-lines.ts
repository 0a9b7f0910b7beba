// Gathers what a serial chip reader says line by line into one reading: its JSON, and the data groups in base64 (FORMATS §11.2).
//
//   NFC_DETECTED, ACK_MRZ, PONG ──► passed over
//   { … } over some lines       ──► JSON        ┐
//   [DG13_RAW_START] … [END]    ──► chip bytes  ├──► SUCCESS or SCAN_DONE: one reading
//   CARD_REMOVED, FAIL, SCAN_FAIL ► all of it is dropped
import { bytesOfBase64 } from "../bytes/base64.ts";
import { encodeUtf8 } from "../bytes/utf8.ts";
import { dg13BytesMax, readDg13 } from "./chip-dg13.ts";
import type { ReadingContext } from "./context.ts";
import { rejected } from "./draft.ts";
import type { Reading } from "./patient-document.ts";
import { messageBytesMax, readReaderMessage } from "./reader-message.ts";

const ends: readonly string[] = ["SUCCESS", "SCAN_DONE"];
const failures: readonly string[] = ["CARD_REMOVED", "FAIL", "SCAN_FAIL"];
/** Answers that may come at any moment, inside a block too. */
const asides: readonly string[] = ["PONG", "NFC_DETECTED", "ACK_MRZ"];

const blockStart = /^\[([A-Z0-9]+)_RAW_START\]$/;
const blockEnd = /^\[[A-Z0-9]+_RAW_END\]$/;

/** Keeps, beyond the last line, at most `messageBytesMax` characters of JSON and `dg13BytesMax` bytes of one data group. */
export class ChipReaderLines {
  #json = "";
  /** The block that is being sent; only that of DG13 is kept. */
  #block: string | undefined;
  #dg13 = new Uint8Array();
  #isBroken = false;

  /** Takes one line without its end. Answers the reading that it completes: once for each card. Never throws. */
  take(line: string, context: ReadingContext): Reading | undefined {
    const text = line.trim();
    if (asides.includes(text)) return undefined;
    if (failures.includes(text)) {
      this.#clear();
      return undefined;
    }
    if (ends.includes(text)) return this.#finish(context);
    const [, name] = blockStart.exec(text) ?? [];
    if (name !== undefined) this.#block = name;
    else if (blockEnd.test(text)) this.#block = undefined;
    else if (this.#block !== undefined) this.#takeBase64(text);
    else if (this.#json !== "" || text.startsWith("{")) this.#takeJson(text);
    return undefined;
  }

  /** Each line is padded by itself. */
  #takeBase64(text: string): void {
    if (this.#block !== "DG13") return;
    const bytes = bytesOfBase64(text);
    if (bytes === undefined) this.#isBroken = true;
    else if (this.#dg13.length <= dg13BytesMax) this.#dg13 = joined(this.#dg13, bytes);
  }

  #takeJson(text: string): void {
    if (this.#json.length <= messageBytesMax) this.#json += `${text}\n`;
  }

  /** The chip's own bytes count for more than what the reader makes of them. */
  #finish(context: ReadingContext): Reading | undefined {
    const [json, dg13, isBroken] = [this.#json, this.#dg13, this.#isBroken];
    this.#clear();
    const fromChip = dg13.length === 0 ? undefined : readDg13(dg13, context);
    if (fromChip?.kind === "document" && !isBroken) return fromChip;
    if (json !== "") return readReaderMessage(encodeUtf8(json), context);
    return isBroken ? rejected("base64-invalid", "chip-dg13") : fromChip;
  }

  #clear(): void {
    this.#json = "";
    this.#block = undefined;
    this.#dg13 = new Uint8Array();
    this.#isBroken = false;
  }
}

function joined(left: Uint8Array, right: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(left.length + right.length);
  both.set(left);
  both.set(right, left.length);
  return both;
}
