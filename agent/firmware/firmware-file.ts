// A signed firmware image as one JSON file: written by who releases it, checked by the desk before anything is sent.
import { createHash, createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import {
  type FirmwareImage,
  type FirmwareRefusal,
  imageBytesMax,
  signedFirmware,
} from "../../protocol/firmware/firmware-image.ts";
import type { PinnedKey } from "../registry/pinned-key.ts";

const schema = "reader-firmware/1";
/** Base64 of the image, and the facts. */
export const firmwareFileBytesMax = Math.ceil(imageBytesMax / 3) * 4 + 4_096;
const textPattern = /^[\w.+-]{1,64}$/;
const hashBytes = 32;
const signatureBytes = 64;

export type ReadFirmware =
  | { readonly kind: "image"; readonly image: FirmwareImage }
  | { readonly kind: "refused"; readonly why: Extract<FirmwareRefusal, "bad-image" | "bad-signature"> };

/** Checks form, hash and signature. `keys`: who may sign. Never throws. */
export function readFirmwareFile(text: string, keys: readonly PinnedKey[]): ReadFirmware {
  const image = text.length > firmwareFileBytesMax ? undefined : parseImage(text);
  if (image === undefined) return { kind: "refused", why: "bad-image" };
  const hash = createHash("sha256").update(image.data).digest();
  if (!hash.equals(image.sha256)) return { kind: "refused", why: "bad-image" };
  const key = keys.find(({ kid }) => kid === image.keyId);
  return key !== undefined && isSigned(image, key)
    ? { kind: "image", image }
    : { kind: "refused", why: "bad-signature" };
}

function isSigned(image: FirmwareImage, { x }: PinnedKey): boolean {
  try {
    const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
    return verify(null, signedFirmware(image), key, image.signature);
  } catch {
    return false; // a key that is none
  }
}

function parseImage(text: string): FirmwareImage | undefined {
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof file !== "object" || file === null) return undefined;
  const members = new Map<string, unknown>(Object.entries(file));
  const name = (member: string) => {
    const value = members.get(member);
    return typeof value === "string" && textPattern.test(value) ? value : undefined;
  };
  const bytes = (member: string) => {
    const value = members.get(member);
    const decoded = typeof value === "string" ? Buffer.from(value, "base64") : undefined;
    return decoded?.toString("base64") === value ? decoded : undefined;
  };
  const [hardware, version, keyId] = [name("hardware"), name("version"), name("keyId")];
  const [sha256, signature, data] = [bytes("sha256"), bytes("signature"), bytes("image")];
  if (members.get("schema") !== schema || hardware === undefined || version === undefined || keyId === undefined)
    return undefined;
  if (sha256?.length !== hashBytes || signature?.length !== signatureBytes || data === undefined) return undefined;
  if (data.length === 0 || data.length > imageBytesMax) return undefined;
  return { hardware, version, keyId, sha256, signature, data };
}

export interface FirmwareFacts {
  readonly hardware: string;
  readonly version: string;
  readonly keyId: string;
}

/** Signs an image; `jwk` is the private key, Ed25519 (RFC 8037). Answers the text of the file, or what is wrong with the facts. */
export function signFirmwareFile(
  data: Uint8Array,
  { hardware, version, keyId }: FirmwareFacts,
  jwk: { readonly x: string; readonly d: string },
): { readonly kind: "file"; readonly text: string } | { readonly kind: "wrong"; readonly what: string } {
  for (const [what, value] of Object.entries({ hardware, version, keyId })) {
    if (!textPattern.test(value)) return { kind: "wrong", what: `${what}: 1–64 of letters, digits, _ . + -` };
  }
  if (data.length === 0 || data.length > imageBytesMax)
    return { kind: "wrong", what: `image: 1–${imageBytesMax} bytes` };
  const sha256 = createHash("sha256").update(data).digest();
  const key = createPrivateKey({ key: { kty: "OKP", crv: "Ed25519", ...jwk }, format: "jwk" });
  const signature = sign(null, signedFirmware({ hardware, version, sha256 }), key);
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");
  const facts = { schema, hardware, version, keyId, sha256: base64(sha256), signature: base64(signature) };
  return { kind: "file", text: `${JSON.stringify({ ...facts, image: base64(data) }, null, 2)}\n` };
}
