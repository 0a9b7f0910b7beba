// Reads a number by itself, typed or from a 1-D barcode: its length says what it is (FORMATS §8).
import type { CalendarDate } from "./calendar.ts";
import type { CleanScan } from "./clean.ts";
import type { ReadingContext } from "./context.ts";
import { squeeze } from "./dispatch.ts";
import { accepted, type Draft, emptyDraft, rejected, warn } from "./draft.ts";
import { checkInsuranceCode, insuranceCodeLength, isFacilityCode, isInsuranceCode } from "./insurance-code.ts";
import type { DocumentFormat, Reading } from "./patient-document.ts";
import { checkPin } from "./pin.ts";
import type { RejectReason } from "./reject-reasons.ts";

interface NumberRule {
  readonly length: number;
  readonly shape: RegExp;
  readonly format: DocumentFormat;
  readonly read: (draft: Draft, number: string, today: CalendarDate) => RejectReason | undefined;
}

const numberRules: readonly NumberRule[] = [
  { length: 12, shape: /^\d+$/, format: "number-pin", read: readPin },
  { length: 9, shape: /^\d+$/, format: "number-cmnd", read: readOldNumber },
  { length: 10, shape: /^\d+$/, format: "number-bhxh", read: readInsuranceNumber },
  { length: insuranceCodeLength, shape: /^/, format: "number-bhyt", read: readCardCode },
  { length: 20, shape: /^/, format: "number-bhyt", read: readCardAndFacility },
];

/** Telephone numbers have ten digits too. */
const telephone = /^0[35789]/;

/** Reads a scan that was dispatched as a number. Every other length belongs to shops, parcels and hospitals' own cards. */
export function readBareNumber({ text }: CleanScan, { today }: ReadingContext): Reading {
  const number = squeeze(text);
  const rule = numberRules.find(({ length, shape }) => length === number.length && shape.test(number));
  if (rule === undefined) return rejected("number-length", "none");
  const draft = emptyDraft();
  const reason = rule.read(draft, number, today);
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
