// Writes the page about documents for people from the tables that decode them.
import { numberRules } from "./bare-number.ts";
import { cardFields } from "./card-qr.ts";
import { chipFieldRules } from "./chip-record.ts";
import { cleaningRules } from "./cleaning-rules.ts";
import { type DispatchRow, dispatchRows } from "./dispatch.ts";
import { documentKinds } from "./document-kinds.ts";
import { insuranceElements } from "./insurance-qr.ts";
import { mrzSteps } from "./mrz.ts";
import type { FieldLine } from "./reading-observer.ts";
import { rejectReasons } from "./reject-reasons.ts";
import { warningGroups, warnings } from "./warnings.ts";

const heading = `# Giấy tờ người bệnh | Patient documents

What a desk decodes, by which rule, and what it says about it. Written from the tables of \`protocol/document\` by
\`npm run schemas\`: do not edit. \`tiepdon decode --explain\` shows for one payload which of these rules decided what.

A reading is a document, with warnings or without, or it is refused for exactly one reason: the first in the order of this
page. A warning never blocks a patient. Of a refused scan only its length, its reason and the kind that it resembles are kept.
`;

/** The text of docs/documents.md. */
export function documentCodesPage(): string {
  const groups = Object.entries(warningGroups);
  return [
    heading,
    section("Loại giấy tờ | Kinds", ["Kind", "Tiếng Việt | English", "Source"], kindRows()),
    section("Làm sạch | Cleaning", ["Rule", "Tiếng Việt | English"], Object.entries(cleaningRules)),
    section("Phân loại | Which document", ["Row", "Tiếng Việt | English", "Then"], dispatchRows.map(dispatchCells)),
    section("QR thẻ CCCD, căn cước | Identity card QR", fieldTitles, cardFields.map(fieldCells)),
    section("QR thẻ BHYT | Insurance card QR", fieldTitles, insuranceElements.map(fieldCells)),
    section("MRZ", fieldTitles, mrzSteps.map(fieldCells)),
    section("Số | Bare numbers", ["Characters", ...fieldTitles.slice(1)], numberRules.map(numberCells)),
    section("Chip, đầu đọc chip | Chips and their readers", fieldTitles, Object.values(chipFieldRules).map(fieldCells)),
    section("Lý do từ chối | Reasons to refuse", ["Code", "Severity", "Tiếng Việt | English"], rejectRows()),
    section("Cảnh báo | Warnings", ["Code", "Severity", "Group", "Tiếng Việt | English"], warningRows()),
    section(
      "Quầy làm gì | What the desk does",
      ["Group", "Severity", "Tiếng Việt | English"],
      groups.map(([group, { severity, words }]) => [group, severity, words]),
    ),
  ].join("\n");
}

const fieldTitles = ["No.", "Trường | Field", "Quy tắc | Rule"];

const kindRows = (): Cells[] =>
  Object.entries(documentKinds).map(([kind, { words, source }]) => [`\`${kind}\``, words, source]);

const rejectRows = (): Cells[] =>
  Object.entries(rejectReasons).map(([code, words]) => [`\`${code}\``, "reject", words]);

const warningRows = (): Cells[] =>
  Object.entries(warnings).map(([code, { group, words }]) => [
    `\`${code}\``,
    warningGroups[group].severity,
    group,
    words,
  ]);

const dispatchCells = ({ row, words, destination }: DispatchRow): Cells => [
  row,
  words,
  destination.kind === "family" ? destination.family : `refuse \`${destination.reason}\``,
];

const fieldCells = ({ title, rule }: FieldLine, index: number): Cells => [String(index), title, rule];

const numberCells = ({ title, rule, length }: FieldLine & { length: number }): Cells => [String(length), title, rule];

type Cells = readonly string[];

/** A table in Markdown; the bar between the two languages must not end a cell. */
function section(title: string, titles: Cells, rows: readonly Cells[]): string {
  const line = (cells: Cells): string => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return `## ${title}\n\n${[line(titles), `|${"---|".repeat(titles.length)}`, ...rows.map(line)].join("\n")}\n`;
}
