// Writes down what a framer tells its sink, in order; bytes are copied, since they are only lent.
import { PlainFramer } from "../../../../protocol/frame/plain-framer.ts";
import { defaultPlainFraming, type PlainFraming } from "../../../../protocol/frame/plain-framing.ts";

export type Told = { scan: string; endedBy: string; aim?: string } | { discarded: string; bytes: number };

/** A framer and what it has told so far; `scan` is the bytes read as Latin-1, one character a byte. */
export function recordFrames(framing: Partial<PlainFraming> = {}): { framer: PlainFramer; told: Told[] } {
  const told: Told[] = [];
  const framer = new PlainFramer(
    { ...defaultPlainFraming, ...framing },
    {
      scan: ({ raw, endedBy, aim }) =>
        told.push({ scan: Buffer.from(raw).toString("latin1"), endedBy, ...(aim === undefined ? {} : { aim }) }),
      discarded: (discarded, bytes) => told.push({ discarded, bytes }),
    },
  );
  return { framer, told };
}

/** What a reader does, in order: text is bytes (Latin-1), `idle` is silence, `close` the end of the port. */
export type Input = string | { readonly event: "idle" | "close" };
export const idle: Input = { event: "idle" };
export const close: Input = { event: "close" };

/** Feeds the inputs, each text cut into pieces of `pieceBytes`, and answers what was told. */
export function frame(
  inputs: readonly Input[],
  framing: Partial<PlainFraming> = {},
  pieceBytes = Number.MAX_SAFE_INTEGER,
): Told[] {
  const { framer, told } = recordFrames(framing);
  for (const input of inputs) {
    if (typeof input !== "string") framer[input.event]();
    else pushInPieces(framer, Buffer.from(input, "latin1"), pieceBytes);
  }
  return told;
}

/** The memory of each piece is overwritten right after the call, as a port may do. */
function pushInPieces(framer: PlainFramer, bytes: Uint8Array, pieceBytes: number): void {
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    const piece = bytes.slice(at, at + pieceBytes);
    framer.push(piece);
    piece.fill(0xee);
  }
}
