// Why a broker can't start: the stable code, and the sentence for people (Vietnamese first, then English).

export const brokerErrors = {
  "port-in-use": "Cổng này đang có chương trình khác dùng | Another program uses this port",
  "port-forbidden": "Không được phép mở cổng này | This port may not be opened",
  "address-absent": "Máy này không có địa chỉ đó | This machine does not have that address",
  "listen-failed": "Không mở được cổng | The port could not be opened",
  "tls-unusable": "Không dùng được tệp TLS | The TLS files can't be used",
  "authority-unusable": "Không mở được CA của cơ sở | The facility's certificate authority can't be opened",
  "observation-token-unusable": "Không dùng được tệp token | The token file can't be used",
  "no-listener": "plain: false mà không có tls thì không ai vào được | plain: false without tls leaves no way in",
  "store-unavailable": "Không mở được kho dữ liệu | The store could not be opened",
} as const;

export type BrokerErrorCode = keyof typeof brokerErrors;

export class BrokerError extends Error {
  readonly code: BrokerErrorCode;
  /** The `host:port` that could not be opened, if that is what went wrong. */
  readonly place: string | undefined;
  constructor(code: BrokerErrorCode, cause: unknown, place?: string) {
    super(brokerErrors[code], { cause });
    this.name = "BrokerError";
    this.code = code;
    this.place = place;
  }
}

/** The error for what the operating system said to `listen` there. */
export function listenError(cause: unknown, { host, port }: { host: string; port: number }): BrokerError {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  const place = `${host}:${port}`;
  if (code === "EADDRINUSE") return new BrokerError("port-in-use", cause, place);
  if (code === "EACCES") return new BrokerError("port-forbidden", cause, place);
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") return new BrokerError("address-absent", cause, place);
  return new BrokerError("listen-failed", cause, place);
}
