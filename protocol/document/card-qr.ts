// Reads the QR of the chip card of 2021 (CCCD) and of the card of 2024 (Căn cước, Thông tư 16/2024/TT-BCA): FORMATS §4 and §5.
//
//   pin | old number | name | birth date | sex | address | issue date | ? | cancelled PIN | father | mother
import { type CalendarDate, isoDate } from "./calendar.ts";
import { cardExpiry } from "./card-expiry.ts";
import type { CleanScan } from "./clean.ts";
import type { ReadingContext } from "./context.ts";
import { readBirthDigits, readDay } from "./digit-dates.ts";
import { areDigits } from "./digits.ts";
import { accepted, type Draft, rejected, warn } from "./draft.ts";
import { readName } from "./name.ts";
import { isOldNumber } from "./old-number.ts";
import type { Reading } from "./patient-document.ts";
import { checkPin, pinLength } from "./pin.ts";
import { readPlace } from "./place.ts";
import type { RejectReason } from "./reject-reasons.ts";
import { readSex } from "./sex.ts";
import { seen } from "./text-survey.ts";

/** Fields of the card of 2021, and of the card of 2024. */
const fieldCounts = { cccd: 7, canCuoc: 11 } as const;

/** A card while it is read. */
interface Card extends Draft {
  readonly today: CalendarDate;
  /** Fields, without empty ones behind a known count. */
  readonly count: number;
  birth: CalendarDate;
}

/** Reads one field, which is not trimmed, with its bits of `surveyText`. Answers the reason to refuse the whole card, if any. */
type FieldRule = (card: Card, raw: string, bits: number) => RejectReason | undefined;

/** The fields by position. A pipe inside a field moves all others: the strict rules of 2, 3, 4 and 6 catch that. */
const fieldRules: readonly FieldRule[] = [
  readNumber, // số CCCD
  readOldNumber, // số CMND cũ
  readBearerName, // họ tên
  readBirthDate, // ngày sinh
  readBearerSex, // giới tính
  readAddress, // nơi thường trú, since 2024 nơi cư trú
  readIssueDate, // ngày cấp
  readCancelledNumber, // meaning not published; a cancelled PIN was seen here
  readCancelledNumber, // số định danh đã hủy
  readFatherName, // họ tên cha
  readMotherName, // họ tên mẹ
];

/** Reads a scan that was dispatched as a card. */
export function readCardQr({ text, pipes, fieldBits }: CleanScan, { today }: ReadingContext): Reading {
  const isCanCuoc = pipes.length >= fieldCounts.canCuoc - 1;
  const format = isCanCuoc ? "can-cuoc-qr" : "cccd-qr";
  const known = isCanCuoc ? fieldCounts.canCuoc : fieldCounts.cccd;
  if (pipes.length < known - 1) return rejected("field-count", format);

  const textEnd = text.endsWith("$") ? text.length - 1 : text.length; // a suffix that some scanners add
  const knownEnd = pipes[known - 1];
  const hasTail = knownEnd !== undefined && /[^|\s]/.test(text.slice(knownEnd, textEnd));
  const count = hasTail ? pipes.length + 1 : known;
  const card: Card = { today, count, birth: 0, person: {}, insurance: {}, document: {}, warnings: [] };
  let start = 0;
  for (let index = 0; index < known; index += 1) {
    const end = pipes[index] ?? textEnd;
    const reason = (fieldRules[index] as FieldRule)(card, text.slice(start, end), fieldBits[index] as number);
    if (reason !== undefined) return rejected(reason, format);
    start = end + 1;
  }
  if (hasTail) warn(card.warnings, "extra-fields");
  checkPin(card.person.number ?? "", card.birth, card.person.sex, today, card.warnings);
  return accepted(format, card);
}

/** White space at an end always makes a field untidy. */
const trimmed = (raw: string, bits: number): string => ((bits & seen.untidy) === 0 ? raw : raw.trim());

/** Dispatch has seen to it that this is at most ten other characters and then twelve digits. */
function readNumber(card: Card, raw: string, bits: number): undefined {
  const field = trimmed(raw, bits);
  if (field.length > pinLength) warn(card.warnings, "junk-prefix");
  card.person.number = field.slice(-pinLength);
}

function readOldNumber(card: Card, raw: string, bits: number): undefined {
  const field = trimmed(raw, bits);
  if (field === "") return;
  if (isOldNumber(field)) card.person.oldNumber = field;
  else warn(card.warnings, "old-id-invalid");
}

function readBearerName(card: Card, raw: string, bits: number): RejectReason | undefined {
  const name = readName(raw, bits, true, card.warnings);
  if (name === undefined) return "name-invalid";
  card.person.name = name;
  return undefined;
}

function readBirthDate(card: Card, raw: string, bits: number): RejectReason | undefined {
  card.birth = readBirthDigits(trimmed(raw, bits));
  if (card.birth === 0) return "dob-invalid";
  if (card.birth > card.today) return "dob-future";
  card.person.birthDate = isoDate(card.birth);
  return undefined;
}

function readBearerSex(card: Card, raw: string): RejectReason | undefined {
  const sex = readSex(raw, card.warnings);
  if (sex === undefined) return "sex-invalid";
  card.person.sex = sex;
  return undefined;
}

function readAddress(card: Card, raw: string, bits: number): undefined {
  const address = readPlace(raw, bits, card.warnings);
  if (address !== undefined) card.person.address = address;
}

/** May be empty, unless a tail tells that something has moved the fields. */
function readIssueDate(card: Card, raw: string, bits: number): RejectReason | undefined {
  const field = trimmed(raw, bits);
  if (field === "" && (card.count === fieldCounts.cccd || card.count === fieldCounts.canCuoc)) {
    warn(card.warnings, "issue-date-missing");
    return undefined;
  }
  const issue = readDay(field);
  if (issue === 0) return "issue-date-invalid";
  if (issue < card.birth) return "dob-after-issue";
  if (issue > card.today) warn(card.warnings, "issue-date-future");
  card.document.issueDate = isoDate(issue);
  addExpiry(card, issue);
  return undefined;
}

function addExpiry(card: Card, issue: CalendarDate): void {
  const expiry = cardExpiry(card.birth, issue, card.count >= fieldCounts.canCuoc);
  if (expiry === undefined) return;
  card.document.expiryDate = expiry === "unlimited" ? expiry : isoDate(expiry);
  if (expiry !== "unlimited" && expiry < card.today) warn(card.warnings, "card-expired");
}

/** A cancelled PIN, or a date whose meaning nobody has published; both positions have held either. */
function readCancelledNumber(card: Card, raw: string, bits: number): undefined {
  const field = trimmed(raw, bits);
  if (field === "") return;
  if (field.length === pinLength && areDigits(field)) card.person.cancelledNumber = field;
  else if (readDay(field) === 0) warn(card.warnings, "extra-fields");
}

function readFatherName(card: Card, raw: string, bits: number): undefined {
  const name = readParentName(card, raw, bits);
  if (name !== undefined) card.person.fatherName = name;
}

function readMotherName(card: Card, raw: string, bits: number): undefined {
  const name = readParentName(card, raw, bits);
  if (name !== undefined) card.person.motherName = name;
}

/** Parents stand on the cards of children; with the mother alone, the father's field is empty. */
function readParentName(card: Card, raw: string, bits: number): string | undefined {
  if (trimmed(raw, bits) === "") return undefined;
  const name = readName(raw, bits, false, card.warnings);
  if (name === undefined) warn(card.warnings, "extra-fields");
  return name;
}
