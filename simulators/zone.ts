// Writes the machine-readable zone on the back of an identity card (TD1, ICAO Doc 9303-5; FORMATS §9).
import { checkDigit, lineLength } from "../protocol/document/mrz-layout.ts";
import { zoneDate } from "./card-dates.ts";

/** `name` has capitals and blanks alone. Dates as `yyyy-MM-dd`; `birthDate` may lack its day or month. */
export interface ZoneFacts {
  readonly number: string;
  readonly name: string;
  readonly birthDate: string;
  readonly sex: "male" | "female";
  readonly expiryDate: string;
}

/** The date of a card that never ends. */
const unlimited = "991231";
const documentNumberLength = 9;

/** Three lines of 30 characters with right check digits. A name that is longer than its line is cut. */
export function zoneLines({ number, name, birthDate, sex, expiryDate }: ZoneFacts): readonly string[] {
  const documentNumber = number.slice(-documentNumberLength);
  const optional = `${number}<<`;
  const upper = checked(documentNumber) + checked(optional);
  const birth = checked(zoneDate(birthDate));
  const expiry = checked(expiryDate === "unlimited" ? unlimited : zoneDate(expiryDate));
  const fillers = "<".repeat(11);
  const composite = checkDigit(`${upper}${birth}${expiry}${fillers}`);
  return [
    `IDVNM${upper}`,
    `${birth}${sex === "male" ? "M" : "F"}${expiry}VNM${fillers}${composite}`,
    name.replace(" ", "<<").replaceAll(" ", "<").padEnd(lineLength, "<").slice(0, lineLength),
  ];
}

export const encodeZone = (lines: readonly string[]): Uint8Array => new TextEncoder().encode(lines.join("\n"));

const checked = (characters: string): string => characters + checkDigit(characters);
