// What stands in an event, and what must not.
import { describe, expect, it } from "vitest";
import { createCheckIn, createRejected, rejectionOf } from "../../../../protocol/check-in/create-event.ts";
import { encodeJson } from "../../../../protocol/check-in/encode-json.ts";
import { documentFormats } from "../../../../protocol/document/patient-document.ts";
import { arrival, card, checkIn, desk, insuranceCard, reader, rejected } from "./sample-events.ts";

describe("the envelope", () => {
  it("names the desk, the time in Vietnam and the place in the desk's row", () => {
    const { data, ...attributes } = checkIn();
    expect(data.method).toBe("cccd-qr");
    expect(attributes).toEqual({
      specversion: "1.0",
      id: "01a1fb82-cab4-7a41-9b0c-2f6f5d0e8c11",
      source: "urn:tiepdon:99999:quay-01",
      type: "vn.tiepdon.checkin.v1",
      time: "2026-11-21T07:30:15.220+07:00",
      clock: "synced",
      sequence: "0000000123",
      boot: "b7",
      dataschema: "urn:tiepdon:schema:checkin:1.0.0",
    });
  });

  it("says when the clock can't be trusted", () => {
    expect(checkIn(card, { clockSynced: false }).clock).toBe("unsynced");
  });

  it("has sequences that sort as text", () => {
    const sequences = [9, 10, 99_999, 100_000, 9_999_999_999].map((sequence) => checkIn(card, { sequence }).sequence);
    expect([...sequences].sort()).toEqual(sequences);
  });
});

describe("a check-in", () => {
  it("gives the person with a name for searching and the precision of the birth date", () => {
    expect(checkIn().data.person).toEqual({
      ...card.person,
      nameMatching: "DANG THI VI DU",
      addressProvince: "Hà Nội",
      birthDatePrecision: "day",
    });
  });

  it("names no province where the address does not end with one", () => {
    const { person } = checkIn({ ...card, person: { address: "Hà Nội, Xã Ví Dụ" } }).data;
    expect(person).toEqual({ address: "Hà Nội, Xã Ví Dụ" });
  });

  it.each([
    ["1990", "year"],
    ["1990-03", "month"],
  ])("knows the birth date %s to the %s", (birthDate, precision) => {
    expect(checkIn({ ...card, person: { birthDate } }).data.person).toEqual({
      birthDate,
      birthDatePrecision: precision,
    });
  });

  it("leaves out what is not known", () => {
    const { data } = checkIn({ format: "number-bhyt", person: {}, insurance: {}, document: {}, warnings: [] });
    expect(Object.keys(data).sort()).toEqual(["assurance", "method", "qd4750", "reader", "warnings"]);
  });

  it("carries the operator and the symbology identifier where they are known", () => {
    expect(checkIn(card, { operator: "nv-07", aim: "]Q1" }).data).toMatchObject({ operator: "nv-07", aim: "]Q1" });
  });

  it("says for each kind of document how it came and what it proves", () => {
    const sources = documentFormats.map((format) => {
      const { method, assurance } = checkIn({ ...card, format }).data;
      return `${format}: ${method}, ${assurance}`;
    });
    expect(sources).toEqual([
      "cccd-qr: cccd-qr, unsigned",
      "can-cuoc-qr: can-cuoc-qr, unsigned",
      "mrz: mrz, unsigned",
      "bhyt-qr-old: bhyt-qr, unsigned",
      "bhyt-qr-new: bhyt-qr, unsigned",
      "number-pin: number, unsigned",
      "number-cmnd: number, unsigned",
      "number-bhxh: number, unsigned",
      "number-bhyt: number, unsigned",
      "chip-dg13: chip, chip-read",
      "reader-socketio: chip, chip-read",
      "reader-json: chip, chip-read",
    ]);
  });

  it("takes the age group on the day of arrival in Vietnam", () => {
    const child = { ...card, person: { birthDate: "2020-11-21" } };
    const beforeMidnight = Date.UTC(2026, 10, 20, 16, 59, 59);
    expect(checkIn(child, { timeMs: beforeMidnight }).data.ageGroup).toBe("under6");
    expect(checkIn(child, { timeMs: beforeMidnight + 1_000 }).data.ageGroup).toBe("from6to13");
  });

  it("takes from the reader only what the contract names", () => {
    const talkative = { ...reader, serialNumber: "S-1" };
    expect(createCheckIn(card, arrival, desk, talkative).data.reader).toEqual(reader);
  });

  it("keeps the document's own values apart from its own", () => {
    const before = structuredClone(insuranceCard);
    checkIn(insuranceCard);
    expect(insuranceCard).toEqual(before);
  });
});

describe("a rejected scan", () => {
  it("says why, what it resembles and how long it was, and nothing of what was scanned", () => {
    expect(JSON.parse(encodeJson(rejected()))).toEqual({
      specversion: "1.0",
      id: arrival.id,
      source: "urn:tiepdon:99999:quay-01",
      type: "vn.tiepdon.rejected.v1",
      time: "2026-11-21T07:30:15.220+07:00",
      clock: "synced",
      sequence: "0000000123",
      boot: "b7",
      datacontenttype: "application/json",
      dataschema: "urn:tiepdon:schema:rejected:1.0.0",
      data: { reason: "dob-invalid", resembles: "cccd-qr", bytes: 117, reader },
    });
  });

  const scan = Buffer.from("abcdefghij.abcdefghij.");
  const hashes: Uint8Array[] = [];
  const keyedHash = (bytes: Uint8Array): string => {
    hashes.push(bytes);
    return "0123456789abcdef0123456789abcdef";
  };

  it("of an app carries the length and a keyed hash of its code, where there is a key", () => {
    const reading = { kind: "rejected", reason: "vneid-opaque", resembles: "none" } as const;
    const { data } = createRejected(rejectionOf(reading, scan, keyedHash), arrival, desk, reader);
    expect(data).toMatchObject({ reason: "vneid-opaque", bytes: 22, codeHash: "0123456789abcdef0123456789abcdef" });
    expect(hashes).toEqual([scan]);
    expect(rejectionOf(reading, scan)).toEqual({ reason: "vneid-opaque", resembles: "none", bytes: 22 });
  });

  it("of anything else is not hashed", () => {
    hashes.length = 0;
    const reading = { kind: "rejected", reason: "dob-invalid", resembles: "cccd-qr" } as const;
    expect(rejectionOf(reading, scan, keyedHash)).toEqual({ reason: "dob-invalid", resembles: "cccd-qr", bytes: 22 });
    expect(hashes).toEqual([]);
  });
});
