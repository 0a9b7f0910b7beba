// Names the family that a refused scan came closest to, so that a desk's figures show which cards it can't read.
import { dispatch } from "./dispatch.ts";
import type { DocumentFormat } from "./patient-document.ts";

/** Pipes of the card of 2024, and more. */
const canCuocPipes = 10;

/** The family that `raw` would be dispatched to; only for scans that were refused before that. */
export function resembles(raw: string): DocumentFormat | "none" {
  const text = raw.trim();
  const pipes = [...text.matchAll(/\|/g)].map((match) => match.index);
  const { destination } = dispatch(text, pipes);
  if (destination.kind === "refused") return destination.resembles;
  switch (destination.family) {
    case "card-qr":
      return pipes.length >= canCuocPipes ? "can-cuoc-qr" : "cccd-qr";
    case "insurance-qr":
      return /^[A-Za-z]/.test(text) ? "bhyt-qr-old" : "bhyt-qr-new";
    case "mrz":
      return "mrz";
    case "chip-hex":
      return "chip-dg13";
    case "reader-message":
      return "reader-json";
    case "number":
      return "none";
  }
}
