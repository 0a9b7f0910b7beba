// One event of a Socket.IO reader as the chunk that a port hands to its driver, and back.
import { decodeUtf8, encodeUtf8 } from "../../bytes/utf8.ts";

/** The largest message that is looked at (READERS chapter 9); a portrait, which nobody needs, may be larger. */
export const socketMessageBytesMax = 256 * 1024;

/** What the port saw of one message. */
export type SocketChunk =
  | { readonly kind: "event"; readonly name: string; readonly argument: unknown }
  /** A message that the port did not keep: too large, or not of a form that Socket.IO has. */
  | { readonly kind: "dropped"; readonly why: "overflow" | "noise"; readonly bytes: number };

/** An event is a list of its name and its argument, UTF-8 JSON; what was dropped is an object. Undefined where JSON can't say it. */
export function encodeSocketChunk(chunk: SocketChunk): Uint8Array | undefined {
  if (chunk.kind === "dropped") return encodeUtf8(JSON.stringify({ dropped: chunk.why, bytes: chunk.bytes }));
  try {
    return encodeUtf8(JSON.stringify([chunk.name, chunk.argument ?? null]));
  } catch {
    return undefined; // nested so deeply that it can only be an attack
  }
}

/** Undefined for anything that `encodeSocketChunk` does not write. Never throws. */
export function decodeSocketChunk(bytes: Uint8Array): SocketChunk | undefined {
  const parsed = parse(bytes);
  if (Array.isArray(parsed)) {
    const [name, argument] = parsed as unknown[];
    return typeof name === "string" ? { kind: "event", name, argument } : undefined;
  }
  if (!isJsonObject(parsed)) return undefined;
  const { dropped: why, bytes: count } = parsed;
  const isDropped = (why === "overflow" || why === "noise") && typeof count === "number";
  return isDropped ? { kind: "dropped", why, bytes: count } : undefined;
}

export type JsonObject = Readonly<Record<string, unknown>>;

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function parse(bytes: Uint8Array): unknown {
  const text = decodeUtf8(bytes);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
