// Writes a document's facts under the column names of QĐ 4750/QĐ-BYT, as hospital software stores them.
import type { PatientDocument } from "../document/patient-document.ts";
import type { MessageOf } from "./field-table.ts";
import { qd4750Message } from "./fields.ts";

export type Qd4750 = MessageOf<typeof qd4750Message>;
type Draft = { -readonly [Name in keyof Qd4750]: Qd4750[Name] };

/** A CMND or CCCD number, as the portal takes it in SO_CCCD. */
const citizenNumber = /^(\d{9}|\d{12})$/;
/** MA_THE_BHYT takes the full card number; from a social insurance number it must be looked up. */
const cardNumberLength = 15;

/**
 * `arrival` is the scan's time as RFC 3339 in Asia/Ho_Chi_Minh, `facility` the code of this facility. A column that the
 * document does not fill is absent. `isCut` says that a value did not fit its column.
 */
export function qd4750(
  document: PatientDocument,
  arrival: string,
  facility: string,
): { block: Qd4750; isCut: boolean } {
  const { person, insurance } = document;
  const block: Draft = { NGAY_VAO: digits(arrival.slice(0, 16)), MA_CSKCB: facility.toUpperCase() };
  let isCut = false;
  const write = (column: TextColumn, value: string | undefined): void => {
    if (value === undefined) return;
    const fitting = fittingValue(column, value);
    if (fitting !== undefined) block[column] = fitting;
    if (fitting !== value) isCut = true;
  };
  write("HO_TEN", person.name);
  const citizen = person.number ?? person.oldNumber;
  write("SO_CCCD", citizen !== undefined && citizenNumber.test(citizen) ? citizen : undefined);
  write("NGAY_SINH", person.birthDate && digits(person.birthDate).padEnd(12, "0"));
  if (person.sex !== undefined) block.GIOI_TINH = person.sex === "male" ? 1 : 2;
  const card = insurance.insuranceNumber;
  write("MA_THE_BHYT", card?.length === cardNumberLength ? card : undefined);
  write("MA_DKBD", insurance.facilityCode);
  write("GT_THE_TU", insurance.validFrom && digits(insurance.validFrom));
  write("GT_THE_DEN", insurance.validTo && digits(insurance.validTo));
  return { block, isCut };
}

type TextColumn = Exclude<keyof Qd4750, "GIOI_TINH" | "NGAY_VAO" | "MA_CSKCB">;

const patterns = Object.fromEntries(
  Object.entries(qd4750Message.fields).flatMap(([name, field]) =>
    "pattern" in field ? [[name, new RegExp(field.pattern)]] : [],
  ),
);

/** The value as its column takes it. A name may be cut; a number, a code or a date that does not fit would be a wrong one. */
function fittingValue(column: TextColumn, value: string): string | undefined {
  const pattern = patterns[column];
  if (pattern !== undefined) return pattern.test(value) ? value : undefined;
  return cut(value, qd4750Message.fields[column].charactersMax);
}

/** Counts characters, not UTF-16 units. */
function cut(text: string, charactersMax: number): string {
  return text.length <= charactersMax ? text : Array.from(text).slice(0, charactersMax).join("");
}

/** `1990-03-15` and `1990-03-15T07:30` without their marks. */
function digits(text: string): string {
  return text.replace(/[-T:]/g, "");
}
