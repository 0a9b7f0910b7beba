// Reads the payloads that a person wants to see scanned from the text of a file.
import { SimulationFailure } from "./simulation-failure.ts";

/** Bytes of such a file: room for a day of a large hospital, and an end for a wrong one. */
export const payloadFileBytesMax = 64 * 1024 * 1024;

/**
 * Three forms, told apart by their look: an object with a list `samples`; JSON lines with `payload` or `payloadHex`
 * each; or one payload a line, as it is. Empty lines are left out. Samples of the channel `hex-field` are no payloads.
 * Throws `SimulationFailure` when nothing is found.
 */
export function parsePayloads(text: string): Uint8Array[] {
  const samples = parseJson(text);
  const records = hasSamples(samples) ? samples.samples : text.split(/\r?\n/).filter((line) => line !== "");
  const payloads = records.flatMap((record) => payloadOf(typeof record === "string" ? fromLine(record) : record));
  if (payloads.length === 0) {
    throw new SimulationFailure("wrong-usage", "Tệp không có nội dung mã nào | The file holds no payload");
  }
  return payloads;
}

function hasSamples(value: unknown): value is { samples: unknown[] } {
  return typeof value === "object" && value !== null && "samples" in value && Array.isArray(value.samples);
}

/** A line of JSON with a payload in it, or the line itself: what a reader sends may be JSON, too. */
function fromLine(line: string): unknown {
  const value = line.startsWith("{") ? parseJson(line) : undefined;
  const isRecord = typeof value === "object" && value !== null && ("payload" in value || "payloadHex" in value);
  return isRecord ? value : { payload: line };
}

function payloadOf(record: unknown): Uint8Array[] {
  const { payload, payloadHex, channel } = record as { payload?: unknown; payloadHex?: unknown; channel?: unknown };
  if (channel === "hex-field") return [];
  if (typeof payload === "string") return [new TextEncoder().encode(payload)];
  if (typeof payloadHex === "string" && /^([0-9a-f]{2})*$/i.test(payloadHex)) {
    return [Uint8Array.from(Buffer.from(payloadHex, "hex"))];
  }
  throw new SimulationFailure(
    "wrong-usage",
    'Mỗi dòng JSON cần "payload" hoặc "payloadHex" | Each JSON line needs "payload" or "payloadHex"',
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
