// Names the family that a refused scan came closest to, so that a desk's figures show which cards it can't read.
import { dispatch, findPipes } from "./dispatch.ts";
import type { DocumentFormat } from "./patient-document.ts";

/** Elements from which a card's QR is one of 2024. */
const elementsOfCanCuoc = 11;

/** The family that `text` would be dispatched to; only for scans that were refused before that. */
export function resembles(text: string): DocumentFormat | "none" {
  const pipes = findPipes(text);
  const destination = dispatch(text.trim(), pipes);
  if (destination.kind === "refused") return destination.resembles;
  return destination.family === "card-qr" ? cardLike(pipes) : "none";
}

export function cardLike(pipes: readonly number[]): "cccd-qr" | "can-cuoc-qr" {
  return pipes.length + 1 >= elementsOfCanCuoc ? "can-cuoc-qr" : "cccd-qr";
}
