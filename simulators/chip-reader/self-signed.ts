// Makes the certificate that a simulated reader signs for itself, as cheap readers do (X.509 version 1, RFC 5280).
import { createHash, generateKeyPairSync, sign } from "node:crypto";

export interface SelfSigned {
  /** PEM. */
  readonly key: string;
  readonly cert: string;
  /** SHA-256 of the certificate, lower-case hexadecimal: what an installation pins. */
  readonly fingerprint256: string;
}

/** DER tags and identifiers (X.690; RFC 5758, 3.2: ecdsa-with-SHA256; X.520: commonName). */
const tags = { integer: 0x02, bits: 0x03, oid: 0x06, text: 0x0c, time: 0x18, sequence: 0x30, set: 0x31 } as const;
const ecdsaWithSha256 = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02] as const;
const commonName = [0x55, 0x04, 0x03] as const;

/** A new key and certificate each time; valid from 2020 to 2049, for any clock that a test sets. */
export function makeSelfSigned(name: string): SelfSigned {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const algorithm = der(tags.sequence, der(tags.oid, ecdsaWithSha256));
  const attribute = der(tags.sequence, der(tags.oid, commonName), der(tags.text, Buffer.from(name)));
  const subject = der(tags.sequence, der(tags.set, attribute));
  const validity = der(tags.sequence, time("20200101000000Z"), time("20491231235959Z"));
  const body = der(
    tags.sequence,
    der(tags.integer, [1]), // version 1 needs no extensions
    algorithm,
    subject, // issuer
    validity,
    subject,
    publicKey.export({ type: "spki", format: "der" }),
  );
  const signature = sign("sha256", body, privateKey);
  const certificate = der(tags.sequence, body, algorithm, der(tags.bits, [0], signature));
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: pem(certificate),
    fingerprint256: createHash("sha256").update(certificate).digest("hex"),
  };
}

const time = (text: string): Buffer => der(tags.time, Buffer.from(text));

function der(tag: number, ...parts: readonly ArrayLike<number>[]): Buffer {
  const value = Buffer.concat(parts.map((part) => Uint8Array.from(part)));
  const { length } = value;
  const lengthBytes = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Uint8Array.of(tag, ...lengthBytes), value]);
}

const pem = (certificate: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${certificate.toString("base64").replace(/.{64}/g, "$&\n")}\n-----END CERTIFICATE-----\n`;
