// Finds the firmware version in what a reader answers to the version query.
import { asciiText } from "../../bytes/ascii.ts";
import { resemblesDocument } from "./resembles-document.ts";

/** A longer version is a sign that the answer was something else. */
const versionCharactersMax = 64;
/** A shorter answer is a number, not a text. */
const textBytesMin = 3;

/**
 * The text behind `expect` up to the end of its line; without `expect` the first line that names a version or revision, or
 * the answer itself where it has one line. A binary answer, or one of less than three bytes, is written in hexadecimal. Undefined where nothing fits.
 */
export function versionText(answer: Uint8Array, expect: string | undefined): string | undefined {
  if (answer.length === 0) return undefined;
  const isText = answer.every(
    (byte) => (byte >= 0x20 && byte < 0x7f) || byte === 0x0d || byte === 0x0a || byte === 0x09,
  );
  if (!isText || answer.length < textBytesMin)
    return checked(Array.from(answer, (byte) => byte.toString(16).padStart(2, "0")).join(""));
  const lines = asciiText(answer).split(/[\r\n]+/);
  if (expect !== undefined) {
    const line = lines.find((each) => each.includes(expect));
    return line === undefined ? undefined : checked(line.slice(line.indexOf(expect) + expect.length));
  }
  const told = lines.filter((line) => line.trim() !== "");
  const [only = ""] = told;
  if (told.length === 1) return resemblesDocument(only.slice(only.indexOf(":") + 1)) ? undefined : checked(only);
  const named = told.filter((each) => /version|revision/i.test(labelOf(each)));
  const line = named.find((each) => /firmware|software/i.test(labelOf(each))) ?? named[0];
  return line === undefined ? undefined : checked(line.slice(line.indexOf(":") + 1));
}

/** What stands before the first colon; empty without one. */
const labelOf = (line: string): string => line.slice(0, Math.max(line.indexOf(":"), 0));

function checked(text: string): string | undefined {
  const version = text.trim();
  return version === "" || version.length > versionCharactersMax ? undefined : version;
}
