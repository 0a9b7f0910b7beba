// One byte line to a reader, whatever it runs over; real ports and simulated ones are equals.

/** One open byte line. Single use: a lost port is never revived, a new one is opened. */
export interface Port {
  /** Begins to deliver. `onLost` is called once, with nothing after it; not called after `close()`. */
  start(onBytes: (chunk: Uint8Array) => void, onLost: (error: PortError) => void): void;
  /** Resolves when the operating system has taken the bytes. Throws `PortError` when the line is gone. */
  write(bytes: Uint8Array): Promise<void>;
  /** Resolves when the line is closed; safe to call twice and after a loss. */
  close(): Promise<void>;
}

/** Opens a line. Throws `PortError`. */
export type OpenPort = () => Promise<Port>;

/** Why a port can't be opened or was lost: the stable code, and the sentence for people (Vietnamese first, then English). */
export const portErrors = {
  "port-absent": "Không thấy đầu đọc (chưa cắm hoặc sai cổng) | The device is not there: unplugged, or another path",
  "port-claimed": "Chương trình khác đang giữ cổng | Another program holds the port",
  "port-forbidden": "Không có quyền mở cổng | The service user may not open the device",
  "port-refused": "Địa chỉ mạng của đầu đọc từ chối kết nối | The reader's network address refused the connection",
  "port-untrusted":
    "Chứng chỉ của đầu đọc không khớp với chứng chỉ đã ghim | The reader's certificate is not the one that was pinned",
  "port-lost": "Mất kết nối với đầu đọc khi đang dùng | The device went away while it was open",
  "port-failed": "Không mở được cổng | The port could not be opened",
} as const;

export type PortErrorCode = keyof typeof portErrors;

export class PortError extends Error {
  readonly code: PortErrorCode;
  /** The program that holds the port, where it is known: `name (pid)`. */
  readonly holder: string | undefined;
  constructor(code: PortErrorCode, options: { cause?: unknown; holder?: string | undefined } = {}) {
    super(portErrors[code], { cause: options.cause });
    this.name = "PortError";
    this.code = code;
    this.holder = options.holder;
  }
}

/** By name, since a port of a bundle of its own brings its own class. */
export const isPortError = (error: unknown): error is PortError => error instanceof Error && error.name === "PortError";
