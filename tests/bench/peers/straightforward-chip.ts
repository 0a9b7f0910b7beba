// The rules of chips and of desk readers' JSON (FORMATS §11) as one would write them first: JSON.parse, Buffer, recursion.
import {
  cleanText,
  type PlainReading,
  Refusal,
  readAddress,
  readName,
  readSex,
  refusing,
} from "./straightforward-decode.ts";
import { checkPersonalNumber, type Fields, readBirth, readDay } from "./straightforward-insurance.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Labels of the Socket.IO text event, of webhooks and serial readers; the other labels would make it slower only. */
const labels: Readonly<Record<string, string>> = {
  ...{ idCode: "number", personName: "name", dateOfBirth: "birthDate", gender: "sex", residencePlace: "address" },
  ...{ originPlace: "placeOfOrigin", issueDate: "issueDate", expiryDate: "expiryDate", oldIdCode: "oldNumber" },
  ...{ id_card: "number", full_name: "name", date_of_birth: "birthDate", place_of_residence: "address" },
  ...{ date_of_issue: "issueDate", date_of_expiry: "expiryDate", place_of_origin: "placeOfOrigin" },
};
const numbered = [
  ...["", "number", "name", "birthDate", "sex", "nationality", "ethnicity", "religion", "placeOfOrigin", "address"],
  ...["identifyingMarks", "issueDate", "expiryDate", "fatherName", "spouseName", "oldNumber"],
];

/** Reads a reader's JSON message. `today` is yyyy-MM-dd. */
export function decodeReaderJsonStraightforwardly(payload: Uint8Array, today: string): PlainReading {
  return refusing(() => {
    const message = parse(cleanText(payload));
    const isEvent =
      Number.isInteger(message["id"]) && (message["data"] !== undefined || message["message"] !== undefined);
    if (isEvent && message["id"] !== 2) throw new Refusal("no-document");
    const values = isEvent ? (message["data"] as Record<string, unknown>) : message;
    const record: Record<string, string> = {};
    for (const [label, value] of Object.entries(values)) {
      const field = labels[label];
      if (field !== undefined && typeof value === "string" && !/^\s*-?\s*$/.test(value)) record[field] ??= value.trim();
    }
    return readRecord(record, today);
  });
}

function parse(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw new Refusal("json-invalid");
  }
}

/** Reads a DG13 in hexadecimal. */
export function decodeDg13Straightforwardly(payload: Uint8Array, today: string): PlainReading {
  return refusing(() => {
    const hex = cleanText(payload).replace(/\s+/g, "");
    if (hex.length % 2 !== 0) throw new Refusal("hex-invalid");
    const record: Record<string, string> = {};
    collect(readTlv(Buffer.from(hex, "hex")), record);
    return readRecord(record, today);
  });
}

interface Tlv {
  readonly tag: number;
  readonly value: Buffer;
  readonly children: readonly Tlv[];
}

function readTlv(bytes: Buffer): readonly Tlv[] {
  const nodes: Tlv[] = [];
  for (let at = 0; at < bytes.length; ) {
    const tag = bytes[at] ?? 0;
    let length = bytes[at + 1] ?? 0;
    at += 2;
    if (length > 0x80) {
      const count = length - 0x80;
      if (at + count > bytes.length) throw new Refusal("tlv-invalid");
      length = bytes.readUIntBE(at, count);
      at += count;
    }
    if (at + length > bytes.length) throw new Refusal("tlv-invalid");
    const value = bytes.subarray(at, at + length);
    nodes.push({ tag, value, children: (tag & 0x20) === 0 ? [] : readTlv(value) });
    at += length;
  }
  return nodes;
}

function collect(nodes: readonly Tlv[], record: Record<string, string>): void {
  for (const node of nodes) {
    const [first, ...rest] = node.children;
    const isField = first?.tag === 2 && first.value.length === 1 && !rest.some(({ tag }) => tag === 6 || tag === 0x31);
    if (!isField) {
      collect(node.children, record);
      continue;
    }
    const strings = rest.flatMap((child) => (child.children.length > 0 ? child.children : [child]));
    const field = numbered[first.value[0] ?? 0];
    for (const [index, { value }] of strings.entries()) {
      const text = utf8.decode(value).trim();
      const key = index === 1 && field === "fatherName" ? "motherName" : field;
      if (key !== undefined && text !== "" && text !== "-") record[key] ??= text;
    }
  }
}

function readRecord(record: Readonly<Record<string, string>>, today: string): PlainReading {
  const warnings = new Set<string>();
  const fields: Fields = {};
  const { number, name, birthDate, sex, issueDate, expiryDate, oldNumber } = record;
  if (number === undefined) throw new Refusal("number-missing");
  if (!/^\d{12}$/.test(number)) throw new Refusal("number-length");
  fields.number = number;
  const readable = name === undefined ? undefined : readName(name, warnings, true);
  if (readable !== undefined) fields.name = readable;
  else warnings.add(name === undefined ? "name-missing" : "name-unreadable");
  if (birthDate === undefined) warnings.add("dob-missing");
  else {
    const birth = readBirth(birthDate.replace(/^(\d\d)(\d\d)(\d{4})$/, "$1/$2/$3"));
    if (birth === undefined) throw new Refusal("dob-invalid");
    if (birth > today.slice(0, birth.length)) throw new Refusal("dob-future");
    fields.birthDate = birth;
  }
  const known = sex === undefined ? undefined : readSex(sex, sex, warnings);
  if (known === undefined) warnings.add("sex-unknown");
  else fields.sex = known;
  for (const key of ["nationality", "placeOfOrigin", "address"] as const) {
    const place = record[key] === undefined ? "" : readAddress(record[key], warnings);
    if (place !== "") fields[key] = place;
  }
  for (const [key, text] of [
    ["issueDate", issueDate],
    ["expiryDate", expiryDate],
  ] as const) {
    if (text === undefined) continue;
    const date = readDay(text.replace(/^(\d\d)(\d\d)(\d{4})$/, "$1/$2/$3"));
    if (date === undefined) warnings.add("date-invalid");
    else fields[key] = date;
  }
  if ((fields.issueDate ?? "9").slice(0, fields.birthDate?.length) < (fields.birthDate ?? "")) {
    throw new Refusal("dob-after-issue");
  }
  if ((fields.expiryDate ?? "9") < today) warnings.add("card-expired");
  if (oldNumber !== undefined && /^\d{8,12}$/.test(oldNumber)) fields.oldNumber = oldNumber;
  else if (oldNumber !== undefined) warnings.add("old-id-invalid");
  checkPersonalNumber(number, fields, today, warnings);
  return { verdict: warnings.size === 0 ? "valid" : "warn", warnings: [...warnings].sort(), fields };
}
