// A facility's own certificate authority: one key, one certificate, what it issued, and the list of what it revoked.
import { createPublicKey, randomBytes, webcrypto, X509Certificate } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";
import { replaceFile } from "../../store/durable-file.ts";
import { AuthorityIndex, type IssuedCertificate } from "./authority-index.ts";
import { x509 } from "./x509.ts";

const dayMs = 86_400_000;
/** The authority outlives the machines of a facility. */
const authorityDays = 7_300;
/** Long enough that nobody renews in haste, short enough that a forgotten desk runs out. */
const issuedDays = 730;
/** A Raspberry Pi wakes up with the time of its last hour: certificates are good from a day ago. */
const slackMs = dayMs;
const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
/** File modes: a private key is for its owner alone, certificates are for everybody. */
export const privateMode = 0o600;
export const publicMode = 0o644;
const serverAuth = "1.3.6.1.5.5.7.3.1";
const clientAuth = "1.3.6.1.5.5.7.3.2";
const keyUsages: Readonly<Record<Subject["purpose"], readonly string[]>> = {
  client: [clientAuth],
  server: [serverAuth],
  node: [serverAuth, clientAuth],
};

/** What can be wrong with a request to the authority; words for people beside it. */
export const authorityErrors = {
  "authority-exists": "Đã có CA trong thư mục này | There is an authority in this directory already",
  "authority-absent": "Chưa có CA: `tiepdon ca init` | There is no authority yet: `tiepdon ca init`",
  "request-invalid": "CSR không hợp lệ | The certificate request is not valid",
} as const;

export class AuthorityError extends Error {
  readonly code: keyof typeof authorityErrors;
  constructor(code: keyof typeof authorityErrors) {
    super(authorityErrors[code]);
    this.name = "AuthorityError";
    this.code = code;
  }
}

/**
 * For whom a certificate is: a client by its name, a server with the names and addresses it is reached by, or a node of a
 * cluster, which is a server to those that call it and a client of those that it calls.
 */
export type Subject =
  | { readonly purpose: "client"; readonly name: string }
  | { readonly purpose: "server" | "node"; readonly name: string; readonly hosts: readonly string[] };

export interface AuthorityFiles {
  readonly certificate: string;
  readonly key: string;
  readonly list: string;
  readonly index: string;
}

export const authorityFiles = (directory: string): AuthorityFiles => ({
  certificate: join(directory, "ca.pem"),
  key: join(directory, "ca.key"),
  list: join(directory, "crl.pem"),
  index: join(directory, "authority.db"),
});

export class Authority {
  readonly files: AuthorityFiles;
  readonly index: AuthorityIndex;
  /** Its own certificate, PEM. */
  readonly pem: string;
  readonly #certificate: InstanceType<typeof x509.X509Certificate>;
  readonly #key: webcrypto.CryptoKey;
  readonly #now: () => number;

  private constructor(files: AuthorityFiles, key: webcrypto.CryptoKey, now: () => number) {
    this.files = files;
    this.pem = readFileSync(files.certificate, "utf8");
    this.#certificate = new x509.X509Certificate(this.pem);
    this.#key = key;
    this.#now = now;
    this.index = new AuthorityIndex(files.index, now());
  }

  /** Makes key, certificate and an empty revocation list. Rejects with `AuthorityError` where there is one already. */
  static async create(directory: string, name: string, now: () => number = Date.now): Promise<Authority> {
    const files = authorityFiles(directory);
    if (existsSync(files.key) || existsSync(files.certificate)) throw new AuthorityError("authority-exists");
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const keys = await newKeys();
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
      ...{ serialNumber: newSerial(), name: [{ CN: [name] }], keys, signingAlgorithm: algorithm },
      notBefore: new Date(now() - slackMs),
      notAfter: new Date(now() + authorityDays * dayMs),
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      ],
    });
    await replaceFile(files.key, await privatePem(keys.privateKey), privateMode);
    await replaceFile(files.certificate, `${certificate.toString("pem")}\n`, publicMode);
    const authority = new Authority(files, keys.privateKey, now);
    await authority.writeList();
    return authority;
  }

  /** Opens what `create` made. Rejects with `AuthorityError` where there is nothing. */
  static async open(directory: string, now: () => number = Date.now): Promise<Authority> {
    const files = authorityFiles(directory);
    if (!existsSync(files.key) || !existsSync(files.certificate)) throw new AuthorityError("authority-absent");
    const der = x509.PemConverter.decodeFirst(readFileSync(files.key, "utf8"));
    const key = await webcrypto.subtle.importKey("pkcs8", der, algorithm, false, ["sign"]);
    return new Authority(files, key, now);
  }

  /** Signs the request's key for this subject, whatever the request calls itself. Rejects with `AuthorityError`. */
  async issue(request: string, subject: Subject): Promise<string> {
    const publicKey = await provenKey(request);
    const serial = newSerial();
    const expires = Math.min(this.#now() + issuedDays * dayMs, this.#certificate.notAfter.getTime());
    const certificate = await x509.X509CertificateGenerator.create({
      ...{ serialNumber: serial, subject: [{ CN: [subject.name] }], issuer: this.#certificate.subjectName, publicKey },
      ...{ signingKey: this.#key, signingAlgorithm: algorithm },
      notBefore: new Date(this.#now() - slackMs),
      notAfter: new Date(expires),
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([...keyUsages[subject.purpose]]),
        await x509.SubjectKeyIdentifierExtension.create(publicKey),
        await x509.AuthorityKeyIdentifierExtension.create(this.#certificate.publicKey),
        ...("hosts" in subject ? [alternativeNames(subject.hosts)] : []),
      ],
    });
    const { name, purpose } = subject;
    this.index.add({ serial, name, purpose, issuedAt: this.#now(), expires });
    return `${certificate.toString("pem")}\n`;
  }

  /** Rejects with `AuthorityError` for a request that `issue` would not sign. */
  async check(request: string): Promise<void> {
    await provenKey(request);
  }

  /** Revokes by serial number or by name, and writes the list anew; answers how many certificates that were. */
  async revoke(serialOrName: string): Promise<number> {
    const count = this.index.revoke(serialOrName, this.#now());
    await this.writeList();
    return count;
  }

  list(): readonly IssuedCertificate[] {
    return this.index.all();
  }

  /**
   * Writes the revocation list. It is good as long as the authority: the broker reads the file itself, and a list that
   * runs out would lock every desk out.
   */
  async writeList(): Promise<void> {
    const entries = this.index
      .all()
      .flatMap(({ serial, revokedAt }) =>
        revokedAt === null ? [] : [{ serialNumber: serial, revocationDate: new Date(revokedAt) }],
      );
    const list = await x509.X509CrlGenerator.create({
      issuer: this.#certificate.subjectName,
      thisUpdate: new Date(this.#now() - slackMs),
      nextUpdate: this.#certificate.notAfter,
      entries,
      extensions: [
        await x509.AuthorityKeyIdentifierExtension.create(this.#certificate.publicKey),
        numberOf(this.#now()),
      ],
      ...{ signingAlgorithm: algorithm, signingKey: this.#key },
    });
    const pem = x509.PemConverter.encode(list.rawData, "X509 CRL"); // OpenSSL's word; the library's own is another
    await replaceFile(this.files.list, `${pem}\n`, publicMode);
  }

  close(): void {
    this.index.close();
  }
}

/** A key pair and a request for it; the key in PEM (PKCS #8). */
export async function newRequest(name: string): Promise<{ readonly key: string; readonly request: string }> {
  const keys = await newKeys();
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    ...{ name: [{ CN: [name] }], keys, signingAlgorithm: algorithm },
  });
  return { key: await privatePem(keys.privateKey), request: `${request.toString("pem")}\n` };
}

/** Keys that are weaker, or that not every TLS speaks, are not signed. */
const keyTypes: Readonly<Record<string, (details: { modulusLength?: number; namedCurve?: string }) => boolean>> = {
  ec: ({ namedCurve }) => namedCurve === "prime256v1" || namedCurve === "secp384r1",
  rsa: ({ modulusLength = 0 }) => modulusLength >= 2_048 && modulusLength <= 8_192,
};

/** The key in a request whose signature proves that the sender has the private one. */
async function provenKey(request: string): Promise<InstanceType<typeof x509.PublicKey>> {
  try {
    const parsed = new x509.Pkcs10CertificateRequest(request);
    const key = createPublicKey({ key: Buffer.from(parsed.publicKey.rawData), format: "der", type: "spki" });
    const isGood = keyTypes[key.asymmetricKeyType ?? ""]?.(key.asymmetricKeyDetails ?? {}) === true;
    if (isGood && (await parsed.verify())) return parsed.publicKey;
  } catch {
    // what can't be read is refused like what doesn't hold
  }
  throw new AuthorityError("request-invalid");
}

const newKeys = () => webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);

async function privatePem(key: webcrypto.CryptoKey): Promise<string> {
  return `${x509.PemConverter.encode(await webcrypto.subtle.exportKey("pkcs8", key), "PRIVATE KEY")}\n`;
}

/** 126 random bits; the first byte keeps the number positive and its length fixed (RFC 5280 clause 4.1.2.2). */
function newSerial(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString("hex");
}

function alternativeNames(hosts: readonly string[]) {
  return new x509.SubjectAlternativeNameExtension(
    hosts.map((host) => ({ type: isIP(host) === 0 ? "dns" : "ip", value: host })),
  );
}

/** The CRL's number (RFC 5280 clause 5.2.3), which only has to grow: the time in milliseconds, as a DER INTEGER of six bytes. */
function numberOf(now: number) {
  const value = Buffer.alloc(8);
  value.writeUInt8(0x02, 0);
  value.writeUInt8(6, 1);
  value.writeUIntBE(now, 2, 6);
  return new x509.Extension("2.5.29.20", false, value);
}

/** SHA-256 of a certificate in PEM, as 64 hexadecimal digits in lower case. */
export const fingerprintOf = (pem: string): string =>
  new X509Certificate(pem).fingerprint256.replaceAll(":", "").toLowerCase();
