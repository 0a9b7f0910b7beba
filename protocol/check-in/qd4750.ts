// Writes a document's facts under the column names of QĐ 4750/QĐ-BYT, as hospital software stores them.
import type { PatientDocument } from "../document/patient-document.ts";
import type { MessageOf } from "./field-table.ts";
import { qd4750Message } from "./fields.ts";

/** Warning: a value was longer than its column and stands there cut; the whole value stands beside it in the event. */
export const valueCut = "qd4750-value-cut";

export type Qd4750 = MessageOf<typeof qd4750Message>;
type Draft = { -readonly [Name in keyof Qd4750]: Qd4750[Name] };

/** A CMND or CCCD number, as the portal takes it in SO_CCCD. */
const citizenNumber = /^(\d{9}|\d{12})$/;
/** MA_THE_BHYT takes the full card number; from a social insurance number it must be looked up. */
const cardNumberLength = 15;

/** The one column that text of any length goes into; the others are checked or of one length by their rules. */
const nameCharactersMax = qd4750Message.fields.HO_TEN.charactersMax;

/**
 * `arrival` is the scan's time as RFC 3339 in Asia/Ho_Chi_Minh, `facility` the code of this facility. A column that the
 * document does not fill is absent. `isCut` says that a value was longer than its column.
 */
export function qd4750(
  document: PatientDocument,
  arrival: string,
  facility: string,
): { block: Qd4750; isCut: boolean } {
  const { person, insurance } = document;
  const block: Draft = { NGAY_VAO: digits(arrival.slice(0, 16)), MA_CSKCB: facility.toUpperCase() };
  const name = person.name === undefined ? undefined : cut(person.name, nameCharactersMax);
  if (name !== undefined) block.HO_TEN = name;
  const citizen = person.number ?? person.oldNumber;
  if (citizen !== undefined && citizenNumber.test(citizen)) block.SO_CCCD = citizen;
  if (person.birthDate !== undefined) block.NGAY_SINH = digits(person.birthDate).padEnd(12, "0");
  if (person.sex !== undefined) block.GIOI_TINH = person.sex === "male" ? 1 : 2;
  const card = insurance.insuranceNumber;
  if (card?.length === cardNumberLength) block.MA_THE_BHYT = card;
  if (insurance.facilityCode !== undefined) block.MA_DKBD = insurance.facilityCode;
  if (insurance.validFrom !== undefined) block.GT_THE_TU = digits(insurance.validFrom);
  if (insurance.validTo !== undefined) block.GT_THE_DEN = digits(insurance.validTo);
  return { block, isCut: name !== person.name };
}

/** Counts characters, not UTF-16 units. */
function cut(text: string, charactersMax: number): string {
  return text.length <= charactersMax ? text : Array.from(text).slice(0, charactersMax).join("");
}

/** `1990-03-15` and `1990-03-15T07:30` without their marks. */
function digits(text: string): string {
  return text.replace(/[-T:]/g, "");
}
