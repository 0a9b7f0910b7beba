// Why a broker can't start: the stable code, and the sentence for people (Vietnamese first, then English).

export const brokerErrors = {
  "port-in-use": "Cổng này đang có chương trình khác dùng | Another program uses this port",
  "port-forbidden": "Không được phép mở cổng này | This port may not be opened",
  "address-absent": "Máy này không có địa chỉ đó | This machine does not have that address",
  "listen-failed": "Không mở được cổng | The port could not be opened",
  "store-unavailable": "Không mở được kho dữ liệu | The store could not be opened",
} as const;

export type BrokerErrorCode = keyof typeof brokerErrors;

export class BrokerError extends Error {
  readonly code: BrokerErrorCode;
  constructor(code: BrokerErrorCode, cause: unknown) {
    super(brokerErrors[code], { cause });
    this.name = "BrokerError";
    this.code = code;
  }
}

/** The error for what the operating system said to `listen`. */
export function listenError(cause: unknown): BrokerError {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (code === "EADDRINUSE") return new BrokerError("port-in-use", cause);
  if (code === "EACCES") return new BrokerError("port-forbidden", cause);
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") return new BrokerError("address-absent", cause);
  return new BrokerError("listen-failed", cause);
}
