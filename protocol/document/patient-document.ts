// What a patient's document says, normalised; the record of FORMATS chapter 1.
import type { RejectReason } from "./reject-reasons.ts";
import type { WarningCode } from "./warnings.ts";

/** Every kind of document that a desk can decode. */
export const documentFormats = [
  "cccd-qr",
  "can-cuoc-qr",
  "mrz",
  "bhyt-qr-old",
  "bhyt-qr-new",
  "number-pin",
  "number-cmnd",
  "number-bhxh",
  "number-bhyt",
  "chip-dg13",
  "reader-socketio",
  "reader-json",
] as const;
export type DocumentFormat = (typeof documentFormats)[number];

/** Text is NFC. `birthDate` is `yyyy-MM-dd`, `yyyy-MM` or `yyyy`: its length is its precision. Absent means not known. */
export interface Person {
  number?: string;
  oldNumber?: string;
  cancelledNumber?: string;
  name?: string;
  fatherName?: string;
  motherName?: string;
  spouseName?: string;
  parentName?: string;
  birthDate?: string;
  sex?: "male" | "female";
  address?: string;
  placeOfOrigin?: string;
  nationality?: string;
  ethnicity?: string;
  religion?: string;
  identifyingMarks?: string;
}

/** Dates are `yyyy-MM-dd`. `facilityCode` is the five-character mã CSKCB of first registration. */
export interface Insurance {
  insuranceNumber?: string;
  facilityCode?: string;
  benefitLevel?: "1" | "2" | "3" | "4" | "5";
  livingArea?: "K1" | "K2" | "K3";
  validFrom?: string;
  validTo?: string;
  fiveYearDate?: string;
  issuerPlace?: string;
}

/** The card itself. Dates are `yyyy-MM-dd`; `expiryDate` may be `unlimited` (Luật 26/2023/QH15, Article 21). */
export interface CardFacts {
  issueDate?: string;
  expiryDate?: string;
}

export interface PatientDocument {
  readonly format: DocumentFormat;
  readonly person: Person;
  readonly insurance: Insurance;
  readonly document: CardFacts;
  /** Stable codes in alphabetical order, each at most once. A warning never blocks a patient. */
  readonly warnings: readonly WarningCode[];
}

/** The outcome of decoding one payload. `resembles` names the family that a rejected payload came closest to. */
export type Reading =
  | { readonly kind: "document"; readonly document: PatientDocument }
  | { readonly kind: "rejected"; readonly reason: RejectReason; readonly resembles: DocumentFormat | "none" };
