// Turns what a chip or its reader says, field by field under our own names, into a document: the rules of FORMATS §11 for labelled data.
import { type CalendarDate, isoDate } from "./calendar.ts";
import type { ReadingContext } from "./context.ts";
import { readBirthDigits, readDay } from "./digit-dates.ts";
import { areDigits } from "./digits.ts";
import { accepted, type Draft, rejected, warn } from "./draft.ts";
import { matchingName } from "./matching-name.ts";
import { nameRule, readName } from "./name.ts";
import { isOldNumber, oldNumberRule } from "./old-number.ts";
import type { DocumentFormat, Reading } from "./patient-document.ts";
import { checkPin, pinCheck, pinLength } from "./pin.ts";
import { placeRule, readPlace } from "./place.ts";
import type { FieldLine } from "./reading-observer.ts";
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

interface ChipFieldRule extends FieldLine {
  /** Reads the text, undefined where the source has none. Answers the reason to refuse the document, if any. */
  readonly read: (card: Card, text: string | undefined) => RejectReason | undefined;
  /** Sensitive or of others: leaves the decoder only where the desk has switched it on. */
  readonly isOptional?: boolean;
}

const birthRule =
  "d/M/yyyy, ddMMyyyy hoặc yyyy-MM-dd, cả khi thiếu ngày, tháng | also without day or month; from 1900, not ahead";
const dayRule = "d/M/yyyy, ddMMyyyy hoặc yyyy-MM-dd | d/M/yyyy, ddMMyyyy or yyyy-MM-dd";
const expiryRule = `${dayRule}; Không thời hạn`;
const chipSexRule = "Nam, Nữ; M, F; male, female";

/** The fields, which are read in the order of `chipFields`. */
export const chipFieldRules: Readonly<Record<ChipField, ChipFieldRule>> = {
  number: { title: "Số định danh | Number", rule: "12 chữ số | 12 digits", read: readNumber },
  name: { title: "Họ tên | Full name", rule: nameRule, read: readBearerName },
  birthDate: { title: "Ngày sinh | Birth date", rule: birthRule, read: readBirthDate },
  sex: { title: "Giới tính | Sex", rule: chipSexRule, read: readBearerSex },
  nationality: { title: "Quốc tịch | Nationality", rule: placeRule, read: readText("nationality") },
  ethnicity: { title: "Dân tộc | Ethnic group", rule: placeRule, read: readText("ethnicity"), isOptional: true },
  religion: { title: "Tôn giáo | Religion", rule: placeRule, read: readText("religion"), isOptional: true },
  placeOfOrigin: { title: "Quê quán | Place of origin", rule: placeRule, read: readText("placeOfOrigin") },
  address: { title: "Nơi thường trú, nơi cư trú | Residence", rule: placeRule, read: readText("address") },
  identifyingMarks: {
    title: "Đặc điểm nhận dạng | Identifying marks",
    rule: placeRule,
    read: readText("identifyingMarks"),
    isOptional: true,
  },
  issueDate: { title: "Ngày cấp | Issue date", rule: dayRule, read: readIssueDate },
  expiryDate: { title: "Ngày hết hạn | Expiry date", rule: expiryRule, read: readExpiryDate },
  fatherName: {
    title: "Họ tên cha | Father's name",
    rule: nameRule,
    read: readRelative("fatherName"),
    isOptional: true,
  },
  motherName: {
    title: "Họ tên mẹ | Mother's name",
    rule: nameRule,
    read: readRelative("motherName"),
    isOptional: true,
  },
  spouseName: {
    title: "Họ tên vợ, chồng | Spouse's name",
    rule: nameRule,
    read: readRelative("spouseName"),
    isOptional: true,
  },
  oldNumber: { title: "Số CMND cũ | Old number", rule: oldNumberRule, read: readOldNumber },
};

const sourceCheck: FieldLine = {
  title: "Cấu trúc | Structure",
  rule: "trường lặp lại: lấy trường đầu; số JSON: thêm số 0 ở đầu | of a field that occurs twice the first counts; a JSON number gets its zeros back",
};

/** The document that `record` makes. `warnings` are those that its source already calls for. */
export function readChipRecord(
  format: DocumentFormat,
  record: ChipRecord,
  context: ReadingContext,
  warnings: readonly WarningCode[] = [],
): Reading {
  // Written out: V8 takes microseconds to fill an object that came from a spread
  const card: Card = { context, birth: 0, person: {}, insurance: {}, document: {}, warnings: [] };
  for (const code of warnings) warn(card.warnings, code);
  const { observer, optionalFields } = context;
  observer?.fieldRead(sourceCheck, card, undefined);
  for (const field of chipFields) {
    const rule = chipFieldRules[field];
    if (rule.isOptional === true && !optionalFields) continue;
    const reason = rule.read(card, record.get(field));
    observer?.fieldRead(rule, card, reason);
    if (reason !== undefined) return rejected(reason, format);
  }
  checkPin(card.person.number ?? "", card.birth, card.person.sex, context.today, card.warnings);
  observer?.fieldRead(pinCheck, card, undefined);
  return accepted(format, card);
}

/** A value as sources write it: white space around it, and `-` or nothing for "absent". */
export function presentText(value: string): string | undefined {
  const text = value.trim();
  return text === "" || text === "-" ? undefined : text;
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
): ChipFieldRule["read"] {
  return (card, text) => {
    const place = text === undefined ? undefined : readPlace(text, surveyText(text), card.warnings);
    if (place !== undefined) card.person[field] = place;
    return undefined;
  };
}

function readRelative(field: "fatherName" | "motherName" | "spouseName"): ChipFieldRule["read"] {
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
/** Each letter with its marks apart. */
const unlimitedCharactersMax = unlimited.length * 3;

function readExpiryDate(card: Card, text: string | undefined): undefined {
  if (text !== undefined && text.length <= unlimitedCharactersMax && matchingName(text) === unlimited) {
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
