// The rules of the machine-readable zone (FORMATS §9) as one would write them first: regular expressions and Date.
import { cleanText, isDay, type PlainReading, Refusal, readName, refusing } from "./straightforward-decode.ts";
import { checkPersonalNumber, type Fields } from "./straightforward-insurance.ts";

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** Reads one scan that is an MRZ. `today` is yyyy-MM-dd. */
export function decodeMrzStraightforwardly(payload: Uint8Array, today: string): PlainReading {
  return refusing(() => readZone(cleanLines(payload), today));
}

/** No zone has this character, and cleaning leaves it alone. */
const lineBreak = "¶";

/** Line breaks would be refused by the cleaning of one-line scans. */
function cleanLines(payload: Uint8Array): string {
  const text = Buffer.from(payload)
    .toString()
    .trim()
    .replace(/[\r\n]+/g, lineBreak);
  return cleanText(Buffer.from(text)).replaceAll(lineBreak, "\n");
}

function readZone(text: string, today: string): PlainReading {
  const lines = text.toUpperCase().split("\n");
  if (lines.some((line) => !/^[A-Z0-9<]*$/.test(line))) throw new Refusal("mrz-charset");
  const zone = lines.join("");
  const isWhole = zone.length === 90 && (lines.length === 1 || lines.every((line) => line.length === 30));
  if (!isWhole) throw new Refusal("mrz-length");
  if (!/^[AIC].VNM/.test(zone)) throw new Refusal("mrz-not-vnm");
  const [, document = "", documentCheck, pin = "", optionalCheck = ""] =
    /^.{5}(\d{9})(\d)(\d{12}|<{12})<<(.)/.exec(zone) ?? [];
  const second = zone.slice(30, 60);
  const [, birth = "", birthCheck, sex, expiry = "", expiryCheck] = /^(.{6})(.)(.)(\d{6})(\d)/.exec(second) ?? [];
  const composite = zone.slice(5, 30) + second.slice(0, 7) + second.slice(8, 15) + second.slice(18, 29);
  const isSound =
    check(document) === documentCheck &&
    check(birth) === birthCheck &&
    check(expiry) === expiryCheck &&
    check(composite) === second[29] &&
    /^<{11}$/.test(second.slice(18, 29));
  if (!isSound) throw new Refusal("mrz-check-digit");

  const warnings = new Set<string>();
  const record: Fields = {};
  if (pin.startsWith("<")) warnings.add("mrz-no-pin");
  else {
    record.number = pin;
    if (!pin.endsWith(document)) warnings.add("mrz-docno-mismatch");
  }
  if (optionalCheck !== "<" && check(`${pin}<<`) !== optionalCheck) warnings.add("mrz-optional-check");
  const birthDate = readBirth(birth, pin, today);
  if (birthDate === undefined) throw new Refusal("dob-invalid");
  if (birthDate > today.slice(0, birthDate.length)) throw new Refusal("dob-future");
  record.birthDate = birthDate;
  if (sex === "M") record.sex = "male";
  else if (sex === "F") record.sex = "female";
  else warnings.add("sex-unknown");
  const [year = 0, month = 0, day = 0] = [expiry.slice(0, 2), expiry.slice(2, 4), expiry.slice(4)].map(Number);
  if (expiry === "991231") record.expiryDate = "unlimited";
  else if (!isDay(2000 + year, month, day)) warnings.add("date-invalid");
  else {
    record.expiryDate = `20${expiry.slice(0, 2)}-${expiry.slice(2, 4)}-${expiry.slice(4)}`;
    if (record.expiryDate < today) warnings.add("card-expired");
  }
  const name = readName(zone.slice(60).replace(/<+/g, " ").trim(), warnings, false);
  if (name === undefined) warnings.add("name-unreadable");
  else record.name = name;
  if (record.number !== undefined) checkPersonalNumber(record.number, record, today, warnings);
  return { verdict: warnings.size === 0 ? "valid" : "warn", warnings: [...warnings].sort(), fields: record };
}

function check(characters: string): string {
  const sum = [...characters].reduce(
    (total, character, index) => total + Math.max(0, alphabet.indexOf(character)) * ([7, 3, 1][index % 3] ?? 0),
    0,
  );
  return String(sum % 10);
}

function readBirth(birth: string, pin: string, today: string): string | undefined {
  const [, year = "", month = "", day = ""] = /^(\d\d)(\d\d|<<)(\d\d|<<)$/.exec(birth) ?? [];
  if (year === "" || month === "00" || day === "00" || (month === "<<" && day !== "<<") || Number(month) > 12) {
    return undefined;
  }
  const pinYear = (19 + Math.floor(Number(pin[3]) / 2)) * 100 + Number(pin.slice(4, 6));
  const own = Number(year) + (Number(year) <= Number(today.slice(2, 4)) ? 2000 : 1900);
  const whole = pin.slice(4, 6) === year ? pinYear : own;
  if (month === "<<") return String(whole);
  if (day === "<<") return `${whole}-${month}`;
  return isDay(whole, Number(month), Number(day)) ? `${whole}-${month}-${day}` : undefined;
}
