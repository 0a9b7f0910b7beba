// The printed code that `tiepdon reader learn` asks for: known text in which each way of spoiling a payload shows.
import { encodeUtf8 } from "../../bytes/utf8.ts";

/** In the order of the code, parted by `|`. Nobody's data: a desk that scans it by mistake refuses it. */
export const testFields = {
  /** Pure ASCII, so that it is found whatever happened to the rest. */
  mark: "TIEPDON-TEST-1",
  digits: "0123456789",
  /** Composed letters (NFC) of one, two and three bytes. */
  name: "Nguyễn Thị Thử Đầu Đọc",
  vowels: "ữẵộ",
  /** What the input methods Telex and VNI turn into other letters when it is typed. */
  typed: "aaddeeoowwafa1d9",
  /** Doubled by readers that announce character sets (ECI). */
  backslash: "a\\b",
  /** Group separator between two letters: often dropped or rewritten. */
  separator: "x\u001dy",
  end: "END",
} as const;
export type TestField = keyof typeof testFields;

export const testCodeText = Object.values(testFields).join("|");
export const testCodeBytes: Uint8Array = encodeUtf8(testCodeText);
