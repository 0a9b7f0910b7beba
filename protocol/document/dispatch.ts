// Decides from the cleaned text which kind of document a scan is: FORMATS chapter 3, where the first row that fits wins.
import { areDigits } from "./digits.ts";
import type { DocumentFormat } from "./patient-document.ts";
import type { RejectReason } from "./reject-reasons.ts";

/** The families of documents that share one reader. */
export type Family = "card-qr" | "insurance-qr" | "mrz" | "chip-hex" | "reader-message" | "number";

export type Destination =
  | { readonly kind: "family"; readonly family: Family }
  | { readonly kind: "refused"; readonly reason: RejectReason; readonly resembles: DocumentFormat | "none" };

const to = (family: Family): Destination => ({ kind: "family", family });
const refuse = (reason: RejectReason, resembles: DocumentFormat | "none" = "none"): Destination => ({
  kind: "refused",
  reason,
  resembles,
});

/** A cleaned text as the rows look at it. */
interface Shape {
  readonly text: string;
  readonly hasPipe: boolean;
  /** The text split at the pipes, each part trimmed. */
  readonly parts: readonly string[];
  /** `parts[0]`. */
  readonly first: string;
}

interface Row {
  readonly row: string;
  readonly fits: (shape: Shape) => boolean;
  readonly destination: Destination;
}

const cardNumber = /^\D{0,10}\d{12}$/;

const rows: readonly Row[] = [
  { row: "1", fits: ({ text }) => /^[A-Za-z][A-Za-z0-9+.-]{1,15}:\/\//.test(text), destination: refuse("url") },
  // EMVCo: payload format 01, then point of initiation 11 or 12
  {
    row: "2",
    fits: ({ text, hasPipe }) => !hasPipe && text.length > 20 && /^00020101021[12]/.test(text),
    destination: refuse("payment-qr"),
  },
  { row: "3", fits: ({ text }) => text.startsWith("{"), destination: to("reader-message") },
  {
    row: "4",
    fits: ({ parts }) => parts.length === 6 && /^\d{4}-\d\d-\d\d$/.test(parts[2] ?? ""),
    destination: refuse("pc-covid-qr"),
  },
  {
    row: "5",
    fits: ({ parts, first }) => /^\d{12}$/.test(first) && parts.length >= 14,
    destination: to("insurance-qr"),
  },
  {
    row: "5",
    fits: ({ text, hasPipe, first }) =>
      hasPipe &&
      !cardNumber.test(first) &&
      (text.endsWith("$") || /^(?:[A-Z]{2}\d.{12}|\d{10})$/u.test(squeeze(first))),
    destination: to("insurance-qr"),
  },
  { row: "6", fits: ({ hasPipe, first }) => hasPipe && cardNumber.test(first), destination: to("card-qr") },
  {
    row: "6a",
    fits: ({ hasPipe, first }) => hasPipe && /^\d+$/.test(first),
    destination: refuse("number-length", "cccd-qr"),
  },
  { row: "6a", fits: ({ hasPipe }) => hasPipe, destination: refuse("unknown-format") },
  {
    row: "7",
    fits: ({ text }) =>
      /^IDVNM/i.test(text) || (text.length >= 60 && /^[AIC][A-Z0-9<]/.test(text) && text.includes("<<")),
    destination: to("mrz"),
  },
  {
    row: "7a",
    fits: ({ text }) => /^(?:6[dD]|30)[0-9A-Fa-f]{38,}$/.test(text.replace(/\s+/g, "")),
    destination: to("chip-hex"),
  },
  { row: "8", fits: ({ text }) => /^(?:\d+|[A-Z]{2}\d[0-9A-Z]{5,25})$/.test(squeeze(text)), destination: to("number") },
  // A token of three parts, or opaque base64: codes of apps that only their own server can read
  {
    row: "9",
    fits: ({ text }) => /^(?:[\w-]{10,}\.[\w-]{10,}\.[\w-]*|[A-Za-z0-9+/_=-]{40,})$/.test(text),
    destination: refuse("vneid-opaque"),
  },
  // Row 10, anything else (Wi-Fi, vCard, free text, GS1): `nothingKnown`
];

const cardQr = to("card-qr");
const nothingKnown = refuse("unknown-format");

/** Where the cleaned `text`, whose pipes stand at `pipes`, goes. */
export function dispatch(text: string, pipes: readonly number[]): Destination {
  if (isPlainCard(text, pipes)) return cardQr;
  const hasPipe = pipes.length > 0;
  const parts = hasPipe ? text.split("|").map((part) => part.trim()) : [text];
  const shape: Shape = { text, hasPipe, parts, first: parts[0] ?? "" };
  return rows.find((row) => row.fits(shape))?.destination ?? nothingKnown;
}

/** Twelve bare digits before 7 to 13 elements fit no row above 6: nearly every scan of a desk is answered here. */
function isPlainCard(text: string, pipes: readonly number[]): boolean {
  return pipes.length >= 6 && pipes.length <= 12 && pipes[0] === 12 && areDigits(text.slice(0, 12));
}

/** Numbers as people type and print them: without blanks, dots, underscores and hyphens, in capitals. */
export function squeeze(text: string): string {
  return text.replace(/[\s._-]+/g, "").toUpperCase();
}
