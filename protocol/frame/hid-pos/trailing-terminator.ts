// Finds the terminator that a reader has put behind the data of a report, where a profile wants it off.
import { type Terminator, terminators } from "../plain-framing.ts";

export interface TrailingTerminator {
  readonly name: Terminator;
  /** Bytes. */
  readonly length: number;
}

const found: Readonly<Record<Terminator, TrailingTerminator>> = {
  cr: { name: "cr", length: terminators.cr.length },
  lf: { name: "lf", length: terminators.lf.length },
  crlf: { name: "crlf", length: terminators.crlf.length },
  tab: { name: "tab", length: terminators.tab.length },
};

/** One of `wanted` at the end of `bytes`; CR LF is one terminator where it is wanted, or CR and LF both are. */
export function trailingTerminator(bytes: Uint8Array, wanted: readonly Terminator[]): TrailingTerminator | undefined {
  const last = bytes[bytes.length - 1];
  if (last === 0x0a) {
    const takesPair = wanted.includes("crlf") || (wanted.includes("cr") && wanted.includes("lf"));
    if (takesPair && bytes[bytes.length - 2] === 0x0d) return found.crlf;
    return wanted.includes("lf") ? found.lf : undefined;
  }
  if (last === 0x0d) return wanted.includes("cr") ? found.cr : undefined;
  return last === 0x09 && wanted.includes("tab") ? found.tab : undefined;
}
