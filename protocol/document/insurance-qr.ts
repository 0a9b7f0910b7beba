// Reads the QR of a health insurance card (thẻ BHYT), on paper or on a phone in VssID: FORMATS §6.
//
//   code | name | birth date | sex | address | facility | from | to | issued | office | parent | area | five years | check
//   | level | place of issue          (the last two since the card shows the insurance number alone)
import { type CalendarDate, isoDate } from "./calendar.ts";
import type { CleanScan } from "./clean.ts";
import type { ReadingContext } from "./context.ts";
import { areDigits } from "./digits.ts";
import { squeeze } from "./dispatch.ts";
import { accepted, type Draft, emptyDraft, rejected, warn } from "./draft.ts";
import { type HexFieldUse, readHexField } from "./hex-field.ts";
import { checkInsuranceCode, insuranceCodeLength, isFacilityCode, isInsuranceCode } from "./insurance-code.ts";
import { readName } from "./name.ts";
import type { Insurance, Reading } from "./patient-document.ts";
import { checkPin, pinLength } from "./pin.ts";
import { readPlace } from "./place.ts";
import type { RejectReason } from "./reject-reasons.ts";
import { surveyText } from "./text-survey.ts";
import type { WarningCode } from "./warnings.ts";
import { readWrittenBirthDate, readWrittenDay } from "./written-dates.ts";

/** Elements of both forms, without the `$` at the end. */
const elementCounts = { "bhyt-qr-old": 14, "bhyt-qr-new": 16 } as const;
/** Fewer elements say nothing that a desk could use. */
const elementsMin = 4;

interface Card extends Draft {
  readonly context: ReadingContext;
  readonly format: keyof typeof elementCounts;
  birth: CalendarDate;
  validFrom: CalendarDate;
}

/** Reads one trimmed element. It is "" where the card prints `-` or nothing. */
type ElementRule = (card: Card, element: string) => RejectReason | undefined;

const unread: ElementRule = () => undefined;

/** The elements by position. */
const elementRules: readonly ElementRule[] = [
  readNumber, // mã thẻ (15 characters), mã số BHXH (10) or số định danh (12)
  readHolderName, // họ tên, hex
  readBirthDate, // ngày sinh
  readSex, // giới tính
  readAddress, // địa chỉ, hex
  readFacility, // nơi đăng ký KCB ban đầu
  readValidFrom, // giá trị sử dụng từ
  readValidTo, // đến
  readIssueDate, // ngày cấp
  unread, // mã quản lý
  readParentName, // cha hoặc mẹ, hex
  readLivingArea, // khu vực
  readFiveYearDate, // thời điểm đủ 5 năm liên tục
  unread, // check string, whose algorithm is not public
  readBenefitLevel, // mức hưởng, new cards
  readIssuerPlace, // nơi cấp, hex, new cards
];

/** Reads a scan that was dispatched as an insurance card. */
export function readInsuranceQr({ text }: CleanScan, context: ReadingContext): Reading {
  const elements = elementsOf(text);
  const number = squeeze(elements[0] ?? "");
  const format = number.length === insuranceCodeLength || /^[A-Z]/.test(number) ? "bhyt-qr-old" : "bhyt-qr-new";
  if (elements.length < elementsMin) return rejected("field-count", format);

  const card: Card = { ...emptyDraft(), context, format, birth: 0, validFrom: 0 };
  if (elements.length !== elementCounts[format]) warn(card.warnings, "element-count");
  for (const [index, rule] of elementRules.slice(0, elementCounts[format]).entries()) {
    const reason = rule(card, elements[index] ?? "");
    if (reason !== undefined) return rejected(reason, format);
  }
  if (number.length === pinLength) checkPin(number, card.birth, card.person.sex, context.today, card.warnings);
  return accepted(format, card);
}

/** The trimmed elements before the final `$`, which may be missing; its pipe may then stand alone. */
function elementsOf(text: string): readonly string[] {
  const elements = text.split("|").map((element) => element.trim());
  const last = elements.length - 1;
  if (elements[last] === "$" || (elements[last] === "" && isOneTooMany(elements.length))) elements.pop();
  else elements[last] = (elements[last] ?? "").replace(/\$$/, "").trim();
  return elements.map((element) => (element === "-" ? "" : element));
}

const isOneTooMany = (count: number): boolean =>
  Object.values(elementCounts).some((expected) => count === expected + 1);

function readNumber(card: Card, element: string): RejectReason | undefined {
  const number = squeeze(element);
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
  const raw = readHex(card, element, "name", "name-unreadable");
  const name = raw === undefined ? undefined : readName(raw, surveyText(raw), true, card.warnings);
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

/** `01 - C54`, with any dash or none. */
const facility = /^(\d{2}) ?[-\u2010-\u2015\u2212]? ?([0-9A-Za-z]{3})$/;

function readFacility(card: Card, element: string): undefined {
  if (element === "") return;
  const code = element.replace(facility, "$1$2").toUpperCase();
  if (isFacilityCode(code)) card.insurance.facilityCode = code;
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
  const raw = readHex(card, element, "name", "hex-unreadable");
  const name = raw === undefined ? undefined : readName(raw, surveyText(raw), false, card.warnings);
  if (name !== undefined) card.person.parentName = name;
}

/** Areas with better benefits; other digits have no published meaning. */
const livingAreas: Readonly<Record<string, Insurance["livingArea"] & string>> = {
  "5": "K1",
  "6": "K2",
  "7": "K3",
  K1: "K1",
  K2: "K2",
  K3: "K3",
};

function readLivingArea(card: Card, element: string): undefined {
  const area = livingAreas[element.toUpperCase()];
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
  const raw = readHex(card, element, "place", "hex-unreadable");
  return raw === undefined ? undefined : readPlace(raw, surveyText(raw), card.warnings);
}

function readHex(card: Card, element: string, use: HexFieldUse, unreadable: WarningCode): string | undefined {
  const field = readHexField(element, use, card.context.decodeText);
  if (field === undefined) warn(card.warnings, unreadable);
  else if (field.warning !== undefined) warn(card.warnings, field.warning);
  return field?.text;
}
