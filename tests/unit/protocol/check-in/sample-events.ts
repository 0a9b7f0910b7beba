// An arrival of an invented person, in parts that a test may change.
import type { Arrival, DeskFacts, ReaderFacts } from "../../../../protocol/check-in/create-event.ts";
import { createCheckIn, createRejected } from "../../../../protocol/check-in/create-event.ts";
import type { CheckInEvent, RejectedEvent } from "../../../../protocol/check-in/event.ts";
import type { PatientDocument } from "../../../../protocol/document/patient-document.ts";

export const desk: DeskFacts = { facility: "99999", desk: "quay-01", boot: "b7" };
export const reader: ReaderFacts = { id: "r1", model: "generic-serial", certification: "unlisted" };

/** One that the list of certified readers names. */
export const certifiedReader: ReaderFacts = {
  id: "r1",
  model: "generic-hidpos",
  certification: "certified",
  registryVersion: 17,
  registryEntry: "example-a1",
};

/** 21 November 2026, 07:30:15.220 in Vietnam. */
export const arrival: Arrival = {
  id: "01a1fb82-cab4-7a41-9b0c-2f6f5d0e8c11",
  sequence: 123,
  timeMs: Date.UTC(2026, 10, 21, 0, 30, 15, 220),
  clockSynced: true,
};

export const card: PatientDocument = {
  format: "cccd-qr",
  person: {
    number: "001090999901",
    oldNumber: "012345678",
    name: "Đặng Thị Ví Dụ",
    birthDate: "1990-03-15",
    sex: "female",
    address: "Số 1, Thôn Mẫu, Xã Ví Dụ, Huyện Thử, Hà Nội",
  },
  insurance: {},
  document: { issueDate: "2021-05-20" },
  warnings: ["pin-sex-mismatch"],
};

export const insuranceCard: PatientDocument = {
  format: "bhyt-qr-old",
  person: { name: "Trần Bé Mẫu", birthDate: "2022", sex: "male", parentName: "Trần Văn Cha Mẫu" },
  insurance: {
    insuranceNumber: "TE1019999999999",
    facilityCode: "01C54",
    benefitLevel: "1",
    livingArea: "K1",
    validFrom: "2022-02-01",
    validTo: "2028-09-30",
  },
  document: {},
  warnings: [],
};

export const checkIn = (document: PatientDocument = card, changes: Partial<Arrival> = {}): CheckInEvent =>
  createCheckIn(document, { ...arrival, ...changes }, desk, reader);

export const checkInByCertifiedReader = (): CheckInEvent => createCheckIn(card, arrival, desk, certifiedReader);

export const rejected = (): RejectedEvent =>
  createRejected({ reason: "dob-invalid", resembles: "cccd-qr", bytes: 117 }, arrival, desk, reader);
