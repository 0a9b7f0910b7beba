// Reads the QR of a health insurance card (thẻ BHYT), on paper or on a phone in VssID: FORMATS §6.
//
//   code | name | birth date | sex | address | facility | from | to | issued | office | parent | area | five years | check
//   | level | place of issue          (the last two since the card shows the insurance number alone)
import { type CalendarDate, isoDate } from "./calendar.ts";
import type { CleanScan } from "./clean.ts";
import type { ReadingContext } from "./context.ts";
import { areDigits } from "./digits.ts";
import { squeeze } from "./dispatch.ts";
import { accepted, type Draft, rejected, warn } from "./draft.ts";
import { type HexField, type HexFieldUse, hexRule, readHexField } from "./hex-field.ts";
import { checkInsuranceCode, insuranceCodeLength, isInsuranceCode } from "./insurance-code.ts";
import { readName } from "./name.ts";
import type { Insurance, Reading } from "./patient-document.ts";
import { checkPin, pinCheck, pinLength } from "./pin.ts";
import { readPlace } from "./place.ts";
import type { FieldLine } from "./reading-observer.ts";
import type { RejectReason } from "./reject-reasons.ts";
import { seen } from "./text-survey.ts";
import type { WarningCode } from "./warnings.ts";
import { readWrittenBirthDate, readWrittenDay, writtenBirthRule, writtenDayRule } from "./written-dates.ts";

/** Elements of both forms, without the `$` at the end. */
const elementCounts = { "bhyt-qr-old": 14, "bhyt-qr-new": 16 } as const;
/** Fewer elements say nothing that a desk could use. */
const elementsMin = 4;

interface Card extends Draft {
  readonly context: ReadingContext;
  readonly format: keyof typeof elementCounts;
  /** The first element, squeezed. */
  readonly number: string;
  birth: CalendarDate;
  validFrom: CalendarDate;
}

interface InsuranceElement extends FieldLine {
  /** Reads the trimmed element, which is "" where the card prints `-` or nothing. Answers the reason to refuse the card, if any. */
  readonly read: (card: Card, element: string) => RejectReason | undefined;
}

const unread = (): undefined => undefined;
const unreadRule = "không đọc | not read";

/** The elements by position. */
export const insuranceElements: readonly InsuranceElement[] = [
  {
    title: "Mã thẻ, mã số BHXH hoặc số định danh | Card code, insurance number or PIN",
    rule: "15 ký tự (cũ); 10 hoặc 12 chữ số (mới); bảng mã của QĐ 1351/QĐ-BHXH | 15 characters (old); 10 or 12 digits (new)",
    read: readNumber,
  },
  { title: "Họ tên (hex) | Full name (hexadecimal)", rule: hexRule, read: readHolderName },
  { title: "Ngày sinh | Birth date", rule: writtenBirthRule, read: readBirthDate },
  { title: "Giới tính | Sex", rule: "1 nam, 2 nữ | 1 male, 2 female", read: readSex },
  { title: "Địa chỉ (hex) | Address (hexadecimal)", rule: hexRule, read: readAddress },
  {
    title: "Nơi đăng ký KCB ban đầu | Facility of first registration",
    rule: "2 chữ số và 3 ký tự, nối thành 5 | 2 digits and 3 characters, joined",
    read: readFacility,
  },
  { title: "Giá trị từ | Valid from", rule: writtenDayRule, read: readValidFrom },
  { title: "Giá trị đến | Valid to", rule: writtenDayRule, read: readValidTo },
  { title: "Ngày cấp | Issue date", rule: writtenDayRule, read: readIssueDate },
  { title: "Mã quản lý | Office code", rule: unreadRule, read: unread },
  { title: "Cha hoặc mẹ (hex) | A parent (hexadecimal)", rule: hexRule, read: readParentName },
  {
    title: "Khu vực | Living area",
    rule: "5, 6, 7 hoặc K1, K2, K3; mã khác bỏ qua | 5, 6, 7 or K1, K2, K3; others are passed over",
    read: readLivingArea,
  },
  { title: "Đủ 5 năm liên tục | Five years full", rule: writtenDayRule, read: readFiveYearDate },
  { title: "Chuỗi kiểm tra | Check string", rule: unreadRule, read: unread }, // its algorithm is not public
  { title: "Mức hưởng (thẻ mới) | Benefit level (new cards)", rule: "1–5", read: readBenefitLevel },
  { title: "Nơi cấp (hex, thẻ mới) | Place of issue (hexadecimal, new cards)", rule: hexRule, read: readIssuerPlace },
];

const countCheck: FieldLine = {
  title: "Số trường | Count of elements",
  rule: `${elementCounts["bhyt-qr-old"]} (cũ) hoặc ${elementCounts["bhyt-qr-new"]} (mới), ít nhất ${elementsMin} | ${elementCounts["bhyt-qr-old"]} (old) or ${elementCounts["bhyt-qr-new"]} (new), ${elementsMin} at least`,
};

/** Reads a scan that was dispatched as an insurance card. */
export function readInsuranceQr(scan: CleanScan, context: ReadingContext): Reading {
  const { observer } = context;
  const count = countOf(scan);
  const number = squeeze(elementOf(scan, 0));
  const format = number.length === insuranceCodeLength || /^[A-Z]/.test(number) ? "bhyt-qr-old" : "bhyt-qr-new";
  // Written out: V8 takes microseconds to fill an object that came from a spread
  const card: Card = {
    context,
    format,
    number,
    birth: 0,
    validFrom: 0,
    person: {},
    insurance: {},
    document: {},
    warnings: [],
  };
  const isTooShort = count < elementsMin;
  if (count !== elementCounts[format]) warn(card.warnings, "element-count");
  observer?.fieldRead(countCheck, card, isTooShort ? "field-count" : undefined);
  if (isTooShort) return rejected("field-count", format);

  for (let index = 0; index < elementCounts[format]; index += 1) {
    const element = insuranceElements[index] as InsuranceElement;
    const reason = element.read(card, index < count && element.read !== unread ? elementOf(scan, index) : "");
    observer?.fieldRead(element, card, reason);
    if (reason !== undefined) return rejected(reason, format);
  }
  if (number.length === pinLength) {
    checkPin(number, card.birth, card.person.sex, context.today, card.warnings);
    observer?.fieldRead(pinCheck, card, undefined);
  }
  return accepted(format, card);
}

/** Elements before the final `$`, which may be missing; its pipe may then stand alone. */
function countOf({ text, pipes }: CleanScan): number {
  const count = pipes.length + 1;
  if (text.endsWith("|$")) return count - 1; // nearly every card: nothing has to be cut out
  const last = text.slice((pipes.at(-1) ?? -1) + 1).trim();
  return last === "$" || (last === "" && isOneTooMany(count)) ? count - 1 : count;
}

const isOneTooMany = (count: number): boolean =>
  count === elementCounts["bhyt-qr-old"] + 1 || count === elementCounts["bhyt-qr-new"] + 1;

/** One element, trimmed, without the final `$`; "" where the card prints `-`. */
function elementOf({ text, pipes, fieldBits }: CleanScan, index: number): string {
  const raw = text.slice(index === 0 ? 0 : (pipes[index - 1] as number) + 1, pipes[index] ?? text.length);
  const isLast = index === pipes.length;
  const whole = isLast ? raw.replace(/\$$/, "") : raw;
  // White space at an end always makes a field untidy
  const element = isLast || ((fieldBits[index] as number) & seen.untidy) !== 0 ? whole.trim() : whole;
  return element === "-" ? "" : element;
}

function readNumber(card: Card): RejectReason | undefined {
  const { number } = card;
  if (card.format === "bhyt-qr-old") {
    if (!isInsuranceCode(number)) return "bhyt-number-invalid";
    checkInsuranceCode(number, card.warnings);
    setBenefitLevel(card.insurance, number.charAt(2));
  } else if (!areDigits(number) || (number.length !== 10 && number.length !== pinLength)) {
    return "bhyt-number-invalid";
  }
  card.insurance.insuranceNumber = number;
  return undefined;
}

function readHolderName(card: Card, element: string): undefined {
  if (element === "") {
    warn(card.warnings, "name-missing");
    return;
  }
  const field = readHex(card, element, "name", "name-unreadable");
  const name = field && readName(field.text, field.bits, true, card.warnings);
  if (name !== undefined) card.person.name = name;
}

function readBirthDate(card: Card, element: string): RejectReason | undefined {
  if (element === "") {
    warn(card.warnings, "dob-missing");
    return undefined;
  }
  card.birth = readWrittenBirthDate(element);
  if (card.birth === 0) return "dob-invalid";
  if (card.birth > card.context.today) return "dob-future";
  card.person.birthDate = isoDate(card.birth);
  return undefined;
}

function readSex(card: Card, element: string): undefined {
  if (element === "1") card.person.sex = "male";
  else if (element === "2") card.person.sex = "female";
  else warn(card.warnings, "sex-unknown");
}

function readAddress(card: Card, element: string): undefined {
  const address = readHexPlace(card, element);
  if (address !== undefined) card.person.address = address;
}

/** `01 - C54`, as nearly every card writes it. */
const spacedDash = " - ";
/** The same with any dash or none. */
const separatedFacility = /^(\d{2}) ?[-\u2010-\u2015\u2212]? ?([0-9A-Za-z]{3})$/;

const joinedFacility = /^\d{2}[0-9A-Za-z]{3}$/;

function readFacility(card: Card, element: string): undefined {
  if (element === "") return;
  const joined = element.startsWith(spacedDash, 2)
    ? element.slice(0, 2) + element.slice(2 + spacedDash.length)
    : element.replace(separatedFacility, "$1$2");
  if (joinedFacility.test(joined)) card.insurance.facilityCode = joined.toUpperCase();
  else warn(card.warnings, "facility-invalid");
}

function readValidFrom(card: Card, element: string): undefined {
  card.validFrom = readDate(card, element);
  if (card.validFrom === 0) return;
  card.insurance.validFrom = isoDate(card.validFrom);
  if (card.validFrom > card.context.today) warn(card.warnings, "insurance-not-yet-valid");
}

/** Absent is an open end: only the gateway knows. */
function readValidTo(card: Card, element: string): undefined {
  const validTo = readDate(card, element);
  if (validTo === 0) return;
  card.insurance.validTo = isoDate(validTo);
  if (validTo < card.validFrom) warn(card.warnings, "validity-inconsistent");
  if (validTo < card.context.today) warn(card.warnings, "insurance-expired");
}

function readIssueDate(card: Card, element: string): undefined {
  const issue = readDate(card, element);
  if (issue !== 0) card.document.issueDate = isoDate(issue);
}

function readFiveYearDate(card: Card, element: string): undefined {
  const date = readDate(card, element);
  if (date !== 0) card.insurance.fiveYearDate = isoDate(date);
}

function readParentName(card: Card, element: string): undefined {
  if (element === "") return;
  const field = readHex(card, element, "name", "hex-unreadable");
  const name = field && readName(field.text, field.bits, false, card.warnings);
  if (name !== undefined) card.person.parentName = name;
}

/** Areas with better benefits; other digits have no published meaning. */
const livingAreas: ReadonlyMap<string, Insurance["livingArea"] & string> = new Map([
  ["5", "K1"],
  ["6", "K2"],
  ["7", "K3"],
  ["K1", "K1"],
  ["K2", "K2"],
  ["K3", "K3"],
]);

function readLivingArea(card: Card, element: string): undefined {
  const area = livingAreas.get(element.toUpperCase());
  if (area !== undefined) card.insurance.livingArea = area;
}

function readBenefitLevel(card: Card, element: string): undefined {
  setBenefitLevel(card.insurance, element);
}

function readIssuerPlace(card: Card, element: string): undefined {
  const place = readHexPlace(card, element);
  if (place !== undefined) card.insurance.issuerPlace = place;
}

/** 0 where the date is absent; where it is none, with a warning. */
function readDate(card: Card, element: string): CalendarDate {
  const date = readWrittenDay(element);
  if (date === 0 && element !== "") warn(card.warnings, "date-invalid");
  return date;
}

function setBenefitLevel(insurance: Insurance, level: string): void {
  if (level === "1" || level === "2" || level === "3" || level === "4" || level === "5") insurance.benefitLevel = level;
}

function readHexPlace(card: Card, element: string): string | undefined {
  if (element === "") return undefined;
  const field = readHex(card, element, "place", "hex-unreadable");
  return field && readPlace(field.text, field.bits, card.warnings);
}

function readHex(card: Card, element: string, use: HexFieldUse, unreadable: WarningCode): HexField | undefined {
  const field = readHexField(element, use, card.context.decodeText);
  if (field === undefined) warn(card.warnings, unreadable);
  else if (field.warning !== undefined) warn(card.warnings, field.warning);
  return field;
}
