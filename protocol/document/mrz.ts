// Reads the machine-readable zone on the back of CCCD and Căn cước, a TD1 of three lines (ICAO Doc 9303-5): FORMATS §9.
import { type CalendarDate, fullDate, isoDate, partialDate, yearOf } from "./calendar.ts";
import type { CleanScan } from "./clean.ts";
import type { ReadingContext } from "./context.ts";
import { areDigits } from "./digits.ts";
import { accepted, type Draft, emptyDraft, rejected, warn } from "./draft.ts";
import { columns, isCheckDigit, lineLength, type MrzField, mrzChecks, mrzFields, mrzLines } from "./mrz-layout.ts";
import { readName } from "./name.ts";
import type { Reading } from "./patient-document.ts";
import { checkPin, pinLength, splitPin } from "./pin.ts";
import type { RejectReason } from "./reject-reasons.ts";
import { surveyText } from "./text-survey.ts";

type Fields = Readonly<Record<MrzField, string>>;

const noPin = "<".repeat(pinLength);
/** The expiry date of a card that never ends. */
const unlimited = "991231";

/** Reads a scan that was dispatched as an MRZ: three lines, or their 90 characters in one. */
export function readMrz({ text }: CleanScan, context: ReadingContext): Reading {
  const lines = text.toUpperCase().split(/[\r\n]+/);
  const reason = faultOf(lines);
  if (reason !== undefined) return rejected(reason, "mrz");
  const zone = lines.join("");
  const fields = Object.fromEntries(
    Object.entries(mrzFields).map(([name, range]) => [name, columns(zone, range)]),
  ) as Fields;
  const checkFault = checkDigitFault(zone, fields);
  if (checkFault !== undefined) return rejected(checkFault, "mrz");

  const draft = emptyDraft();
  readNumber(draft, zone, fields);
  const birth = readBirth(fields, context.today);
  if (birth === 0) return rejected("dob-invalid", "mrz");
  if (birth > context.today) return rejected("dob-future", "mrz");
  draft.person.birthDate = isoDate(birth);
  readSex(draft, fields);
  readExpiry(draft, fields, context.today);
  readNames(draft, fields);
  if (draft.person.number !== undefined) {
    checkPin(draft.person.number, birth, draft.person.sex, context.today, draft.warnings);
  }
  return accepted("mrz", draft);
}

function faultOf(lines: readonly string[]): RejectReason | undefined {
  if (lines.some((line) => /[^A-Z0-9<]/.test(line))) return "mrz-charset";
  const isWhole = lines.length === 1 && lines[0]?.length === mrzLines * lineLength;
  if (!isWhole && (lines.length !== mrzLines || lines.some((line) => line.length !== lineLength))) return "mrz-length";
  return /^[AIC].VNM/.test(lines[0] ?? "") ? undefined : "mrz-not-vnm";
}

/** Letters are asked for first: A, K and U count 0 modulo 10, so that a check digit would let them through. */
function checkDigitFault(zone: string, { documentNumber, pin, expiry }: Fields): RejectReason | undefined {
  const areNumbers = areDigits(documentNumber) && areDigits(expiry) && (areDigits(pin) || pin === noPin);
  const isSound = areNumbers && mrzChecks.every(({ over, digit }) => isCheckDigit(zone, over, digit));
  return isSound ? undefined : "mrz-check-digit";
}

function readNumber(draft: Draft, zone: string, { documentNumber, pin, optionalCheck }: Fields): void {
  if (pin === noPin) {
    warn(draft.warnings, "mrz-no-pin");
  } else {
    draft.person.number = pin;
    if (!pin.endsWith(documentNumber)) warn(draft.warnings, "mrz-docno-mismatch");
  }
  // Vietnamese cards fill this column, which ICAO leaves free
  if (optionalCheck !== "<" && !isCheckDigit(zone, [mrzFields.optional], mrzFields.optionalCheck)) {
    warn(draft.warnings, "mrz-optional-check");
  }
}

/** `<<` stands for a day or month that is not known. */
const birthDate = /^(\d\d)(0[1-9]|1[0-2]|<<)(0[1-9]|[12]\d|3[01]|<<)$/;

/** The century is the PIN's where the years agree, else the last one that makes a year that has begun. */
function readBirth({ birth, pin }: Fields, today: CalendarDate): CalendarDate {
  const [, twoDigits, month, day] = birthDate.exec(birth) ?? [];
  if (twoDigits === undefined) return 0;
  const yearOfCentury = Number(twoDigits);
  const pinYear = pin === noPin ? 0 : splitPin(pin).birthYear;
  const ownYear = yearOfCentury + (yearOfCentury <= yearOf(today) % 100 ? 2000 : 1900);
  const year = pin !== noPin && pinYear % 100 === yearOfCentury ? pinYear : ownYear;
  return partialDate(year, Number(month) || 0, Number(day) || 0);
}

function readSex(draft: Draft, { sex }: Fields): void {
  if (sex === "M") draft.person.sex = "male";
  else if (sex === "F") draft.person.sex = "female";
  else warn(draft.warnings, "sex-unknown");
}

function readExpiry(draft: Draft, { expiry }: Fields, today: CalendarDate): void {
  if (expiry === unlimited) {
    draft.document.expiryDate = "unlimited";
    return;
  }
  const date = fullDate(2000 + Number(expiry.slice(0, 2)), Number(expiry.slice(2, 4)), Number(expiry.slice(4, 6)));
  if (date === 0) {
    warn(draft.warnings, "date-invalid");
    return;
  }
  draft.document.expiryDate = isoDate(date);
  if (date < today) warn(draft.warnings, "card-expired");
}

/** An MRZ has no marks, so their absence is no sign of damage (N6 does not apply). */
function readNames(draft: Draft, { names }: Fields): void {
  const raw = names.replace(/<+/g, " ").trim();
  const name = readName(raw, surveyText(raw), false, draft.warnings);
  if (name === undefined) warn(draft.warnings, "name-unreadable");
  else draft.person.name = name;
}
