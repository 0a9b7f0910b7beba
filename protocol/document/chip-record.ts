// Turns what a chip or its reader says, field by field under our own names, into a document: the rules of FORMATS §11 for labelled data.
import { type CalendarDate, isoDate } from "./calendar.ts";
import type { ReadingContext } from "./context.ts";
import { readBirthDigits, readDay } from "./digit-dates.ts";
import { areDigits } from "./digits.ts";
import { accepted, type Draft, emptyDraft, rejected, warn } from "./draft.ts";
import { matchingName } from "./matching-name.ts";
import { readName } from "./name.ts";
import { isOldNumber } from "./old-number.ts";
import type { DocumentFormat, Reading } from "./patient-document.ts";
import { checkPin, pinLength } from "./pin.ts";
import { readPlace } from "./place.ts";
import type { RejectReason } from "./reject-reasons.ts";
import { readSex } from "./sex.ts";
import { surveyText } from "./text-survey.ts";
import type { WarningCode } from "./warnings.ts";
import { readIsoDay, readWrittenBirthDate, readWrittenDay } from "./written-dates.ts";

/** Every field that a chip or reader may deliver, in the order in which they are checked. */
export const chipFields = [
  "number",
  "name",
  "birthDate",
  "sex",
  "nationality",
  "ethnicity",
  "religion",
  "placeOfOrigin",
  "address",
  "identifyingMarks",
  "issueDate",
  "expiryDate",
  "fatherName",
  "motherName",
  "spouseName",
  "oldNumber",
] as const;
export type ChipField = (typeof chipFields)[number];

/** Trimmed texts by field; a field that says nothing is not there. */
export type ChipRecord = ReadonlyMap<ChipField, string>;

interface Card extends Draft {
  readonly context: ReadingContext;
  birth: CalendarDate;
}

/** Reads one field; undefined where the source has none. */
type ChipFieldRule = (card: Card, text: string | undefined) => RejectReason | undefined;

const rules: Readonly<Record<ChipField, ChipFieldRule>> = {
  number: readNumber,
  name: readBearerName,
  birthDate: readBirthDate,
  sex: readBearerSex,
  nationality: readText("nationality"),
  ethnicity: optional(readText("ethnicity")),
  religion: optional(readText("religion")),
  placeOfOrigin: readText("placeOfOrigin"),
  address: readText("address"),
  identifyingMarks: optional(readText("identifyingMarks")),
  issueDate: readIssueDate,
  expiryDate: readExpiryDate,
  fatherName: optional(readRelative("fatherName")),
  motherName: optional(readRelative("motherName")),
  spouseName: optional(readRelative("spouseName")),
  oldNumber: readOldNumber,
};

/** The document that `record` makes. `warnings` are those that its source already calls for. */
export function readChipRecord(
  format: DocumentFormat,
  record: ChipRecord,
  context: ReadingContext,
  warnings: readonly WarningCode[] = [],
): Reading {
  const card: Card = { ...emptyDraft(), context, birth: 0 };
  for (const code of warnings) warn(card.warnings, code);
  for (const field of chipFields) {
    const reason = rules[field](card, record.get(field));
    if (reason !== undefined) return rejected(reason, format);
  }
  checkPin(card.person.number ?? "", card.birth, card.person.sex, context.today, card.warnings);
  return accepted(format, card);
}

/** A value as sources write it: white space around it, and `-` or nothing for "absent". */
export function presentText(value: string): string | undefined {
  const text = value.trim();
  return text === "" || text === "-" ? undefined : text;
}

/** The rule, where the desk has switched these fields on. */
function optional(rule: ChipFieldRule): ChipFieldRule {
  return (card, text) => (card.context.optionalFields ? rule(card, text) : undefined);
}

function readNumber(card: Card, text: string | undefined): RejectReason | undefined {
  if (text === undefined) return "number-missing";
  if (text.length !== pinLength || !areDigits(text)) return "number-length";
  card.person.number = text;
  return undefined;
}

function readBearerName(card: Card, text: string | undefined): undefined {
  if (text === undefined) {
    warn(card.warnings, "name-missing");
    return;
  }
  const name = readName(text, surveyText(text), true, card.warnings);
  if (name === undefined) warn(card.warnings, "name-unreadable");
  else card.person.name = name;
}

function readBirthDate(card: Card, text: string | undefined): RejectReason | undefined {
  if (text === undefined) {
    warn(card.warnings, "dob-missing");
    return undefined;
  }
  card.birth = readWrittenBirthDate(text) || readBirthDigits(text) || readIsoDay(text);
  if (card.birth === 0) return "dob-invalid";
  if (card.birth > card.context.today) return "dob-future";
  card.person.birthDate = isoDate(card.birth);
  return undefined;
}

const sexWords: ReadonlyMap<string, "male" | "female"> = new Map([
  ["m", "male"],
  ["male", "male"],
  ["f", "female"],
  ["female", "female"],
]);

function readBearerSex(card: Card, text: string | undefined): undefined {
  const sex = text && (sexWords.get(text.toLowerCase()) ?? readSex(text, card.warnings));
  if (sex) card.person.sex = sex;
  else warn(card.warnings, "sex-unknown");
}

function readText(
  field: "nationality" | "ethnicity" | "religion" | "placeOfOrigin" | "address" | "identifyingMarks",
): ChipFieldRule {
  return (card, text) => {
    const place = text === undefined ? undefined : readPlace(text, surveyText(text), card.warnings);
    if (place !== undefined) card.person[field] = place;
    return undefined;
  };
}

function readRelative(field: "fatherName" | "motherName" | "spouseName"): ChipFieldRule {
  return (card, text) => {
    if (text === undefined) return undefined;
    const name = readName(text, surveyText(text), false, card.warnings);
    if (name === undefined) warn(card.warnings, "name-unreadable");
    else card.person[field] = name;
    return undefined;
  };
}

function readIssueDate(card: Card, text: string | undefined): RejectReason | undefined {
  const issue = readDate(card, text);
  if (issue === 0) return undefined;
  if (issue < card.birth) return "dob-after-issue";
  card.document.issueDate = isoDate(issue);
  return undefined;
}

/** "Không thời hạn", however the source writes its marks. */
const unlimited = "KHONG THOI HAN";

function readExpiryDate(card: Card, text: string | undefined): undefined {
  if (text !== undefined && matchingName(text) === unlimited) {
    card.document.expiryDate = "unlimited";
    return;
  }
  const expiry = readDate(card, text);
  if (expiry === 0) return;
  card.document.expiryDate = isoDate(expiry);
  if (expiry < card.context.today) warn(card.warnings, "card-expired");
}

function readOldNumber(card: Card, text: string | undefined): undefined {
  if (text === undefined) return;
  if (isOldNumber(text)) card.person.oldNumber = text;
  else warn(card.warnings, "old-id-invalid");
}

/** 0 where the date is absent; where it is none, with a warning. */
function readDate(card: Card, text: string | undefined): CalendarDate {
  if (text === undefined) return 0;
  const date = readWrittenDay(text) || readDay(text) || readIsoDay(text);
  if (date === 0) warn(card.warnings, "date-invalid");
  return date;
}
