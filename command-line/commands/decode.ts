// tiepdon decode: one payload a line in, what the product makes of it a line out.
import { createInterface } from "node:readline";
import { vietnamDate } from "../../protocol/check-in/vietnam-time.ts";
import type { Reading } from "../../protocol/document/patient-document.ts";
import { readDocument } from "../../protocol/document/read-document.ts";
import { decodeText } from "../../service/decode-text.ts";
import { CommandFailure, exitCodes } from "../../service/exit-codes.ts";
import { print, say } from "../terminal.ts";

/** A line holds one payload; the largest message of a chip reader is 1 MiB, twice that as hexadecimal. */
const lineCharactersMax = 3 * 1024 * 1024;

interface Request {
  readonly id: unknown;
  readonly payload: Uint8Array;
  readonly today: string;
}

/** Reads standard input to its end. A line that can't be read is reported and passed over; then the command ends with 2. */
export async function runDecode(): Promise<void> {
  let lineNumber = 0;
  let faults = 0;
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    lineNumber += 1;
    if (line.trim() === "") continue;
    const request = readRequest(line);
    if (typeof request === "string") {
      faults += 1;
      say(`stdin:${lineNumber} ${request}`);
    } else print(JSON.stringify(answer(request.id, readDocument(request.payload, request.today, decodeText))));
  }
  if (faults > 0) {
    throw new CommandFailure(exitCodes.wrongUsage, `${faults} dòng không đọc được | ${faults} lines could not be read`);
  }
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
