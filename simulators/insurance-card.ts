// Writes the QR code of a health insurance card (FORMATS §6).
import type { CardFacts, Insurance, Person } from "../protocol/document/patient-document.ts";
import { writtenDate } from "./card-dates.ts";

/** What the card says. Absent members are printed as `-`. */
export interface InsuranceCard {
  /** `old`: the code of 15 characters, 14 elements. `new`: the insurance number or a PIN, 16 elements. */
  readonly edition: "old" | "new";
  readonly person: Person;
  readonly insurance: Insurance;
  readonly document: CardFacts;
}

/** The elements in their order, without the final `$`. The office's code and the check string, which nobody reads, are invented. */
export function insuranceElements({ edition, person, insurance, document }: InsuranceCard): string[] {
  const elements = [
    insurance.insuranceNumber,
    hexOf(person.name),
    dateOf(person.birthDate),
    person.sex === undefined ? undefined : person.sex === "male" ? "1" : "2",
    hexOf(person.address),
    insurance.facilityCode === undefined
      ? undefined
      : `${insurance.facilityCode.slice(0, 2)} - ${insurance.facilityCode.slice(2)}`,
    dateOf(insurance.validFrom),
    dateOf(insurance.validTo),
    dateOf(document.issueDate),
    "01050199999901",
    hexOf(person.parentName),
    insurance.livingArea === undefined ? "4" : areaDigits[insurance.livingArea],
    dateOf(insurance.fiveYearDate),
    "0123456789abcdef-5202",
  ];
  if (edition === "new") elements.push(insurance.benefitLevel, hexOf(insurance.issuerPlace));
  return elements.map((element) => element ?? "-");
}

export const encodeInsuranceCard = (elements: readonly string[]): Uint8Array =>
  new TextEncoder().encode(`${elements.join("|")}|$`);

const areaDigits = { K1: "5", K2: "6", K3: "7" } as const;

const dateOf = (isoDate: string | undefined): string | undefined =>
  isoDate === undefined ? undefined : writtenDate(isoDate);

/** Hexadecimal of the UTF-8, in lower case as the cards have it. */
function hexOf(text: string | undefined): string | undefined {
  return text === undefined ? undefined : Buffer.from(text).toString("hex");
}
