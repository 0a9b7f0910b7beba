// Reads the machine-readable zone on the back of CCCD and Căn cước, a TD1 of three lines (ICAO Doc 9303-5): FORMATS §9.
import { type CalendarDate, fullDate, isoDate, partialDate, yearOf } from "./calendar.ts";
import type { CleanScan } from "./clean.ts";
import type { ReadingContext } from "./context.ts";
import { areDigits, numberOf } from "./digits.ts";
import { accepted, type Draft, rejected, warn } from "./draft.ts";
import {
  columns,
  isCheckDigit,
  lineLength,
  type MrzField,
  mrzChecks,
  mrzFields,
  mrzFillers,
  mrzLines,
} from "./mrz-layout.ts";
import { nameRule, readName } from "./name.ts";
import type { Reading } from "./patient-document.ts";
import { checkPin, pinCheck, pinLength, splitPin } from "./pin.ts";
import type { FieldLine } from "./reading-observer.ts";
import type { RejectReason } from "./reject-reasons.ts";
import { surveyText } from "./text-survey.ts";

type Fields = Readonly<Record<MrzField, string>>;

const noPin = "<".repeat(pinLength);
/** The expiry date of a card that never ends. */
const unlimited = "991231";

/** An MRZ while it is read: three lines joined, and their fields. */
interface Zone extends Draft {
  readonly today: CalendarDate;
  readonly zone: string;
  readonly fields: Fields;
  birth: CalendarDate;
}

interface MrzStep extends FieldLine {
  readonly read: (zone: Zone) => RejectReason | undefined;
}

const shapeCheck: FieldLine = {
  title: "Hình dạng | Shape",
  rule: "A–Z, 0–9 và <; 3 dòng 30 ký tự hoặc 90 ký tự liền; của Việt Nam (VNM) | A–Z, 0–9 and <; 3 lines of 30, or 90 in one; of Việt Nam (VNM)",
};

/** What is read of the zone, in this order (ICAO Doc 9303-5). */
export const mrzSteps: readonly MrzStep[] = [
  {
    title: "Số kiểm tra | Check digits",
    rule: "trọng số 7 3 1 (ICAO 9303-3): số thẻ, ngày sinh, ngày hết hạn, tổng hợp | weights 7 3 1: document number, birth, expiry, composite",
    read: checkDigits,
  },
  {
    title: "Số định danh, dòng 1 cột 16–27 | Number, line 1 columns 16–27",
    rule: "12 chữ số; số thẻ là 9 số cuối | 12 digits; the document number is its last 9",
    read: readNumber,
  },
  {
    title: "Ngày sinh, dòng 2 cột 1–6 | Birth date, line 2 columns 1–6",
    rule: "yyMMdd; thế kỷ theo số định danh | yyMMdd; the century is the number's",
    read: readBirth,
  },
  { title: "Giới tính, dòng 2 cột 8 | Sex, line 2 column 8", rule: "M, F", read: readSex },
  {
    title: "Ngày hết hạn, dòng 2 cột 9–14 | Expiry, line 2 columns 9–14",
    rule: "yyMMdd; 991231 là không thời hạn | yyMMdd; 991231 never ends",
    read: readExpiry,
  },
  {
    title: "Họ tên không dấu, dòng 3 | Name without marks, line 3",
    rule: nameRule,
    read: readNames,
  },
];

/** Reads a scan that was dispatched as an MRZ: three lines, or their 90 characters in one. */
export function readMrz({ text }: CleanScan, { today, observer }: ReadingContext): Reading {
  const lines = text.toUpperCase().split(/[\r\n]+/);
  const fault = faultOf(lines);
  const joined = lines.join("");
  const zone: Zone = {
    today,
    zone: joined,
    fields: fieldsOf(joined),
    birth: 0,
    person: {},
    insurance: {},
    document: {},
    warnings: [],
  };
  observer?.fieldRead(shapeCheck, zone, fault);
  if (fault !== undefined) return rejected(fault, "mrz");
  for (const step of mrzSteps) {
    const reason = step.read(zone);
    observer?.fieldRead(step, zone, reason);
    if (reason !== undefined) return rejected(reason, "mrz");
  }
  const { number, sex } = zone.person;
  if (number !== undefined) {
    checkPin(number, zone.birth, sex, today, zone.warnings);
    observer?.fieldRead(pinCheck, zone, undefined);
  }
  return accepted("mrz", zone);
}

const fieldsOf = (zone: string): Fields => ({
  documentNumber: columns(zone, mrzFields.documentNumber),
  pin: columns(zone, mrzFields.pin),
  optional: columns(zone, mrzFields.optional),
  optionalCheck: columns(zone, mrzFields.optionalCheck),
  birth: columns(zone, mrzFields.birth),
  sex: columns(zone, mrzFields.sex),
  expiry: columns(zone, mrzFields.expiry),
  names: columns(zone, mrzFields.names),
});

function faultOf(lines: readonly string[]): RejectReason | undefined {
  if (lines.some((line) => /[^A-Z0-9<]/.test(line))) return "mrz-charset";
  const isWhole = lines.length === 1 && lines[0]?.length === mrzLines * lineLength;
  if (!isWhole && (lines.length !== mrzLines || lines.some((line) => line.length !== lineLength))) return "mrz-length";
  return /^[AIC].VNM/.test(lines[0] ?? "") ? undefined : "mrz-not-vnm";
}

/** Letters are asked for first: A, K and U count 0 modulo 10, so that a check digit would let them through. */
function checkDigits({ zone, fields: { documentNumber, pin, expiry } }: Zone): RejectReason | undefined {
  const areNumbers = areDigits(documentNumber) && areDigits(expiry) && (areDigits(pin) || pin === noPin);
  const areFillers = mrzFillers.every((range) => /^<+$/.test(columns(zone, range)));
  const isSound = areNumbers && areFillers && mrzChecks.every(({ over, digit }) => isCheckDigit(zone, over, digit));
  return isSound ? undefined : "mrz-check-digit";
}

function readNumber({ zone, fields, person, warnings }: Zone): undefined {
  const { documentNumber, pin, optionalCheck } = fields;
  if (pin === noPin) {
    warn(warnings, "mrz-no-pin");
  } else {
    person.number = pin;
    if (!pin.endsWith(documentNumber)) warn(warnings, "mrz-docno-mismatch");
  }
  // Vietnamese cards fill this column, which ICAO leaves free
  if (optionalCheck !== "<" && !isCheckDigit(zone, [mrzFields.optional], mrzFields.optionalCheck)) {
    warn(warnings, "mrz-optional-check");
  }
}

function readBirth(zone: Zone): RejectReason | undefined {
  zone.birth = birthOf(zone.fields, zone.today);
  if (zone.birth === 0) return "dob-invalid";
  if (zone.birth > zone.today) return "dob-future";
  zone.person.birthDate = isoDate(zone.birth);
  return undefined;
}

/** `<<` stands for a day or month that is not known. */
const birthDate = /^(\d\d)(0[1-9]|1[0-2]|<<)(0[1-9]|[12]\d|3[01]|<<)$/;

/** The century is the PIN's where the years agree, else the last one that makes a year that has begun. */
function birthOf({ birth, pin }: Fields, today: CalendarDate): CalendarDate {
  const [, twoDigits, month, day] = birthDate.exec(birth) ?? [];
  if (twoDigits === undefined) return 0;
  const yearOfCentury = Number(twoDigits);
  const pinYear = splitPin(pin).birthYear;
  const ownYear = yearOfCentury + (yearOfCentury <= yearOf(today) % 100 ? 2000 : 1900);
  const year = pin !== noPin && pinYear % 100 === yearOfCentury ? pinYear : ownYear;
  return partialDate(year, Number(month) || 0, Number(day) || 0);
}

function readSex({ fields, person, warnings }: Zone): undefined {
  if (fields.sex === "M") person.sex = "male";
  else if (fields.sex === "F") person.sex = "female";
  else warn(warnings, "sex-unknown");
}

function readExpiry({ fields: { expiry }, today, document, warnings }: Zone): undefined {
  if (expiry === unlimited) {
    document.expiryDate = "unlimited";
    return;
  }
  const date = fullDate(2000 + numberOf(expiry, 0, 2), numberOf(expiry, 2, 4), numberOf(expiry, 4, 6));
  if (date === 0) {
    warn(warnings, "date-invalid");
    return;
  }
  document.expiryDate = isoDate(date);
  if (date < today) warn(warnings, "card-expired");
}

/** An MRZ has no marks, so their absence is no sign of damage (N6 does not apply). */
function readNames({ fields, person, warnings }: Zone): undefined {
  const raw = fields.names.replace(/<+/g, " ").trim();
  const name = readName(raw, surveyText(raw), false, warnings);
  if (name === undefined) warn(warnings, "name-unreadable");
  else person.name = name;
}
