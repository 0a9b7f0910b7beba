// Reads the QR of the chip card of 2021 (CCCD) and of the card of 2024 (Căn cước, Thông tư 16/2024/TT-BCA): FORMATS §4 and §5.
//
//   pin | old number | name | birth date | sex | address | issue date | ? | cancelled PIN | father | mother
import { type CalendarDate, isoDate } from "./calendar.ts";
import { cardExpiry } from "./card-expiry.ts";
import { areDigits, readBirthDate, readDay, skipBlanks, skipBlanksBack } from "./digits.ts";
import { accepted, type Draft, rejected, warn } from "./draft.ts";
import { readName } from "./name.ts";
import type { Reading } from "./patient-document.ts";
import { checkPin, pinLength } from "./pin.ts";
import { readPlace } from "./place.ts";
import type { RejectReason } from "./reject-reasons.ts";
import { readSex } from "./sex.ts";

/** Fields of the card of 2021, and of the card of 2024. */
const fieldCounts = { cccd: 7, canCuoc: 11 } as const;

/** A card while it is read. */
interface Card extends Draft {
  readonly text: string;
  readonly today: CalendarDate;
  /** Elements, without empty ones beyond a known count. */
  readonly count: number;
  birth: CalendarDate;
}

/** Reads the field `card.text[start, end)`, which is not trimmed yet. Answers a reason to refuse the whole card. */
type FieldRule = (card: Card, start: number, end: number) => RejectReason | undefined;

/** The fields by position. A pipe inside a field moves all others: the strict rules of 2, 3, 4 and 6 catch that. */
const fieldRules: readonly FieldRule[] = [
  readNumber, // số CCCD
  readOldNumber, // số CMND cũ
  readBearer, // họ tên
  readBirth, // ngày sinh
  readBearerSex, // giới tính
  readAddress, // nơi thường trú, since 2024 nơi cư trú
  readIssueDate, // ngày cấp
  readCancelledNumber, // meaning not published; a cancelled PIN was seen here
  readCancelledNumber, // số định danh đã hủy
  readFather, // họ tên cha
  readMother, // họ tên mẹ
];

/** Reads a payload that was dispatched as a card. `pipes` is where its pipes stand. */
export function readCardQr(text: string, pipes: readonly number[], today: CalendarDate): Reading {
  const textEnd = text.endsWith("$") ? text.length - 1 : text.length; // a suffix that some scanners add
  const elements = pipes.length + 1;
  const format = elements >= fieldCounts.canCuoc ? "can-cuoc-qr" : "cccd-qr";
  if (elements < fieldCounts.cccd) return rejected("field-count", format);

  const known = format === "can-cuoc-qr" ? fieldCounts.canCuoc : fieldCounts.cccd;
  const hasTail = elements > known && hasContent(text, (pipes[known - 1] ?? textEnd) + 1, textEnd);
  const count = hasTail ? elements : known;
  const card: Card = { text, today, count, birth: 0, person: {}, insurance: {}, document: {}, warnings: [] };
  let start = 0;
  for (let index = 0; index < known; index += 1) {
    const end = pipes[index] ?? textEnd;
    const reason = fieldRules[index]?.(card, start, end);
    if (reason !== undefined) return rejected(reason, format);
    start = end + 1;
  }
  if (hasTail) warn(card.warnings, "extra-fields");
  checkPin(card.person.number ?? "", card.birth, card.person.sex, today, card.warnings);
  return accepted(format, card);
}

/** Dispatch has seen to it that this ends with twelve digits. */
function readNumber(card: Card, start: number, end: number): undefined {
  const digitsEnd = skipBlanksBack(card.text, start, end);
  const digitsStart = digitsEnd - pinLength;
  if (skipBlanks(card.text, start, digitsStart) !== digitsStart) warn(card.warnings, "junk-prefix");
  card.person.number = card.text.slice(digitsStart, digitsEnd);
}

/** Nine digits, twelve on cards of 2012 to 2015; eight to twelve are taken. */
function readOldNumber(card: Card, start: number, end: number): undefined {
  if (start === end) return;
  const number = card.text.slice(start, end).trim();
  if (number.length >= 8 && number.length <= 12 && areDigits(number, 0, number.length)) card.person.oldNumber = number;
  else if (number !== "") warn(card.warnings, "old-id-invalid");
}

function readBearer(card: Card, start: number, end: number): RejectReason | undefined {
  const name = readName(card.text, start, end, true, card.warnings);
  if (name === undefined) return "name-invalid";
  card.person.name = name;
  return undefined;
}

function readBirth(card: Card, start: number, end: number): RejectReason | undefined {
  card.birth = readBirthDate(card.text, skipBlanks(card.text, start, end), skipBlanksBack(card.text, start, end));
  if (card.birth === 0) return "dob-invalid";
  if (card.birth > card.today) return "dob-future";
  card.person.birthDate = isoDate(card.birth);
  return undefined;
}

function readBearerSex(card: Card, start: number, end: number): RejectReason | undefined {
  const sex = readSex(card.text, start, end, card.warnings);
  if (sex === undefined) return "sex-invalid";
  card.person.sex = sex;
  return undefined;
}

function readAddress(card: Card, start: number, end: number): undefined {
  const address = readPlace(card.text, start, end, card.warnings);
  if (address !== undefined) card.person.address = address;
}

/** May be empty, unless the tail tells that something has shifted the fields. */
function readIssueDate(card: Card, start: number, end: number): RejectReason | undefined {
  const from = skipBlanks(card.text, start, end);
  const isKnownCount = card.count === fieldCounts.cccd || card.count === fieldCounts.canCuoc;
  if (from === end && isKnownCount) {
    warn(card.warnings, "issue-date-missing");
    return undefined;
  }
  const issue = readDay(card.text, from, skipBlanksBack(card.text, from, end));
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
function readCancelledNumber(card: Card, start: number, end: number): undefined {
  if (start === end) return;
  const field = card.text.slice(start, end).trim();
  if (field.length === pinLength && areDigits(field, 0, pinLength)) card.person.cancelledNumber = field;
  else if (field !== "" && readDay(field, 0, field.length) === 0) warn(card.warnings, "extra-fields");
}

function readFather(card: Card, start: number, end: number): undefined {
  const name = readParent(card, start, end);
  if (name !== undefined) card.person.fatherName = name;
}

function readMother(card: Card, start: number, end: number): undefined {
  const name = readParent(card, start, end);
  if (name !== undefined) card.person.motherName = name;
}

function readParent(card: Card, start: number, end: number): string | undefined {
  if (!hasContent(card.text, start, end)) return undefined;
  const name = readName(card.text, start, end, false, card.warnings);
  if (name === undefined) warn(card.warnings, "extra-fields");
  return name;
}

/** Whether anything but pipes and white space is written. */
function hasContent(text: string, start: number, end: number): boolean {
  for (let at = skipBlanks(text, start, end); at < end; at = skipBlanks(text, at + 1, end)) {
    if (text[at] !== "|") return true;
  }
  return false;
}
