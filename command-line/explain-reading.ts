// One reading in words for a person: which rule decided what, and what the desk does about each warning; masked unless asked otherwise.
import type { Decision, DocumentMember } from "../protocol/document/decision-log.ts";
import type { Reading } from "../protocol/document/patient-document.ts";
import { rejectReasons } from "../protocol/document/reject-reasons.ts";
import { type WarningCode, warningGroups, warnings } from "../protocol/document/warnings.ts";
import { maskName, maskNumber } from "./mask.ts";

const stages = {
  cleaning: "Làm sạch | Cleaning",
  dispatch: "Phân loại | Which document",
  field: "Từng trường | Field by field",
} as const;

const ruleWords = "quy tắc | rule";
const reasonWords = "TỪ CHỐI | REFUSED";

/** The lines for one reading. `id` is the caller's own name for it. */
export function explainReading(
  id: unknown,
  reading: Reading,
  decisions: readonly Decision[],
  reveal = false,
): readonly string[] {
  return [
    `${JSON.stringify(id)}  ${verdictOf(reading)}`,
    ...Object.entries(stages).flatMap(([stage, words]) => {
      const ofStage = decisions.filter((decision) => decision.stage === stage);
      return ofStage.length === 0 ? [] : [`  ${words}`, ...ofStage.flatMap((decision) => linesOf(decision, reveal))];
    }),
    ...(reading.kind === "rejected" ? [`  ${reasonWords}: ${reading.reason}: ${rejectReasons[reading.reason]}`] : []),
  ];
}

function verdictOf(reading: Reading): string {
  if (reading.kind === "rejected") return `reject  ${reading.resembles}`;
  const { format, warnings: codes } = reading.document;
  return `${codes.length === 0 ? "valid" : "warn"}  ${format}`;
}

function linesOf(decision: Decision, reveal: boolean): readonly string[] {
  const { stage, title, rule, members, warnings: codes, reason } = decision;
  const heading = stage === "field" ? [`    ${title}`, `        ${ruleWords}: ${rule}`] : [`    ${title}  ${rule}`];
  return [
    ...heading,
    ...members.map(([name, value]) => `        ${name} = ${reveal ? value : masked(name, value)}`),
    ...codes.map((code) => `        ! ${warningWords(code)}`),
    ...(reason === undefined ? [] : [`        ✗ ${reason}`]),
  ];
}

function warningWords(code: WarningCode): string {
  const { group, words } = warnings[code];
  return `${code}: ${words} → ${warningGroups[group].words}`;
}

/** How each member is masked; a member that is not named is hidden as a whole. */
const masks: Readonly<Partial<Record<DocumentMember, (value: string) => string>>> = {
  ...{ number: maskNumber, oldNumber: maskNumber, cancelledNumber: maskNumber, insuranceNumber: maskNumber },
  ...{ name: maskName, fatherName: maskName, motherName: maskName, spouseName: maskName, parentName: maskName },
  ...{ sex: shown, facilityCode: shown, benefitLevel: shown, livingArea: shown },
  ...{ validFrom: shown, validTo: shown, fiveYearDate: shown, issueDate: shown },
};

function shown(value: string): string {
  return value;
}

/** An expiry date is a birthday: hidden like the birth date. */
const masked = (name: DocumentMember, value: string): string => masks[name]?.(value) ?? "•••••";
