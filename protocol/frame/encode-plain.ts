// Builds the bytes that a reader in plain mode sends for one scan; the framer's counterpart, for simulated readers.
import { ETX, type PlainFraming, STX, type Terminator, terminators } from "./plain-framing.ts";

/**
 * STX and ETX stand around the payload where the framing has them; `none` leaves the end to silence. `aim` is the
 * symbology identifier (`]Q1`) that leads, or nothing. The payload must not hold a byte that the framing takes for an end.
 */
export function encodePlain(
  payload: Uint8Array,
  framing: Pick<PlainFraming, "stx">,
  terminator: Terminator | "none",
  aim = "",
): Uint8Array {
  const before = framing.stx ? [STX] : [];
  const identifier = Array.from(aim, (character) => character.charCodeAt(0));
  const after = [...(framing.stx ? [ETX] : []), ...(terminator === "none" ? [] : terminators[terminator])];
  const bytes = new Uint8Array(before.length + identifier.length + payload.length + after.length);
  bytes.set(before);
  bytes.set(identifier, before.length);
  bytes.set(payload, before.length + identifier.length);
  bytes.set(after, bytes.length - after.length);
  return bytes;
}
