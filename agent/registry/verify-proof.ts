// Checks the signature with which a ReaderLink reader proves who it is, against the keys that the certified list has for it.
import { createPublicKey, verify } from "node:crypto";
import type { ReaderClaim, VerifyProof } from "../../protocol/driver/reader-link/attestation.ts";
import type { RegistryDocument } from "../../protocol/registry/registry-document.ts";

/** Undefined where the list has no keys at all: then no reader is asked. The answer never throws. */
export function proofVerifier(list: RegistryDocument | undefined): VerifyProof | undefined {
  if (list === undefined || list.readers.every(({ attestationKeys }) => attestationKeys.length === 0)) return undefined;
  return (claim, message, signature) => keysFor(list, claim).some((x) => isSignedBy(x, message, signature));
}

function keysFor({ readers }: RegistryDocument, { vendor, model, serial }: ReaderClaim): readonly string[] {
  return readers
    .filter((entry) => entry.vendor === vendor && entry.model === model)
    .filter(({ serials }) => serials === undefined || serials.includes(serial))
    .flatMap(({ attestationKeys }) => attestationKeys);
}

function isSignedBy(x: string, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
    return verify(null, message, key, signature);
  } catch {
    return false; // the bytes are no point of the curve
  }
}
