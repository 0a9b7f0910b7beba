// A command that IT or the hospital's software sends to the desk, and the answer to it (DESK chapter f).

import { firmwareRefusals } from "../../protocol/firmware/firmware-image.ts";

/** Bytes of a request: commands carry a name or two. */
const requestBytesMax = 4_096;
const transactionPattern = /^[\w.:-]{1,64}$/;

export interface Request {
  /** `reader/list` and the like: the topic's last levels. */
  readonly command: string;
  readonly transaction: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What can be wrong with a request or its doing: stable codes with the words for people, Vietnamese first. */
export const commandErrors = {
  "bad-request": "Yêu cầu sai dạng | The request is not of the form that this command needs",
  "unknown-command": "Không có lệnh này | There is no such command",
  "deadline-passed": "Đã quá hạn của yêu cầu | The deadline of the request has passed",
  "unknown-reader": "Quầy không có đầu đọc này | The desk has no such reader",
  "reader-not-open": "Đầu đọc chưa mở | The reader is not open",
  "no-file": "Không có tệp này trong thư mục firmware | There is no such file in the folder firmware",
  busy: "Đầu đọc đang cập nhật | The reader is being updated",
  ...firmwareRefusals,
  "not-kept": "Không ghi được xuống đĩa | It could not be written to the disk",
} as const;
export type CommandError = keyof typeof commandErrors;

export type Answer =
  | { readonly kind: "ok"; readonly data: object }
  /** `detail` names the member that is wrong, in English; nothing of what was sent. */
  | { readonly kind: "error"; readonly code: CommandError; readonly detail?: string };

export type ParsedRequest =
  | { readonly kind: "request"; readonly request: Request }
  /** `transaction` is empty where none could be read. */
  | { readonly kind: "faulty"; readonly transaction: string; readonly answer: Answer };

/** Reads `{"transaction","data"?,"deadline"?}`; `deadline` is RFC 3339. Never throws. */
export function parseRequest(command: string, payload: Uint8Array, nowMs: number): ParsedRequest {
  const faulty = (code: CommandError, detail: string, transaction = ""): ParsedRequest => ({
    kind: "faulty",
    transaction,
    answer: { kind: "error", code, detail },
  });
  const body = payload.length > requestBytesMax ? undefined : jsonObject(payload);
  if (body === undefined) return faulty("bad-request", "must be a JSON object of at most 4096 bytes");
  const { transaction, data = {}, deadline } = body;
  if (typeof transaction !== "string" || !transactionPattern.test(transaction))
    return faulty("bad-request", "transaction: 1 to 64 of letters, digits, _ . : -");
  if (!isObject(data)) return faulty("bad-request", "data: an object", transaction);
  const deadlineMs = deadline === undefined ? undefined : typeof deadline === "string" ? Date.parse(deadline) : NaN;
  if (Number.isNaN(deadlineMs)) return faulty("bad-request", "deadline: a time as in RFC 3339", transaction);
  if (deadlineMs !== undefined && deadlineMs < nowMs) return faulty("deadline-passed", "deadline", transaction);
  return { kind: "request", request: { command, transaction, data } };
}

/** The JSON of a response. */
export function encodeAnswer(transaction: string, answer: Answer): string {
  if (answer.kind === "ok") return JSON.stringify({ transaction, status: "ok", data: answer.data });
  const { code, detail } = answer;
  const message = detail === undefined ? commandErrors[code] : `${commandErrors[code]} (${detail})`;
  return JSON.stringify({ transaction, status: "error", error: { code, message } });
}

function jsonObject(payload: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
