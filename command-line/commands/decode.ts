// tiepdon decode: one payload a line in, what the product makes of it a line out, or in words why.
import { createInterface } from "node:readline";
import { vietnamDate } from "../../protocol/check-in/vietnam-time.ts";
import { DecisionLog } from "../../protocol/document/decision-log.ts";
import type { Reading } from "../../protocol/document/patient-document.ts";
import { readMessage } from "../../protocol/document/read-message.ts";
import { decodeText } from "../../service/decode-text.ts";
import { CommandFailure, exitCodes } from "../../service/exit-codes.ts";
import { explainReading } from "../explain-reading.ts";
import { print, say } from "../terminal.ts";

/** A line holds one payload; the largest message of a chip reader is 1 MiB, twice that as hexadecimal. */
const lineCharactersMax = 3 * 1024 * 1024;

interface Request {
  readonly id: unknown;
  readonly payload: Uint8Array;
  readonly today: string;
}

export interface DecodeOptions {
  /** Words for a person instead of JSON: which rule decided what. */
  readonly explain?: boolean;
  /** With `explain`: values as they are, not masked. */
  readonly reveal?: boolean;
  /** Ethnicity, religion, identifying marks, parents and spouse of a chip, too. */
  readonly optionalFields?: boolean;
}

/** Reads standard input to its end. A line that can't be read is reported and passed over; then the command ends with 2. */
export async function runDecode(options: DecodeOptions = {}): Promise<void> {
  let lineNumber = 0;
  let faults = 0;
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    lineNumber += 1;
    if (line.trim() === "") continue;
    const request = readRequest(line);
    if (typeof request === "string") {
      faults += 1;
      say(`stdin:${lineNumber} ${request}`);
    } else for (const answerLine of answerTo(request, options)) print(answerLine);
  }
  if (faults > 0) {
    throw new CommandFailure(exitCodes.wrongUsage, `${faults} dòng không đọc được | ${faults} lines could not be read`);
  }
}

function answerTo({ id, payload, today }: Request, options: DecodeOptions): readonly string[] {
  const { explain = false, reveal = false, optionalFields = false } = options;
  if (!explain) return [JSON.stringify(answer(id, readMessage(payload, today, decodeText, { optionalFields })))];
  const observer = new DecisionLog();
  const reading = readMessage(payload, today, decodeText, { optionalFields, observer });
  return [...explainReading(id, reading, observer.decisions, reveal), ""];
}

/** Answers the request, or what is wrong with the line; never repeats the line. */
function readRequest(line: string): Request | string {
  if (line.length > lineCharactersMax) return "Dòng quá dài | The line is too long";
  let fields: Record<string, unknown>;
  try {
    const parsed: unknown = JSON.parse(line);
    if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) throw new SyntaxError();
    fields = parsed as Record<string, unknown>;
  } catch {
    return 'Không phải một đối tượng JSON | Not a JSON object; write {"id":…,"payload":"…"}';
  }
  const { id = null, payload, payloadHex, today = vietnamDate(Date.now()) } = fields;
  if (typeof today !== "string" || !/^\d{4}-\d{2}-\d{2}$/.test(today)) return "`today`: yyyy-MM-dd";
  if (typeof payload === "string" && payloadHex === undefined) return { id, payload: Buffer.from(payload), today };
  if (typeof payloadHex === "string" && /^([0-9a-f]{2})*$/i.test(payloadHex) && payload === undefined) {
    return { id, payload: Buffer.from(payloadHex, "hex"), today };
  }
  return "Cần đúng một trong hai: `payload` (chữ) hoặc `payloadHex` (hex) | Give either `payload` (text) or `payloadHex` (hexadecimal)";
}

function answer(id: unknown, reading: Reading): object {
  switch (reading.kind) {
    case "rejected":
      return {
        ...{ id, verdict: "reject", kind: reading.resembles, person: null, insurance: null, document: null },
        ...{ warnings: [], reason: reading.reason },
      };
    case "document": {
      const { format, person, insurance, document, warnings } = reading.document;
      const verdict = warnings.length > 0 ? "warn" : "valid";
      return { id, verdict, kind: format, person, insurance, document, warnings, reason: null };
    }
  }
}
