// Composes text (Unicode normal form C) in time proportional to its length.

/**
 * Sorting the marks behind one letter takes quadratic time, and a chip reader's message may have half a million of them.
 * No language puts more than 30 behind one (UAX #15, Stream-Safe Text Format): there the combining grapheme joiner parts them.
 */
const marksMax = 30;
const tooManyMarks = /(\p{M}{30})(?=\p{M})/gu;
const joiner = "\u034f";

export function nfc(text: string): string {
  return (mayHaveTooManyMarks(text) ? text.replace(tooManyMarks, `$1${joiner}`) : text).normalize("NFC");
}

/** All marks stand from U+0300 on, and none among the Vietnamese letters of U+1E00 to U+1EFF. */
function mayHaveTooManyMarks(text: string): boolean {
  let run = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    run = code < 0x300 || (code >= 0x1e00 && code <= 0x1eff) ? 0 : run + 1;
    if (run > marksMax) return true;
  }
  return false;
}
