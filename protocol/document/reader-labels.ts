// The names under which desk readers send each field of a chip: FORMATS §11.2.
import type { ChipField } from "./chip-record.ts";

/** One row a field: Socket.IO text events; webhook and serial aliases; serial labels; the plugin's PascalCase. */
interface LabelRow {
  readonly socket: readonly string[];
  readonly flat: readonly string[];
}

const labelRows: Readonly<Record<ChipField, LabelRow>> = {
  number: { socket: ["idCode"], flat: ["id_card", "cccd_number", "CCCD Number", "DocumentNumber"] },
  name: { socket: ["personName"], flat: ["full_name", "Full Name", "PersonName"] },
  birthDate: { socket: ["dateOfBirth"], flat: ["date_of_birth", "Date of Birth", "DateOfBirth"] },
  sex: { socket: ["gender"], flat: ["gender", "Gender", "Sex"] },
  nationality: { socket: ["nationality"], flat: ["nationality", "Nationality"] },
  ethnicity: { socket: ["race"], flat: ["race", "ethnicity", "Ethnicity"] },
  religion: { socket: ["religion"], flat: ["religion", "Religion"] },
  placeOfOrigin: { socket: ["originPlace"], flat: ["place_of_origin", "Place of Origin", "Hometown"] },
  address: { socket: ["residencePlace"], flat: ["place_of_residence", "Place of Residence", "Address"] },
  identifyingMarks: { socket: ["personalIdentification"], flat: ["personal_identification", "Personal ID"] },
  issueDate: { socket: ["issueDate"], flat: ["date_of_issue", "Date of Issue", "IssueDate"] },
  expiryDate: { socket: ["expiryDate"], flat: ["date_of_expiry", "Date of Expiry", "ExpiredDate"] },
  fatherName: { socket: ["fatherName"], flat: ["father_name", "Father's Name", "FatherName"] },
  motherName: { socket: ["motherName"], flat: ["mother_name", "Mother's Name", "MotherName"] },
  spouseName: { socket: ["wifeName"], flat: ["wife_name"] },
  oldNumber: { socket: ["oldIdCode"], flat: ["old_id_card", "old_id_number", "Old ID Number"] },
};

function byLabel(column: keyof LabelRow): ReadonlyMap<string, ChipField> {
  const rows = Object.entries(labelRows) as [ChipField, LabelRow][];
  return new Map(rows.flatMap(([field, row]) => row[column].map((label): [string, ChipField] => [label, field])));
}

/** Labels inside `data` of a Socket.IO text event. */
export const socketLabels = byLabel("socket");

/** Labels of flat objects: the Windows companion's webhook, serial readers, the plugin on port 8000. */
export const flatLabels = byLabel("flat");
