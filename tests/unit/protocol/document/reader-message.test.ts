// Messages of desk readers: envelopes, labels, and the rules for labelled fields.
import { describe, expect, it } from "vitest";
import { messageBytesMax, readReaderMessage } from "../../../../protocol/document/reader-message.ts";
import { contextOf, type FlatReading, flatReading } from "../../../fixtures/read-document.ts";

const sound = { id_card: "001090999901", full_name: "Nguyễn Văn Mẫu", date_of_birth: "15/03/1990", gender: "Nam" };

const read = (message: unknown, optionalFields = false): FlatReading => {
  const payload = Buffer.from(typeof message === "string" ? message : JSON.stringify(message));
  return flatReading(readReaderMessage(payload, contextOf("2026-12-01", { optionalFields })));
};
const warningsOf = (fields: object): string => read({ ...sound, ...fields }).warnings.join(" ");

describe("envelopes", () => {
  it.each([
    ["json-invalid", '{"id":2,'],
    ["json-invalid", "NFC_DETECTED"],
    ["unknown-format", "[1]"],
    ["unknown-format", "null"],
    ["unknown-format", { ID_CARD: "001090999901" }],
    ["unknown-format", { id: 2, data: { id_card: "001090999901" } }],
    ["unknown-format", { id: 2, message: "read card successfully!" }],
    ["unknown-format", { id: 2 }],
    ["reader-error", { id: 3, message: "x" }],
    ["no-document", { id: 1, message: "new card!" }],
    ["no-document", { id: 7, data: {} }],
    ["no-document", { id: 4, data: { dg2: "" } }],
    ["base64-invalid", { id: 4, data: { dg13: "abc" } }],
    ["base64-invalid", { id: 4, data: { dg13: "ab=c" } }],
    ["tlv-invalid", { id: 4, data: { dg13: "bQ==" } }],
    ["too-long", { id: 4, data: { dg13: "A".repeat(90_000) } }],
    ["number-missing", { id: 4, data: { dg13: "bQA=" } }],
  ])("%s: %j", (reason, message) => {
    expect(read(message).reason).toBe(reason);
  });

  it("are read up to 1 MiB, after a byte order mark too", () => {
    const long = { ...sound, img_data: "A".repeat(messageBytesMax - 300) };
    expect(read(`\ufeff${JSON.stringify(long)}`).verdict).toBe("valid");
    expect(read({ ...long, more: "A".repeat(300) }).reason).toBe("too-long");
    expect(flatReading(readReaderMessage(Buffer.from([0x7b, 0xff]), contextOf())).reason).toBe("bad-utf8");
  });

  it("may hold the whole DG13", () => {
    const dg13 = Buffer.from("6d1330110201010c0c303031303930393939393031", "hex").toString("base64");
    expect(read({ id: 4, data: { dg13 } })).toMatchObject({
      format: "reader-socketio",
      fields: { number: "001090999901" },
    });
  });
});

describe("labels", () => {
  const expected = { number: "001090999901", name: "Nguyễn Văn Mẫu", birthDate: "1990-03-15", sex: "male" };

  it.each([
    ["webhook", sound],
    [
      "serial",
      { "CCCD Number": "001090999901", "Full Name": "Nguyễn Văn Mẫu", "Date of Birth": "15/03/1990", Gender: "Nam" },
    ],
    [
      "plugin",
      {
        EventName: "CARD_RESULT",
        DocumentNumber: "001090999901",
        PersonName: "Nguyễn Văn Mẫu",
        DateOfBirth: "15/03/1990",
        Sex: "Nam",
      },
    ],
  ])("of the %s", (_, message) => {
    expect(read(message)).toMatchObject({ verdict: "valid", format: "reader-json", fields: expected });
  });

  it("that say nothing are absent", () => {
    const { warnings } = read({
      id_card: "001090999901",
      full_name: " ",
      date_of_birth: "-",
      gender: null,
      nationality: 5,
    });
    expect(warnings).toEqual(["dob-missing", "name-missing", "sex-unknown"]);
    expect(read({ full_name: "Nguyễn Văn Mẫu" }).reason).toBe("number-missing");
  });
});

describe("labelled fields", () => {
  it.each([
    ["leading-zero-restored", { id_card: 1_090_999_901 }],
    ["", { id_card: " 001090999901 " }],
    ["name-no-diacritics", { full_name: "MAI LAN ANH" }],
    ["name-unreadable", { full_name: "Mẫu 2" }],
    ["not-nfc", { full_name: "Mẫu".normalize("NFD") }],
    ["sex-unknown", { gender: "Khác" }],
    ["", { gender: "M" }],
    ["pin-sex-mismatch", { gender: "female" }],
    ["date-invalid", { date_of_issue: "31/02/2021" }],
    ["", { date_of_issue: "20052021", date_of_expiry: "2030-03-15" }],
    ["card-expired", { date_of_expiry: "30.11.2026" }],
    ["", { date_of_expiry: "1/12/2026" }],
    ["date-invalid", { date_of_expiry: "vô thời hạn" }],
    ["old-id-invalid", { old_id_card: "x" }],
    ["pin-year-mismatch", { date_of_birth: "1991" }],
  ])("warn %j", (warning, fields) => {
    expect(warningsOf(fields)).toBe(warning);
  });

  it.each(["15/03/1990", "15-3-1990", "15.03.1990", "15031990", "1990-03-15"])("read the date %s", (text) => {
    expect(read({ ...sound, date_of_birth: text }).fields).toMatchObject({ birthDate: "1990-03-15" });
  });

  it.each([
    ["number-length", { id_card: "01090999901" }],
    ["number-length", { id_card: 1.5 }],
    ["number-length", { id_card: 1e15 }],
    ["dob-invalid", { date_of_birth: "31/02/1990" }],
    ["dob-future", { date_of_birth: "02/12/2026" }],
    ["dob-after-issue", { date_of_issue: "14/03/1990" }],
  ])("are refused as %s: %j", (reason, fields) => {
    expect(read({ ...sound, ...fields }).reason).toBe(reason);
  });

  it("keep the bearer's further facts inside unless they are asked for", () => {
    const more = {
      ...sound,
      race: "Kinh",
      religion: "Không",
      father_name: "Trần Cha",
      wife_name: "5",
      nationality: "Việt Nam",
    };
    expect(read(more).fields).not.toHaveProperty("religion");
    expect(read(more)).toMatchObject({ verdict: "valid", fields: { nationality: "Việt Nam" } });
    expect(read(more, true)).toMatchObject({
      warnings: ["name-unreadable"],
      fields: { ethnicity: "Kinh", religion: "Không", fatherName: "Trần Cha" },
    });
  });
});

describe("what a refused message resembles", () => {
  it.each([
    ["reader-json", "A".repeat(messageBytesMax + 1)],
    ["none", "[1]"],
    ["reader-socketio", { id: 2, data: 5 }],
    ["reader-socketio", { id: 4, data: {} }],
    ["reader-socketio", { id: 4, data: { dg13: "A".repeat(90_000) } }],
    ["reader-socketio", { id: 4, data: { dg13: "*" } }],
    ["reader-socketio", '{"id":2,'],
    ["reader-socketio", '{ "id" :2,'],
    ["reader-json", '{"x":{"id":2'],
    ["reader-json", '{"x","id":2'],
    ["reader-json", '{"idCode":2'],
  ])("%s", (format, message) => {
    expect(read(message)).toMatchObject({ verdict: "reject", format });
  });
});

describe("two labels for one field", () => {
  it("give the first that says something", () => {
    expect(read({ ...sound, cccd_number: "001090999902" }).fields["number"]).toBe("001090999901");
    expect(read({ ...sound, id_card: "-", cccd_number: "001090999902" }).fields["number"]).toBe("001090999902");
  });
});

describe("labelled fields", () => {
  it("lose no zero where the number has twelve digits", () => {
    expect(warningsOf({ id_card: 101090999901 })).toBe("");
    expect(warningsOf({ id_card: 1090999901 })).toBe("leading-zero-restored");
  });

  it("may be of today, and of one day", () => {
    expect(warningsOf({ id_card: "001226999901", date_of_birth: "01/12/2026", date_of_issue: "01/12/2026" })).toBe("");
  });

  it("have relatives whose names may lack marks, and no member where nothing is said", () => {
    expect(read({ ...sound, father_name: "TRAN VAN CHA" }, true).warnings).toEqual([]);
    expect(Object.keys(read({ ...sound, place_of_residence: ",", date_of_issue: "-" }).fields).sort()).toEqual([
      "birthDate",
      "name",
      "number",
      "sex",
    ]);
  });
});
