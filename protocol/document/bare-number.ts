// Reads a number by itself, typed or from a 1-D barcode: its length says what it is (FORMATS §8).
import type { CalendarDate } from "./calendar.ts";
import type { CleanScan } from "./clean.ts";
import type { ReadingContext } from "./context.ts";
import { squeeze } from "./dispatch.ts";
import { accepted, type Draft, emptyDraft, rejected, warn } from "./draft.ts";
import {
  checkInsuranceCode,
  facilityCodeLength,
  insuranceCodeLength,
  insuranceCodeRule,
  isFacilityCode,
  isInsuranceCode,
} from "./insurance-code.ts";
import type { DocumentFormat, Reading } from "./patient-document.ts";
import { checkPin, pinCheck, pinLength } from "./pin.ts";
import type { FieldLine } from "./reading-observer.ts";
import type { RejectReason } from "./reject-reasons.ts";

interface NumberRule extends FieldLine {
  readonly length: number;
  readonly shape: RegExp;
  readonly format: DocumentFormat;
  readonly read: (draft: Draft, number: string, today: CalendarDate) => RejectReason | undefined;
}

/** What a number of each length is. */
export const numberRules: readonly NumberRule[] = [
  {
    length: pinLength,
    shape: /^\d+$/,
    format: "number-pin",
    title: "Số định danh | Personal number",
    rule: pinCheck.rule,
    read: readPin,
  },
  {
    length: 9,
    shape: /^\d+$/,
    format: "number-cmnd",
    title: "Số CMND | CMND number",
    rule: "hết giá trị từ 01/01/2025, chỉ để tra cứu (Luật 26/2023/QH15, Điều 46) | ended with 2024, for searching only",
    read: readOldNumber,
  },
  {
    length: 10,
    shape: /^\d+$/,
    format: "number-bhxh",
    title: "Mã số BHXH | Social insurance number",
    rule: "không có số kiểm tra; đầu 03, 05, 07, 08, 09 có thể là điện thoại | no check digit; from 03, 05, 07, 08 or 09 on perhaps a telephone",
    read: readInsuranceNumber,
  },
  {
    length: insuranceCodeLength,
    shape: /^/,
    format: "number-bhyt",
    title: "Mã thẻ BHYT | Insurance card code",
    rule: insuranceCodeRule,
    read: readCardCode,
  },
  {
    length: insuranceCodeLength + facilityCodeLength,
    shape: /^/,
    format: "number-bhyt",
    title: "Mã thẻ BHYT và mã cơ sở | Insurance card code and facility",
    rule: insuranceCodeRule,
    read: readCardAndFacility,
  },
];

const lengthCheck: FieldLine = {
  title: "Độ dài | Length",
  rule: "9, 10 hoặc 12 chữ số; 15 hoặc 20 ký tự | 9, 10 or 12 digits; 15 or 20 characters",
};

/** Telephone numbers have ten digits too. */
const telephone = /^0[35789]/;

/** Reads a scan that was dispatched as a number. Every other length belongs to shops, parcels and hospitals' own cards. */
export function readBareNumber({ text }: CleanScan, { today, observer }: ReadingContext): Reading {
  const number = squeeze(text);
  const rule = numberRules.find(({ length, shape }) => length === number.length && shape.test(number));
  const draft = emptyDraft();
  if (rule === undefined) {
    observer?.fieldRead(lengthCheck, draft, "number-length");
    return rejected("number-length", "none");
  }
  const reason = rule.read(draft, number, today);
  observer?.fieldRead(rule, draft, reason);
  return reason === undefined ? accepted(rule.format, draft) : rejected(reason, rule.format);
}

function readPin(draft: Draft, number: string, today: CalendarDate): undefined {
  draft.person.number = number;
  checkPin(number, 0, undefined, today, draft.warnings);
}

/** The CMND ended on 31/12/2024 (Luật 26/2023/QH15, Article 46): good for searching, no proof of identity. */
function readOldNumber(draft: Draft, number: string): undefined {
  draft.person.oldNumber = number;
  warn(draft.warnings, "cmnd-legacy");
}

function readInsuranceNumber(draft: Draft, number: string): undefined {
  draft.insurance.insuranceNumber = number;
  if (telephone.test(number)) warn(draft.warnings, "maybe-phone");
}

function readCardCode(draft: Draft, code: string): RejectReason | undefined {
  if (!isInsuranceCode(code)) return "bhyt-number-invalid";
  draft.insurance.insuranceNumber = code;
  checkInsuranceCode(code, draft.warnings);
  return undefined;
}

/** Paper cards printed the code of the facility behind the card code. */
function readCardAndFacility(draft: Draft, code: string): RejectReason | undefined {
  const facility = code.slice(insuranceCodeLength);
  if (isFacilityCode(facility)) draft.insurance.facilityCode = facility;
  else warn(draft.warnings, "facility-invalid");
  return readCardCode(draft, code.slice(0, insuranceCodeLength));
}
