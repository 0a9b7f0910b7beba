// What can be wrong with a store or an export: the stable code, and the sentence for people (Vietnamese first, then English).

export const transferErrors = {
  "store-absent": "Không có kho dữ liệu ở đây | There is no store here",
  "store-unreadable":
    "Tệp này không phải kho của broker, hoặc bị hỏng | This is no store of a broker, or it is damaged",
  "store-older": "Kho của phiên bản cũ: chạy broker một lần | The store is of an older version: start the broker once",
  "store-newer": "Kho của phiên bản mới hơn: cập nhật Tiepdon | The store is of a newer version: update Tiepdon",
  "file-exists": "Tệp đã có, không ghi đè | The file is there already and is not overwritten",
  "line-too-long": "Dòng quá dài | The line is too long",
  "line-not-json": "Dòng không phải JSON, UTF-8 | The line is not JSON in UTF-8",
  "line-invalid": "Dòng sai cấu trúc | The line does not have the right form",
  "header-missing": "Không phải tệp xuất của broker | This is no export of a broker",
  "version-unknown": "Tệp xuất của phiên bản khác | The export is of another version",
  "end-missing": "Tệp bị cắt: thiếu dòng cuối | The file is cut short: its last line is missing",
  "end-wrong":
    "Số dòng không khớp dòng cuối: thiếu dữ liệu | The counts of the last line don't fit: something is missing",
  "line-after-end": "Còn dòng sau dòng cuối | There are lines behind the last one",
  "session-twice": "Một mã khách hàng có hai phiên | One client id has two sessions",
  "session-unknown": "Phiên không có trong tệp | There is no such session in the file",
  "session-of-another-user": "Phiên này ở đây thuộc người dùng khác | Here this session belongs to another user",
  "message-under-way":
    "Phiên đã có ở đây và tin QoS 2 đang gửi dở | The session is here already, and a QoS 2 message is half sent",
  "queue-too-large":
    "Hàng đợi vượt giới hạn của broker này (queuedMessagesMax, queuedBytesMax, queuedHoursMax) | The queue is beyond the bounds of this broker",
  "too-many-sessions": "Nhiều phiên hơn sessionsMax | More sessions than sessionsMax",
  "too-many-retained": "Nhiều tin lưu hơn retainedMax | More retained messages than retainedMax",
} as const;

export type TransferErrorCode = keyof typeof transferErrors;

export class TransferError extends Error {
  readonly code: TransferErrorCode;
  /** Of the export's file, from 1; undefined where no line is at fault. */
  readonly line: number | undefined;
  constructor(code: TransferErrorCode, options: { readonly line?: number; readonly cause?: unknown } = {}) {
    super(transferErrors[code], { cause: options.cause });
    this.name = "TransferError";
    this.code = code;
    this.line = options.line;
  }
}
