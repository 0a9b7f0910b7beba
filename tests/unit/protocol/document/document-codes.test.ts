// The committed page about documents is what the tables say, and the tables say everything twice, in both languages.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { numberRules } from "../../../../protocol/document/bare-number.ts";
import { cardFields } from "../../../../protocol/document/card-qr.ts";
import { chipFieldRules } from "../../../../protocol/document/chip-record.ts";
import { cleaningRules } from "../../../../protocol/document/cleaning-rules.ts";
import { dispatchRows } from "../../../../protocol/document/dispatch.ts";
import { documentCodesPage } from "../../../../protocol/document/document-codes.ts";
import { documentKinds } from "../../../../protocol/document/document-kinds.ts";
import { insuranceElements } from "../../../../protocol/document/insurance-qr.ts";
import { mrzSteps } from "../../../../protocol/document/mrz.ts";
import { documentFormats } from "../../../../protocol/document/patient-document.ts";
import { rejectReasons } from "../../../../protocol/document/reject-reasons.ts";
import { warningGroups, warnings } from "../../../../protocol/document/warnings.ts";

const page = readFileSync(new URL("../../../../docs/documents.md", import.meta.url), "utf8");

it("docs/documents.md is what the tables say (npm run schemas)", () => {
  expect(page).toBe(documentCodesPage());
});

it("the page names every kind, reason and warning once as a row", () => {
  for (const code of [...documentFormats, ...Object.keys(rejectReasons), ...Object.keys(warnings)]) {
    expect(page.split(`\n| \`${code}\` |`)).toHaveLength(2);
  }
});

it("the codes are those of the contract, and one of our own", () => {
  const contract = JSON.parse(
    readFileSync(new URL("../../../golden/document-codes.json", import.meta.url), "utf8"),
  ) as Record<"reject" | "warnings", readonly string[]>;
  expect(Object.keys(rejectReasons)).toEqual(contract.reject);
  expect(Object.keys(warnings)).toEqual([...contract.warnings, "qd4750-value-cut"]);
});

describe("words", () => {
  const fields = [...cardFields, ...insuranceElements, ...mrzSteps, ...numberRules, ...Object.values(chipFieldRules)];
  it.each([
    ...Object.values(cleaningRules),
    ...dispatchRows.map(({ words }) => words),
    ...Object.values(documentKinds).map(({ words }) => words),
    ...fields.map(({ title }) => title),
    ...Object.values(rejectReasons),
    ...Object.values(warnings).map(({ words }) => words),
    ...Object.values(warningGroups).map(({ words }) => words),
  ])("%s: Vietnamese | English, NFC", (words) => {
    const [vietnamese = "", english = "", ...rest] = words.split(" | ");
    expect([vietnamese, english].every((text) => text.trim() !== "") || words === "MRZ").toBe(true);
    expect(rest).toEqual([]);
    expect(words).toBe(words.normalize("NFC"));
  });
});
