// Lowers what a command to a chip asks for to what a reader can carry (ISO/IEC 7816-4, clause 5.2: the field Le).

/** Bytes of the status word behind the answer's data. */
const statusBytes = 2;
const headerBytes = 4;

/** Where the field Le stands and how many answered bytes it asks for; undefined in commands without one, or malformed ones. */
function expectedLength(
  command: Uint8Array,
): { readonly at: number; readonly bytes: 1 | 2; readonly value: number } | undefined {
  const { length } = command;
  const first = command[headerBytes] ?? 0;
  if (length <= headerBytes) return undefined;
  if (length === headerBytes + 1) return { at: headerBytes, bytes: 1, value: first === 0 ? 256 : first };
  const isExtended = first === 0;
  const sent = isExtended ? twoBytes(command, headerBytes + 1) : first;
  const dataAt = headerBytes + (isExtended ? 3 : 1);
  if (isExtended && length === dataAt) return { at: headerBytes + 1, bytes: 2, value: sent === 0 ? 65_536 : sent };
  const at = dataAt + sent;
  const bytes = isExtended ? 2 : 1;
  if (length !== at + bytes) return undefined;
  const value = isExtended ? twoBytes(command, at) : (command[at] ?? 0);
  return { at, bytes, value: value === 0 ? (isExtended ? 65_536 : 256) : value };
}

/** The command as it may go out: the same, or a copy with a smaller Le. `answerBytesMax` counts the status word too. */
export function withinAnswer(command: Uint8Array, answerBytesMax: number): Uint8Array {
  const expected = expectedLength(command);
  const valueMax = Math.max(answerBytesMax - statusBytes, 1);
  if (expected === undefined || expected.value <= valueMax) return command;
  const lowered = command.slice();
  if (expected.bytes === 1) lowered[expected.at] = valueMax;
  else lowered.set([valueMax >> 8, valueMax & 0xff], expected.at);
  return lowered;
}

const twoBytes = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
