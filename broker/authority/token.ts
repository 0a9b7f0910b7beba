// The one-time token that a desk is enrolled with: where to ask, by which certificate to know that place, and the secret.

export interface Token {
  readonly host: string;
  readonly port: number;
  /** SHA-256 of the certificate that the broker shows there, as 64 hexadecimal digits. */
  readonly fingerprint: string;
  readonly secret: string;
}

const form = /^tiepdon1_([\w-]{32})_([0-9a-f]{64})_(\d{1,5})_([A-Za-z0-9.:-]{1,253})$/;

/** One word, to be copied or shown as a QR code. */
export const writeToken = ({ host, port, fingerprint, secret }: Token): string =>
  `tiepdon1_${secret}_${fingerprint}_${port}_${host}`;

/** Undefined for what is no token. */
export function readToken(text: string): Token | undefined {
  const [, secret, fingerprint, port, host] = form.exec(text.trim()) ?? [];
  if (secret === undefined || fingerprint === undefined || host === undefined) return undefined;
  const number = Number(port);
  return number >= 1 && number <= 65_535 ? { host, port: number, fingerprint, secret } : undefined;
}
