// Decides from the cleaned text which kind of document a scan is: FORMATS chapter 3, where the first row that fits wins.
import { areDigits } from "./digits.ts";
import type { DocumentFormat } from "./patient-document.ts";
import type { RejectReason } from "./reject-reasons.ts";

/** The families of documents that share one reader. */
export type Family = "card-qr" | "insurance-qr" | "mrz" | "chip-hex" | "reader-message" | "number";

export type Destination =
  | { readonly kind: "family"; readonly family: Family }
  | { readonly kind: "refused"; readonly reason: RejectReason; readonly resembles: DocumentFormat | "none" };

const to = (family: Family): Destination => ({ kind: "family", family });
const refuse = (reason: RejectReason, resembles: DocumentFormat | "none" = "none"): Destination => ({
  kind: "refused",
  reason,
  resembles,
});

/** A cleaned text as the rows look at it. */
interface Shape {
  readonly text: string;
  /** Parts between the pipes; 1 where there is no pipe. */
  readonly count: number;
  /** The first part, trimmed: all of the text where there is no pipe. */
  readonly first: string;
  /** The third part, trimmed. */
  readonly third: string;
}

/** One line of the table. `words` say for people what the row looks at. */
export interface DispatchRow {
  readonly row: string;
  readonly words: string;
  readonly fits: (shape: Shape) => boolean;
  readonly destination: Destination;
}

const cardNumber = /^\D{0,10}\d{12}$/;

const isInsuranceNumber = (squeezed: string): boolean => /^(?:[A-Z]{2}\d.{12}|\d{10})$/u.test(squeezed);

const insuranceRow: DispatchRow = {
  row: "5",
  words:
    "Kết thúc bằng $, hoặc phần đầu là mã thẻ BHYT hay mã số BHXH | Ends with $, or first part is an insurance number",
  fits: ({ text, count, first }) =>
    count > 1 && !cardNumber.test(first) && (text.endsWith("$") || isInsuranceNumber(squeeze(first))),
  destination: to("insurance-qr"),
};

const cardRow: DispatchRow = {
  row: "6",
  words: "Phần đầu là 12 chữ số: thẻ CCCD, căn cước | First part is 12 digits: an identity card",
  fits: ({ count, first }) => count > 1 && cardNumber.test(first),
  destination: to("card-qr"),
};

const lastRow: DispatchRow = {
  row: "10",
  words: "Không giống giấy tờ nào (Wi-Fi, vCard, chữ tự do, GS1) | Like no document (Wi-Fi, vCard, free text, GS1)",
  fits: () => true,
  destination: refuse("unknown-format"),
};

/** The rows in the order in which they are tried. */
export const dispatchRows: readonly DispatchRow[] = [
  {
    row: "1",
    words: "Bắt đầu như địa chỉ web | Begins like a web address",
    fits: ({ text }) => /^[A-Za-z][A-Za-z0-9+.-]{1,15}:\/\//.test(text),
    destination: refuse("url"),
  },
  {
    row: "2",
    words: "Bắt đầu như mã chuyển khoản EMVCo | Begins like an EMVCo transfer code",
    // payload format 01, then point of initiation 11 or 12
    fits: ({ text, count }) => count === 1 && text.length > 20 && /^00020101021[12]/.test(text),
    destination: refuse("payment-qr"),
  },
  {
    row: "3",
    words: "Bắt đầu bằng { : thông điệp JSON của đầu đọc chip | Begins with {: the JSON of a chip reader",
    fits: ({ text }) => text.startsWith("{"),
    destination: to("reader-message"),
  },
  {
    row: "4",
    words: "Sáu phần, phần ba là ngày yyyy-MM-dd: PC-Covid | Six parts, the third a date yyyy-MM-dd: PC-Covid",
    fits: ({ count, third }) => count === 6 && /^\d{4}-\d\d-\d\d$/.test(third),
    destination: refuse("pc-covid-qr"),
  },
  {
    row: "5-pin",
    words:
      "12 chữ số và từ 14 phần: thẻ BHYT mang số định danh | 12 digits and 14 parts or more: an insurance card with a PIN",
    fits: ({ count, first }) => count >= 14 && /^\d{12}$/.test(first),
    destination: to("insurance-qr"),
  },
  insuranceRow,
  cardRow,
  {
    row: "6a-digits",
    words: "Phần đầu là số nhưng không đủ 12 chữ số | First part is digits, but not 12",
    fits: ({ count, first }) => count > 1 && /^\d+$/.test(first),
    destination: refuse("number-length", "cccd-qr"),
  },
  {
    row: "6a",
    words: "Có gạch đứng nhưng không phải giấy tờ đã biết | Pipes, but of no known document",
    fits: ({ count }) => count > 1,
    destination: refuse("unknown-format"),
  },
  {
    row: "7",
    words: "Bắt đầu như vùng MRZ | Begins like an MRZ",
    fits: ({ text }) =>
      /^IDVNM/i.test(text) || (text.length >= 60 && /^[AIC][A-Z0-9<]/.test(text) && text.includes("<<")),
    destination: to("mrz"),
  },
  {
    row: "7a",
    words: "Chữ hex bắt đầu bằng 6D hoặc 30: DG13 của chip | Hexadecimal from 6D or 30 on: DG13 of a chip",
    fits: ({ text }) => /^[63]/.test(text) && /^(?:6[dD]|30)[0-9A-Fa-f]{38,}$/.test(text.replace(/\s+/g, "")),
    destination: to("chip-hex"),
  },
  {
    row: "8",
    words: "Chỉ chữ số, hoặc hai chữ cái rồi số | Digits alone, or two letters and then a digit",
    fits: ({ text }) => /^(?:\d+|[A-Z]{2}\d[0-9A-Z]{5,25})$/.test(squeeze(text)),
    destination: to("number"),
  },
  {
    row: "9",
    words:
      "Ba phần của token, hoặc base64 dài: mã của ứng dụng | A token of three parts, or long base64: an app's code",
    fits: ({ text }) => /^(?:[\w-]{10,}\.[\w-]{10,}\.[\w-]*|[A-Za-z0-9+/_=-]{40,})$/.test(text),
    destination: refuse("vneid-opaque"), // only the app's own server can read it
  },
  lastRow,
];

/** The first row that fits the cleaned `text`, whose pipes stand at `pipes`. */
export function dispatch(text: string, pipes: readonly number[]): DispatchRow {
  if (isPlainCard(text, pipes)) return cardRow;
  if (isPlainInsurance(text, pipes)) return insuranceRow;
  const [firstPipe = text.length, secondPipe = text.length, thirdPipe = text.length] = pipes;
  const shape: Shape = {
    text,
    count: pipes.length + 1,
    first: text.slice(0, firstPipe).trim(),
    third: text.slice(secondPipe + 1, thirdPipe).trim(),
  };
  return dispatchRows.find((row) => row.fits(shape)) ?? lastRow;
}

// Nearly every scan of a desk is one of these two, and is answered without a walk through the table.

/** Twelve bare digits before 7 to 13 elements fit no row above 6. */
function isPlainCard(text: string, pipes: readonly number[]): boolean {
  return pipes.length >= 6 && pipes.length <= 12 && pipes[0] === 12 && areDigits(text.slice(0, 12));
}

/** Ten digits, or two letters and thirteen digits, before 14 elements or more and a dollar fit no row above 5. */
function isPlainInsurance(text: string, pipes: readonly number[]): boolean {
  if (pipes.length < 13 || !text.endsWith("$")) return false;
  return pipes[0] === 10 ? areDigits(text.slice(0, 10)) : pipes[0] === 15 && /^[A-Z]{2}\d{13}/.test(text);
}

/** Numbers as people type and print them: without blanks, dots, underscores and hyphens, in capitals. */
export function squeeze(text: string): string {
  return areDigits(text) ? text : text.replace(/[\s._-]+/g, "").toUpperCase();
}
