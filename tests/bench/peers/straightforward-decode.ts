// The rules of FORMATS §2 to §5 as one would write them first: TextDecoder, split, regular expressions, Date.
// The decoder is measured against it and must agree with it. Here: identity card QR codes; insurance cards, numbers, MRZ and
// chips stand beside it, on the same ground.
import type { CardFacts, Insurance, Person } from "../../../protocol/document/patient-document.ts";
import { provinces } from "../../../protocol/document/provinces.ts";

type Field = keyof Person | keyof Insurance | keyof CardFacts;

export interface PlainReading {
  readonly verdict: "valid" | "warn" | "reject";
  readonly reason?: string;
  readonly warnings: readonly string[];
  readonly fields: Readonly<Partial<Record<Field, string>>>;
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const invisible = /[\ufeff\u200b-\u200f\u2060\u202a-\u202e\u2066-\u2069]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what the rule is about
const aroundStart = /^[\x00-\x20\x7f\u00a0]+/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what the rule is about
const aroundEnd = /[\x00-\x20\x7f\u00a0]+$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what the rule is about
const control = /[\x00-\x1f\x7f]/;
const garbledPair =
  /[\u00C2-\u00C6\u00CC][\u0080-\u00BF\u0152\u0153\u0160\u0161\u0178\u017D\u017E\u0192\u02C6\u02DC\u2013\u2014\u2018-\u201A\u201C-\u201E\u2020-\u2022\u2026\u2030\u2039\u203A\u20AC\u2122]|\u00E1[\u00BA\u00BB]/;
export const nameLetter = /(?![ªº\uff21-\uff5a])(?=\p{L})\p{Script=Latin}/u;
const markedLetter = /(?![A-Za-zªº\uff21-\uff5a])(?=\p{L})\p{Script=Latin}/u;
export const neverInNames = /(?![A-Za-z '`~.?-])\p{ASCII}/u;
const doubtfulInNames =
  /\?|(?!\p{ASCII}|[\u2018\u2019\u02bc\u2010\u2011\u2013]|\p{M})(?:\P{L}|[ªº\uff21-\uff5a]|\P{Script=Latin})/u;

export class Refusal extends Error {}

/** Reads one scan. `today` is yyyy-MM-dd. */
export function decodeStraightforwardly(payload: Uint8Array, today: string): PlainReading {
  return refusing(() => readCard(cleanText(payload), today));
}

/** A refusal as a reading. */
export function refusing(read: () => PlainReading): PlainReading {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { verdict: "reject", reason: error.message, warnings: [], fields: {} };
  }
}

export function cleanText(payload: Uint8Array): string {
  if (payload.length > 2953) throw new Refusal("too-long");
  let text: string;
  try {
    text = decoder.decode(payload);
  } catch {
    throw new Refusal("bad-utf8");
  }
  text = text.replace(invisible, "").replace(aroundStart, "");
  const nul = text.indexOf("\0");
  if (nul >= 0) text = text.slice(0, nul);
  text = text.replace(aroundEnd, "").replace(/\t/g, " ");
  if (text === "") throw new Refusal("empty");
  if (control.test(text)) throw new Refusal("control-char");
  text = text
    .replace(/^\][A-Za-z][0-9A-Za-z]/, "")
    .replace(/^\\\d{6}/, "")
    .replace(/^ +/, "");
  if (text === "") throw new Refusal("empty");
  return text;
}

function readCard(cleaned: string, today: string): PlainReading {
  if (/^[A-Za-z][A-Za-z0-9+.-]{1,15}:\/\//.test(cleaned)) throw new Refusal("url");
  const text = cleaned.endsWith("$") ? cleaned.slice(0, -1) : cleaned;
  const raw = text.split("|");
  const fields = raw.map((field) => field.trim());
  const [number = "", oldNumber = "", , birthText = "", sexText = "", , issueText = "", seventh = "", eighth = ""] =
    fields;
  if (fields.length === 6 && /^\d{4}-\d\d-\d\d$/.test(fields[2] ?? "")) throw new Refusal("pc-covid-qr");
  const numberMatch = /^(\D{0,10})(\d{12})$/.exec(number);
  if (fields.length < 2 || numberMatch === null) {
    throw new Refusal(fields.length >= 2 && /^\d+$/.test(number) ? "number-length" : "unknown-format");
  }
  if (fields.length < 7) throw new Refusal("field-count");

  const warnings = new Set<string>();
  const record: Partial<Record<Field, string>> = {};
  const isCanCuoc = fields.length >= 11;
  const known = isCanCuoc ? 11 : 7;
  const hasTail = fields.slice(known).some((field) => field !== "");
  if (hasTail) warnings.add("extra-fields");

  if (numberMatch[1] !== "") warnings.add("junk-prefix");
  record.number = numberMatch[2] ?? "";
  if (/^\d{8,12}$/.test(oldNumber)) record.oldNumber = oldNumber;
  else if (oldNumber !== "") warnings.add("old-id-invalid");

  const name = readName(raw[2] ?? "", warnings, true);
  if (name === undefined) throw new Refusal("name-invalid");
  record.name = name;

  const birthDate = readBirthDate(birthText);
  if (birthDate === undefined) throw new Refusal("dob-invalid");
  if (birthDate > today.slice(0, birthDate.length)) throw new Refusal("dob-future");
  record.birthDate = birthDate;

  const sex = readSex(sexText, raw[4] ?? "", warnings);
  if (sex === undefined) throw new Refusal("sex-invalid");
  record.sex = sex;

  const address = readAddress(raw[5] ?? "", warnings);
  if (address !== "") record.address = address;

  if (issueText === "" && !hasTail) {
    warnings.add("issue-date-missing");
  } else {
    const issueDate = readDay(issueText);
    if (issueDate === undefined) throw new Refusal("issue-date-invalid");
    if (issueDate.slice(0, birthDate.length) < birthDate) throw new Refusal("dob-after-issue");
    if (issueDate > today) warnings.add("issue-date-future");
    record.issueDate = issueDate;
    const expiryDate = expiryOf(birthDate, issueDate, isCanCuoc);
    if (expiryDate !== undefined) record.expiryDate = expiryDate;
    if (expiryDate !== undefined && expiryDate < today) warnings.add("card-expired");
  }

  if (isCanCuoc) {
    for (const field of [seventh, eighth]) {
      if (/^\d{12}$/.test(field)) record.cancelledNumber = field;
      else if (field !== "" && readDay(field) === undefined) warnings.add("extra-fields");
    }
    for (const [index, key] of [
      [9, "fatherName"],
      [10, "motherName"],
    ] as const) {
      if (fields[index] === "") continue;
      const parent = readName(raw[index] ?? "", warnings, false);
      if (parent === undefined) warnings.add("extra-fields");
      else record[key] = parent;
    }
  }
  checkNumber(record.number, birthDate, sex, warnings);
  return { verdict: warnings.size === 0 ? "valid" : "warn", warnings: [...warnings].sort(), fields: record };
}

export function readName(raw: string, warnings: Set<string>, marksExpected: boolean): string | undefined {
  const normal = raw.normalize("NFC");
  const name = normal.replace(/[ÐƉ]/g, "Đ").replace(/ð/g, "đ").replace(/\s+/g, " ").trim();
  if (!nameLetter.test(name) || neverInNames.test(name)) return undefined;
  if (name.length > 100 && [...name].length > 100) return undefined;
  if (normal !== raw) warnings.add("not-nfc");
  if (doubtfulInNames.test(name) || garbledPair.test(raw)) warnings.add("mojibake-suspected");
  else if (marksExpected && !markedLetter.test(name)) warnings.add("name-no-diacritics");
  return name;
}

export function readAddress(raw: string, warnings: Set<string>): string {
  const normal = raw.normalize("NFC");
  if (normal !== raw) warnings.add("not-nfc");
  if (raw.includes("\ufffd") || garbledPair.test(raw)) warnings.add("mojibake-suspected");
  return normal
    .replace(/\s+/g, " ")
    .replace(/ ?,[ ,]*/g, ", ")
    .replace(/^[, ]+|[, ]+$/g, "");
}

export function readSex(field: string, raw: string, warnings: Set<string>): "male" | "female" | undefined {
  const word = field.normalize("NFC").toLowerCase();
  if (word === "nam") return "male";
  if (word === "nữ") {
    if (raw !== raw.normalize("NFC")) warnings.add("not-nfc");
    return "female";
  }
  if (word === "nu") {
    warnings.add("diacritics-lost");
    return "female";
  }
  if (/^n.{0,4}$/u.test(word) && (/[?\ufffd]/.test(word) || garbledPair.test(raw))) {
    warnings.add("mojibake-suspected");
    return "female";
  }
  return undefined;
}

export function isDay(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return year >= 1900 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

export function readDay(field: string): string | undefined {
  const [, day, month, year] = /^(\d\d)(\d\d)(\d{4})$/.exec(field) ?? [];
  return isDay(Number(year), Number(month), Number(day)) ? `${year}-${month}-${day}` : undefined;
}

export function readBirthDate(field: string): string | undefined {
  const [, day = "00", month = "00", year] = /^(\d\d)??(\d\d)?(\d{4})$/.exec(field) ?? [];
  if (day !== "00") return readDay(field);
  if (year === undefined || Number(year) < 1900 || Number(month) > 12) return undefined;
  return month === "00" ? year : `${year}-${month}`;
}

/** Limits of Luật 26/2023/QH15, Article 21. */
function expiryOf(birthDate: string, issueDate: string, isCanCuoc: boolean): string | undefined {
  if (birthDate.length < 10 || birthDate.endsWith("-02-29")) return undefined;
  const limits = isCanCuoc || issueDate >= "2024-07-01" ? [14, 25, 40, 60] : [25, 40, 60];
  const birthday = (age: number) => `${Number(birthDate.slice(0, 4)) + age}${birthDate.slice(4)}`;
  const limit = limits.find((age) => issueDate < birthday(age - 2));
  return limit === undefined ? "unlimited" : birthday(limit);
}

export function checkNumber(number: string, birthDate: string, sex: string, warnings: Set<string>): void {
  const place = number.slice(0, 3);
  const isAbroad = place === "000" || (place >= "101" && place <= "295");
  if (!provinces.has(place) && !isAbroad) warnings.add("pin-province-unknown");
  const century = Number(number[3]);
  const year = (19 + Math.floor(century / 2)) * 100 + Number(number.slice(4, 6));
  if (year !== Number(birthDate.slice(0, 4))) warnings.add("pin-year-mismatch");
  if ((century % 2 === 0 ? "male" : "female") !== sex) warnings.add("pin-sex-mismatch");
}
