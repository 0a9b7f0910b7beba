// Writes down what an assembler tells its sink, in order; bytes are copied, since they are only lent.
import { HidPosAssembler, type ReportFraming } from "../../../../../protocol/frame/hid-pos/assembler.ts";
import { encodePieces } from "../../../../../protocol/frame/hid-pos/encode-pieces.ts";
import { hidPosLayouts, type PieceLayout } from "../../../../../protocol/frame/hid-pos/layout.ts";
import { defaultPlainFraming } from "../../../../../protocol/frame/plain-framing.ts";

export type Told = { scan: string; aim?: string } | { answer: string } | { discarded: string; bytes: number };

export const honeywell = hidPosLayouts["honeywell-64"];
export const newland = hidPosLayouts["newland-64"];

export interface Recording {
  readonly assembler: HidPosAssembler;
  /** Bytes are read as Latin-1, one character a byte. */
  readonly told: Told[];
  isCommandPending: boolean;
}

export function recordAssembly(layout = honeywell, framing: Partial<ReportFraming> = {}): Recording {
  const told: Told[] = [];
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");
  const recording: Recording = {
    told,
    isCommandPending: false,
    assembler: new HidPosAssembler(
      {
        layout,
        framing: { ...defaultPlainFraming, aim: "none", ...framing },
        isCommandPending: () => recording.isCommandPending,
      },
      {
        scan: ({ bytes, aim }) => told.push({ scan: text(bytes), ...(aim !== undefined && { aim }) }),
        answer: (bytes) => told.push({ answer: text(bytes) }),
        discarded: (discarded, bytes) => told.push({ discarded, bytes }),
      },
    ),
  };
  return recording;
}

/** The reports of one scan, as the layout's reader sends them. */
export function reportsOf(text: string, aim = "]Q1", layout = honeywell): Uint8Array[] {
  return encodePieces(pieceOf(layout), { bytes: Buffer.from(text, "latin1"), aim, codeId: 0x73 });
}

export function pieceOf({ pieces: [piece] }: { readonly pieces: readonly PieceLayout[] }): PieceLayout {
  if (piece === undefined) throw new Error("a layout without input reports");
  return piece;
}

/** Pushes each report in memory that is overwritten right after the call, as a port may do. */
export function pushAll(assembler: HidPosAssembler, reports: readonly Uint8Array[]): void {
  for (const report of reports) {
    const lent = report.slice();
    assembler.push(lent);
    lent.fill(0xee);
  }
}
