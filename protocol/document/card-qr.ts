// Reads the QR of the chip card of 2021 (CCCD) and of the card of 2024 (Căn cước, Thông tư 16/2024/TT-BCA): FORMATS §4 and §5.
//
//   pin | old number | name | birth date | sex | address | issue date | ? | cancelled PIN | father | mother
import { type CalendarDate, isoDate } from "./calendar.ts";
import { cardExpiry } from "./card-expiry.ts";
import type { CleanScan } from "./clean.ts";
import type { ReadingContext } from "./context.ts";
import { birthDigitsRule, dayDigitsRule, readBirthDigits, readDay } from "./digit-dates.ts";
import { areDigits } from "./digits.ts";
import { accepted, type Draft, emptyDraft, rejected, warn } from "./draft.ts";
import { nameRule, readName } from "./name.ts";
import { isOldNumber, oldNumberRule } from "./old-number.ts";
import type { Reading } from "./patient-document.ts";
import { checkPin, pinCheck, pinLength } from "./pin.ts";
import { placeRule, readPlace } from "./place.ts";
import type { FieldLine } from "./reading-observer.ts";
import type { RejectReason } from "./reject-reasons.ts";
import { readSex, sexRule } from "./sex.ts";
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

interface CardField extends FieldLine {
  /** Reads the field, which is not trimmed, with its bits of `surveyText`. Answers the reason to refuse the whole card, if any. */
  readonly read: (card: Card, raw: string, bits: number) => RejectReason | undefined;
}

const cancelledRule =
  "12 chữ số là số đã hủy, ngày thì bỏ qua | 12 digits are a cancelled number, a date is passed over";
const parentRule = "như họ tên; không phải tên thì bỏ | as the name; what is no name is dropped";

/** The fields by position. A pipe inside a field moves all others: the strict rules of 2, 3, 4 and 6 catch that. */
export const cardFields: readonly CardField[] = [
  {
    title: "Số CCCD | Number",
    rule: "12 chữ số, trước đó tối đa 10 ký tự khác | 12 digits, after 10 other characters at most",
    read: readNumber,
  },
  { title: "Số CMND cũ | Old number", rule: oldNumberRule, read: readOldNumber },
  { title: "Họ tên | Full name", rule: nameRule, read: readBearerName },
  { title: "Ngày sinh | Birth date", rule: birthDigitsRule, read: readBirthDate },
  { title: "Giới tính | Sex", rule: sexRule, read: readBearerSex },
  { title: "Nơi thường trú, nơi cư trú | Residence", rule: placeRule, read: readAddress },
  { title: "Ngày cấp | Issue date", rule: dayDigitsRule, read: readIssueDate },
  { title: "Trường 7, chưa công bố | Field 7, not published", rule: cancelledRule, read: readCancelledNumber },
  { title: "Số định danh đã hủy | Cancelled number", rule: cancelledRule, read: readCancelledNumber },
  { title: "Họ tên cha | Father's name", rule: parentRule, read: readFatherName },
  { title: "Họ tên mẹ | Mother's name", rule: parentRule, read: readMotherName },
];

const countCheck: FieldLine = {
  title: "Số trường | Count of fields",
  rule: "7 (thẻ 2021) hoặc 11 (thẻ 2024) | 7 (card of 2021) or 11 (card of 2024)",
};

/** Reads a scan that was dispatched as a card. */
export function readCardQr({ text, pipes, fieldBits }: CleanScan, { today, observer }: ReadingContext): Reading {
  const isCanCuoc = pipes.length >= fieldCounts.canCuoc - 1;
  const format = isCanCuoc ? "can-cuoc-qr" : "cccd-qr";
  const known = isCanCuoc ? fieldCounts.canCuoc : fieldCounts.cccd;
  if (pipes.length < known - 1) {
    observer?.fieldRead(countCheck, emptyDraft(), "field-count");
    return rejected("field-count", format);
  }

  const textEnd = text.endsWith("$") ? text.length - 1 : text.length; // a suffix that some scanners add
  const knownEnd = pipes[known - 1];
  const hasTail = knownEnd !== undefined && /[^|\s]/.test(text.slice(knownEnd, textEnd));
  const count = hasTail ? pipes.length + 1 : known;
  const card: Card = { today, count, birth: 0, person: {}, insurance: {}, document: {}, warnings: [] };
  let start = 0;
  for (let index = 0; index < known; index += 1) {
    const end = pipes[index] ?? textEnd;
    const field = cardFields[index] as CardField;
    const reason = field.read(card, text.slice(start, end), fieldBits[index] as number);
    observer?.fieldRead(field, card, reason);
    if (reason !== undefined) return rejected(reason, format);
    start = end + 1;
  }
  if (hasTail) warn(card.warnings, "extra-fields");
  observer?.fieldRead(countCheck, card, undefined);
  checkPin(card.person.number ?? "", card.birth, card.person.sex, today, card.warnings);
  observer?.fieldRead(pinCheck, card, undefined);
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
