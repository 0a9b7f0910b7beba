// What a reader signs to prove who it is (READERS chapter 10, "attestation").
import { encodeUtf8 } from "../../bytes/utf8.ts";

/** What the reader says of itself beside its proof; the verifier finds the registry's keys by it. */
export interface ReaderClaim {
  readonly vendor: string;
  readonly model: string;
  readonly serial: string;
}

/** Whether one of the keys that the registry has for this reader made the signature (Ed25519, 64 bytes) over the message. */
export type VerifyProof = (claim: ReaderClaim, message: Uint8Array, signature: Uint8Array) => boolean;

const context = encodeUtf8("readerlink-proof-v1");

/** `nonce` is from our Hello, `firmwareSha256` the hash of the image that runs, as FirmwareInfo tells it. */
export const proofMessage = (nonce: Uint8Array, bootId: Uint8Array, firmwareSha256: Uint8Array): Uint8Array =>
  Uint8Array.from([...context, ...nonce, ...bootId, ...firmwareSha256]);
