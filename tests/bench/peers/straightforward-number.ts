// The rules of bare numbers (FORMATS §8) as one would write them first.
import { insuranceObjects } from "../../../protocol/document/insurance-objects.ts";
import { provinces } from "../../../protocol/document/provinces.ts";
import { cleanText, type PlainReading, Refusal, refusing } from "./straightforward-decode.ts";
import { checkPersonalNumber, type Fields } from "./straightforward-insurance.ts";

/** Reads a typed number. `today` is yyyy-MM-dd. */
export function decodeNumberStraightforwardly(payload: Uint8Array, today: string): PlainReading {
  return refusing(() => {
    const number = cleanText(payload)
      .replace(/[\s._-]+/g, "")
      .toUpperCase();
    const warnings = new Set<string>();
    const fields: Fields = {};
    if (/^\d{12}$/.test(number)) {
      fields.number = number;
      checkPersonalNumber(number, fields, today, warnings);
    } else if (/^\d{9}$/.test(number)) {
      fields.oldNumber = number;
      warnings.add("cmnd-legacy");
    } else if (/^\d{10}$/.test(number)) {
      fields.insuranceNumber = number;
      if (/^0[35789]/.test(number)) warnings.add("maybe-phone");
    } else if (/^[0-9A-Z]{15}$|^[0-9A-Z]{20}$/.test(number)) {
      readCode(number, fields, warnings);
    } else throw new Refusal("number-length");
    return { verdict: warnings.size === 0 ? "valid" : "warn", warnings: [...warnings].sort(), fields };
  });
}

function readCode(number: string, fields: Fields, warnings: Set<string>): void {
  const [, code = "", object = "", level = "", province = "", facility = ""] =
    /^(([A-Z]{2})([1-7])(\d{2})[0-9A-Z]{2}\d{8})(.{5})?$/.exec(number) ?? [];
  if (code === "") throw new Refusal("bhyt-number-invalid");
  fields.insuranceNumber = code;
  if (!insuranceObjects.has(object)) warnings.add("bhyt-object-unknown");
  if (/[67]/.test(level)) warnings.add("bhyt-level-old");
  if (!provinces.has(`0${province}`) && !/^9[78]$/.test(province)) warnings.add("bhyt-province-unknown");
  if (/^\d{2}[0-9A-Z]{3}$/.test(facility)) fields.facilityCode = facility;
  else if (facility !== "") warnings.add("facility-invalid");
}
