// The rules of insurance card QR codes (FORMATS §6) as one would write them first: split, regular expressions, Buffer, Date.
import { insuranceObjects } from "../../../protocol/document/insurance-objects.ts";
import { provinces } from "../../../protocol/document/provinces.ts";
import {
  checkNumber,
  cleanText,
  isDay,
  type PlainReading,
  Refusal,
  readAddress,
  readName,
  refusing,
} from "./straightforward-decode.ts";
import { telexAlternatives } from "./straightforward-telex.ts";

export type Fields = { -readonly [Name in keyof PlainReading["fields"]]: string };

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const insuranceCode = /^[A-Z]{2}[1-7]\d{2}[0-9A-Z]{2}\d{8}$/;

/** Reads one scan that is an insurance card. `today` is yyyy-MM-dd. */
export function decodeInsuranceStraightforwardly(payload: Uint8Array, today: string): PlainReading {
  return refusing(() => readInsuranceCard(cleanText(payload), today));
}

function readInsuranceCard(text: string, today: string): PlainReading {
  const elements = text.split("|").map((element) => element.trim());
  const last = elements.at(-1) ?? "";
  if (last === "$" || (last === "" && (elements.length === 15 || elements.length === 17))) elements.pop();
  else elements[elements.length - 1] = last.replace(/\$$/, "").trim();
  const fields = elements.map((element) => (element === "-" ? "" : element));
  const [code = "", nameHex = "", birthText = "", sex = "", addressHex = "", facilityText = "", from = "", to = ""] =
    fields;
  const [issued = "", , parentHex = "", area = "", fiveYears = "", , level = "", placeHex = ""] = fields.slice(8);
  const number = code.replace(/[\s._-]+/g, "").toUpperCase();
  const isOld = number.length === 15 || /^[A-Z]/.test(number);
  if (fields.length < 4) throw new Refusal("field-count");
  const warnings = new Set<string>();
  const record: Fields = {};
  if (fields.length !== (isOld ? 14 : 16)) warnings.add("element-count");

  if (isOld) {
    if (!insuranceCode.test(number)) throw new Refusal("bhyt-number-invalid");
    if (!insuranceObjects.has(number.slice(0, 2))) warnings.add("bhyt-object-unknown");
    if (/[67]/.test(number.charAt(2))) warnings.add("bhyt-level-old");
    if (!provinces.has(`0${number.slice(3, 5)}`) && !/^9[78]$/.test(number.slice(3, 5))) {
      warnings.add("bhyt-province-unknown");
    }
  } else if (!/^(\d{10}|\d{12})$/.test(number)) {
    throw new Refusal("bhyt-number-invalid");
  }
  record.insuranceNumber = number;
  const benefit = isOld ? number.charAt(2) : level;

  if (nameHex === "") warnings.add("name-missing");
  else {
    const raw = readHex(nameHex, true, warnings);
    const name = raw === undefined ? undefined : readName(raw, warnings, true);
    if (name === undefined) warnings.add("name-unreadable");
    else record.name = name;
  }
  if (birthText === "") warnings.add("dob-missing");
  else {
    const birth = readBirth(birthText);
    if (birth === undefined) throw new Refusal("dob-invalid");
    if (birth > today.slice(0, birth.length)) throw new Refusal("dob-future");
    record.birthDate = birth;
  }
  if (sex === "1") record.sex = "male";
  else if (sex === "2") record.sex = "female";
  else warnings.add("sex-unknown");
  readPlace(addressHex, "address", record, warnings);
  if (facilityText !== "") {
    const facility = facilityText.replace(/^(\d{2}) ?[-\u2010-\u2015\u2212]? ?([0-9A-Za-z]{3})$/, "$1$2").toUpperCase();
    if (/^\d{2}[0-9A-Z]{3}$/.test(facility)) record.facilityCode = facility;
    else warnings.add("facility-invalid");
  }
  const dates = { validFrom: from, validTo: to, issueDate: issued, fiveYearDate: fiveYears };
  for (const [key, value] of Object.entries(dates)) {
    if (value === "") continue;
    const date = readDay(value);
    if (date === undefined) warnings.add("date-invalid");
    else record[key as keyof typeof dates] = date;
  }
  if ((record.validFrom ?? "") > today) warnings.add("insurance-not-yet-valid");
  if (record.validTo !== undefined && record.validTo < (record.validFrom ?? "")) warnings.add("validity-inconsistent");
  if (record.validTo !== undefined && record.validTo < today) warnings.add("insurance-expired");
  if (parentHex !== "") {
    const raw = readHex(parentHex, true, warnings);
    const parent = raw === undefined ? undefined : readName(raw, warnings, false);
    if (parent === undefined) warnings.add("hex-unreadable");
    else record.parentName = parent;
  }
  const livingArea = /^([567])$|^(K[123])$/.exec(area.toUpperCase());
  if (livingArea !== null) record.livingArea = livingArea[2] ?? `K${Number(livingArea[1]) - 4}`;
  if (/^[1-5]$/.test(benefit)) record.benefitLevel = benefit;
  if (!isOld) readPlace(placeHex, "issuerPlace", record, warnings);
  if (number.length === 12) checkPersonalNumber(number, record, today, warnings);
  return { verdict: warnings.size === 0 ? "valid" : "warn", warnings: [...warnings].sort(), fields: record };
}

export function checkPersonalNumber(number: string, record: Fields, today: string, warnings: Set<string>): void {
  const { birthDate, sex } = record;
  const unknownSex = Number(number[3]) % 2 === 0 ? "male" : "female";
  const year = (19 + Math.floor(Number(number[3]) / 2)) * 100 + Number(number.slice(4, 6));
  if (birthDate === undefined && year > Number(today.slice(0, 4))) warnings.add("pin-year-future");
  checkNumber(number, birthDate ?? String(year), sex ?? unknownSex, warnings);
}

function readPlace(hex: string, key: "address" | "issuerPlace", record: Fields, warnings: Set<string>): void {
  if (hex === "") return;
  const raw = readHex(hex, false, warnings);
  const place = raw === undefined ? "" : readAddress(raw, warnings);
  if (raw === undefined) warnings.add("hex-unreadable");
  if (place !== "") record[key] = place;
}

/** FORMATS §6.1. */
function readHex(raw: string, isName: boolean, warnings: Set<string>): string | undefined {
  const sound = textOf(raw, isName);
  if (sound !== undefined) return sound;
  const repaired = new Set(
    telexAlternatives(raw.normalize("NFC")).flatMap((hex) => {
      const text = textOf(hex, isName);
      return text === undefined ? [] : [text];
    }),
  );
  if (repaired.size === 1) {
    warnings.add("telex-repaired");
    return [...repaired][0];
  }
  const isPlain = isName
    ? readName(raw, new Set(), false) !== undefined && !/\p{Nd}/u.test(raw)
    : /[^0-9a-fâàầêèềđ]/iu.test(raw.normalize("NFC"));
  if (!isPlain) return undefined;
  warnings.add("plain-text-field");
  return raw;
}

function textOf(hex: string, isName: boolean): string | undefined {
  if (!/^([0-9a-f]{2})*$/i.test(hex)) return undefined;
  try {
    const text = utf8.decode(Buffer.from(hex, "hex"));
    if (/\p{C}/u.test(text)) return undefined;
    return isName && readName(text, new Set(), false) === undefined ? undefined : text;
  } catch {
    return undefined;
  }
}

export function readDay(text: string): string | undefined {
  const [, day = "", month = "", year = ""] = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$/.exec(text) ?? [];
  if (!isDay(Number(year), Number(month), Number(day))) return undefined;
  return `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
}

export function readBirth(text: string): string | undefined {
  const [, day = "0", month = "0", year = text] =
    /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$/.exec(text) ?? partsOfShort(text);
  if (Number(day) !== 0) return readDay(text);
  if (!/^\d{4}$/.test(year) || !/^\d{1,2}$/.test(month) || Number(year) < 1900 || Number(month) > 12) return undefined;
  return Number(month) === 0 ? year : `${year}-${month.padStart(2, "0")}`;
}

/** `M/yyyy` or `yyyy`, as the parts of a whole date. */
function partsOfShort(text: string): readonly (string | undefined)[] {
  const [, month = "0", year] = /^(?:(\d{1,2})\/)?(\d{4})$/.exec(text) ?? [];
  return [text, "0", month, year];
}
