// Every member of an event's data, once: the types, the JSON Schema, the .proto and the encoding all follow from these tables.
import type { CardFacts, Insurance, Person } from "../document/patient-document.ts";
import type { Fields, Message } from "./field-table.ts";

const day = "^\\d{4}-\\d{2}-\\d{2}$";
const code = "^[a-z0-9][a-z0-9-]*$";

/** How the patient's identity came to the desk. */
export const methods = [
  "cccd-qr",
  "can-cuoc-qr",
  "vneid",
  "vssid",
  "bhyt-qr",
  "chip",
  "mrz",
  "number",
  "manual",
] as const;

export const readerMessage = {
  name: "Reader",
  description: "The device that read the document",
  fields: {
    id: { number: 1, kind: "text", required: true, description: "Name of the reader at its desk" },
    model: { number: 2, kind: "text", required: true, description: "Profile under which the reader is driven" },
    certification: {
      number: 3,
      kind: "text",
      required: true,
      pattern: code,
      description: "What the registry of certified readers says of it, such as certified, expired, unlisted",
    },
    registryVersion: {
      number: 4,
      kind: "count",
      required: false,
      description: "Version of the list of certified readers that was asked; absent where the desk has none",
    },
    registryEntry: {
      number: 5,
      kind: "text",
      required: false,
      pattern: code,
      description: "Id of the reader's entry in that list; absent where it has none",
    },
  },
} as const satisfies Message;

export const personMessage = {
  name: "Person",
  description: "Who came, as the document says it; text is NFC",
  fields: {
    number: { number: 1, kind: "text", required: false, pattern: "^\\d{12}$", description: "Personal number (PIN)" },
    oldNumber: { number: 2, kind: "text", required: false, description: "CMND or another earlier number" },
    cancelledNumber: { number: 3, kind: "text", required: false, description: "Cancelled personal number" },
    name: { number: 4, kind: "text", required: false, description: "Full name, capitals as on the document" },
    nameMatching: {
      number: 5,
      kind: "text",
      required: false,
      description: "The name without marks in upper case, for searching; never for display",
    },
    fatherName: { number: 6, kind: "text", required: false, description: "Father's full name" },
    motherName: { number: 7, kind: "text", required: false, description: "Mother's full name" },
    spouseName: { number: 8, kind: "text", required: false, description: "Spouse's full name" },
    parentName: { number: 9, kind: "text", required: false, description: "A parent's name where it is not said which" },
    birthDate: {
      number: 10,
      kind: "text",
      required: false,
      pattern: "^\\d{4}(-\\d{2}(-\\d{2})?)?$",
      description: "yyyy-MM-dd, yyyy-MM or yyyy: as much as the document says",
    },
    birthDatePrecision: {
      number: 11,
      kind: "text",
      required: false,
      values: ["day", "month", "year"],
      description: "How much of birthDate is known",
    },
    sex: { number: 12, kind: "text", required: false, values: ["male", "female"], description: "Sex on the document" },
    address: { number: 13, kind: "text", required: false, description: "Residence, whole" },
    addressProvince: {
      number: 19,
      kind: "text",
      required: false,
      description: "Province of the residence as printed; absent unless the address ends with a known one",
    },
    placeOfOrigin: { number: 14, kind: "text", required: false, description: "Quê quán, whole" },
    nationality: { number: 15, kind: "text", required: false, description: "Nationality" },
    ethnicity: { number: 16, kind: "text", required: false, description: "Ethnic group; only where switched on" },
    religion: { number: 17, kind: "text", required: false, description: "Religion; only where switched on" },
    identifyingMarks: { number: 18, kind: "text", required: false, description: "Marks; only where switched on" },
  } satisfies Record<keyof Person | "nameMatching" | "birthDatePrecision" | "addressProvince", Fields[string]>,
} as const satisfies Message;

export const insuranceMessage = {
  name: "Insurance",
  description: "What the health insurance (BHYT) card says; whether it is valid, only the portal knows",
  fields: {
    insuranceNumber: {
      number: 1,
      kind: "text",
      required: false,
      pattern: "^[0-9A-Z]{10,15}$",
      description: "Card number (15), social insurance number (10) or personal number (12)",
    },
    facilityCode: {
      number: 2,
      kind: "text",
      required: false,
      pattern: "^[0-9A-Z]{5}$",
      description: "Facility of first registration",
    },
    benefitLevel: { number: 3, kind: "text", required: false, pattern: "^[1-5]$", description: "Mức hưởng" },
    livingArea: {
      number: 4,
      kind: "text",
      required: false,
      values: ["K1", "K2", "K3"],
      description: "Area of residence that raises the benefit",
    },
    validFrom: { number: 5, kind: "text", required: false, pattern: day, description: "First day" },
    validTo: { number: 6, kind: "text", required: false, pattern: day, description: "Last day; absent when open" },
    fiveYearDate: {
      number: 7,
      kind: "text",
      required: false,
      pattern: day,
      description: "Day on which five years of insurance without a gap are full",
    },
    issuerPlace: { number: 8, kind: "text", required: false, description: "Place of issue" },
  } satisfies Record<keyof Insurance, Fields[string]>,
} as const satisfies Message;

export const documentMessage = {
  name: "Document",
  description: "The card itself",
  fields: {
    issueDate: { number: 1, kind: "text", required: false, pattern: day, description: "Day of issue" },
    expiryDate: {
      number: 2,
      kind: "text",
      required: false,
      pattern: "^(\\d{4}-\\d{2}-\\d{2}|unlimited)$",
      description: "Last day, or unlimited",
    },
  } satisfies Record<keyof CardFacts, Fields[string]>,
} as const satisfies Message;

/** Names and lengths of QĐ 4750/QĐ-BYT of 29/12/2023, table "check-in", in its order; only what a scan can tell. */
export const qd4750Message = {
  name: "Qd4750",
  description: "The same facts under the column names of QĐ 4750/QĐ-BYT; an arrival, not the legal check-in record",
  fields: {
    HO_TEN: { number: 1, kind: "text", required: false, charactersMax: 255, description: "Full name" },
    SO_CCCD: {
      number: 2,
      kind: "text",
      required: false,
      charactersMax: 15,
      pattern: "^(\\d{9}|\\d{12})$",
      description: "CCCD, else CMND number",
    },
    NGAY_SINH: {
      number: 3,
      kind: "text",
      required: false,
      charactersMax: 12,
      pattern: "^\\d{12}$",
      description: "Birth as yyyymmddHHMM, zeros for what is not known",
    },
    GIOI_TINH: {
      number: 4,
      kind: "count",
      required: false,
      values: [1, 2, 3],
      description: "1 male, 2 female, 3 undetermined; absent when the document does not say",
    },
    MA_THE_BHYT: {
      number: 5,
      kind: "text",
      required: false,
      charactersMax: 15,
      pattern: "^[0-9A-Z]{15}$",
      description: "Insurance card number of 15 characters",
    },
    MA_DKBD: {
      number: 6,
      kind: "text",
      required: false,
      charactersMax: 5,
      pattern: "^\\d{2}[0-9A-Z]{3}$",
      description: "Facility of first registration",
    },
    GT_THE_TU: {
      number: 7,
      kind: "text",
      required: false,
      charactersMax: 8,
      pattern: "^\\d{8}$",
      description: "Insurance card valid from, yyyymmdd",
    },
    GT_THE_DEN: {
      number: 8,
      kind: "text",
      required: false,
      charactersMax: 8,
      pattern: "^\\d{8}$",
      description: "Insurance card valid to, yyyymmdd",
    },
    NGAY_VAO: {
      number: 9,
      kind: "text",
      required: true,
      charactersMax: 12,
      pattern: "^\\d{12}$",
      description: "Time of the scan in Asia/Ho_Chi_Minh, yyyymmddHHMM",
    },
    MA_CSKCB: {
      number: 10,
      kind: "text",
      required: true,
      charactersMax: 5,
      pattern: "^\\d{2}[0-9A-Z]{3}$",
      description: "Code of this facility",
    },
  },
} as const satisfies Message;

/** Numbers 12 and 13 are kept for the sealed form of the personal members (a match key and a JWE). */
export const checkInMessage = {
  name: "CheckIn",
  description: "A patient arrived at a desk and showed who they are",
  fields: {
    method: { number: 1, kind: "text", required: true, values: methods, description: "What was shown" },
    assurance: {
      number: 2,
      kind: "text",
      required: true,
      values: ["unsigned", "chip-read", "chip-verified"],
      description: "How far it proves anything: a QR code can be printed by anyone",
    },
    reader: { number: 3, kind: "message", required: true, message: readerMessage, description: "Where it was read" },
    aim: {
      number: 4,
      kind: "text",
      required: false,
      pattern: "^\\][A-Za-z][0-9A-Za-z]$",
      description: "Symbology identifier that the reader sent (ISO/IEC 15424)",
    },
    operator: { number: 5, kind: "text", required: false, description: "Account of the person at the desk" },
    ageGroup: {
      number: 6,
      kind: "text",
      required: false,
      values: ["under6", "from6to13", "from14"],
      description: "Age in full years at arrival; absent where the birth date leaves it open",
    },
    person: { number: 7, kind: "message", required: false, message: personMessage, description: "The patient" },
    insurance: { number: 8, kind: "message", required: false, message: insuranceMessage, description: "The insurance" },
    document: { number: 9, kind: "message", required: false, message: documentMessage, description: "The card" },
    qd4750: {
      number: 10,
      kind: "message",
      required: true,
      message: qd4750Message,
      description: "For hospital software",
    },
    warnings: {
      number: 11,
      kind: "texts",
      required: true,
      pattern: code,
      description: "Stable codes of what looks odd; none of them blocks a patient",
    },
  },
} as const satisfies Message;

export const rejectedMessage = {
  name: "Rejected",
  description: "A scan that is no document; it carries nothing of what was scanned",
  fields: {
    reason: { number: 1, kind: "text", required: true, pattern: code, description: "Stable code of the first failure" },
    resembles: {
      number: 2,
      kind: "text",
      required: true,
      pattern: code,
      description: "The kind of document that it came closest to, or none",
    },
    bytes: { number: 3, kind: "count", required: true, description: "Length of the scan in bytes" },
    codeHash: {
      number: 5,
      kind: "text",
      required: false,
      pattern: "^[0-9a-f]{32}$",
      description:
        "Keyed hash of a code that no desk can read (vneid-opaque): tells the same code again, and nothing else",
    },
    reader: { number: 4, kind: "message", required: true, message: readerMessage, description: "Where it was read" },
  },
} as const satisfies Message;
