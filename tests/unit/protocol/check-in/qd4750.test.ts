// The block under the column names of QĐ 4750.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { qd4750Message } from "../../../../protocol/check-in/fields.ts";
import { qd4750 } from "../../../../protocol/check-in/qd4750.ts";
import type { PatientDocument } from "../../../../protocol/document/patient-document.ts";
import { card, checkIn, insuranceCard } from "./sample-events.ts";

const time = "2026-11-21T07:30:15.220+07:00";
const blockOf = (document: PatientDocument) => qd4750(document, time, "01c54").block;

it("has the columns of the decision, in its order and with its lengths", () => {
  const file = new URL("../../../golden/check-in/qd4750-columns.json", import.meta.url);
  const { columns } = JSON.parse(readFileSync(file, "utf8"));
  const ours = Object.entries(qd4750Message.fields).map(([name, field]) => ({
    name,
    maxLength: "charactersMax" in field ? field.charactersMax : 1,
  }));
  expect(ours).toEqual(columns);
});

describe("the block", () => {
  it("holds what an identity card says", () => {
    expect(blockOf(card)).toEqual({
      HO_TEN: "Đặng Thị Ví Dụ",
      SO_CCCD: "001090999901",
      NGAY_SINH: "199003150000",
      GIOI_TINH: 2,
      NGAY_VAO: "202611210730",
      MA_CSKCB: "01C54",
    });
  });

  it("holds what an insurance card says", () => {
    expect(blockOf(insuranceCard)).toEqual({
      HO_TEN: "Trần Bé Mẫu",
      NGAY_SINH: "202200000000",
      GIOI_TINH: 1,
      MA_THE_BHYT: "TE1019999999999",
      MA_DKBD: "01C54",
      GT_THE_TU: "20220201",
      GT_THE_DEN: "20280930",
      NGAY_VAO: "202611210730",
      MA_CSKCB: "01C54",
    });
  });

  it("writes zeros for an unknown day", () => {
    expect(blockOf({ ...card, person: { birthDate: "1990-03" } }).NGAY_SINH).toBe("199003000000");
  });

  it("takes a CMND number where there is no other, and only in its right length", () => {
    expect(blockOf({ ...card, person: { oldNumber: "012345678" } }).SO_CCCD).toBe("012345678");
    expect(blockOf({ ...card, person: { oldNumber: "0123456789" } }).SO_CCCD).toBeUndefined();
  });

  it.each(["0199999999", "001090999901"])("does not take %s for a card number", (insuranceNumber) => {
    expect(blockOf({ ...insuranceCard, insurance: { insuranceNumber } }).MA_THE_BHYT).toBeUndefined();
  });
});

describe("a value longer than its column", () => {
  const longName = `${"Ầ".repeat(254)}😀${"a".repeat(10)}`;
  const long: PatientDocument = { ...card, person: { name: longName }, warnings: ["pin-sex-mismatch", "sex-unknown"] };

  it("is cut to whole characters, with a warning among the others", () => {
    const { data } = checkIn(long);
    expect(data.qd4750.HO_TEN).toBe(`${"Ầ".repeat(254)}😀`);
    expect(data.warnings).toEqual(["pin-sex-mismatch", "qd4750-value-cut", "sex-unknown"]);
  });

  it("is left out with the warning where a cut would make it another one", () => {
    const insurance = { insuranceNumber: "GD401019999990!", facilityCode: "01C545", validFrom: "20210-01-01" };
    const { block, isCut } = qd4750({ ...insuranceCard, insurance }, time, "01c54");
    expect(isCut).toBe(true);
    for (const column of ["MA_THE_BHYT", "MA_DKBD", "GT_THE_TU"]) expect(block).not.toHaveProperty(column);
  });

  it("stands whole beside it", () => {
    expect(checkIn(long).data.person?.name).toBe(longName);
  });

  it("fills its column without a warning when it just fits", () => {
    const document = { ...card, person: { name: `${"a".repeat(254)}😀` }, warnings: [] };
    expect(checkIn(document).data).toMatchObject({ warnings: [], qd4750: { HO_TEN: `${"a".repeat(254)}😀` } });
  });
});
