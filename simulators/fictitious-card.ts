// An identity card of a person who does not exist, and the text of its QR code.
import { digitDate } from "./card-dates.ts";

/** `issueDate` is `yyyy-MM-dd`; `birthDate` too, or `yyyy-MM` or `yyyy` for people of whom no more is known. */
export interface FictitiousCard {
  /** `cccd`: chip card of 2021, seven fields. `can-cuoc`: card of 2024, eleven fields. */
  readonly edition: "cccd" | "can-cuoc";
  readonly number: string;
  readonly oldNumber: string | undefined;
  readonly name: string;
  readonly birthDate: string;
  readonly sex: "male" | "female";
  readonly address: string;
  readonly issueDate: string;
  readonly cancelledNumber: string | undefined;
  readonly fatherName: string | undefined;
  readonly motherName: string | undefined;
}

/** The fields of the QR in their order (FORMATS chapters 4 and 5), for `encodeCard` or to be spoilt first. */
export function cardFields(card: FictitiousCard): string[] {
  const sevenFields = [
    card.number,
    card.oldNumber ?? "",
    card.name,
    digitDate(card.birthDate),
    card.sex === "male" ? "Nam" : "Nữ",
    card.address,
    digitDate(card.issueDate),
  ];
  if (card.edition === "cccd") return sevenFields;
  return [...sevenFields, "", card.cancelledNumber ?? "", card.fatherName ?? "", card.motherName ?? ""];
}

/** The QR's text as UTF-8. */
export const encodeCard = (fields: readonly string[]): Uint8Array => new TextEncoder().encode(fields.join("|"));
