// A reader proves who it is with a key that the list has for it, and with no other.
import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { expect, it } from "vitest";
import { proofVerifier } from "../../../../agent/registry/verify-proof.ts";
import { entryAt, goldenDocument } from "../../../fixtures/registry.ts";

const message = Buffer.from("readerlink-proof-v1 and what belongs to it");
const pair = () => generateKeyPairSync("ed25519");
const x = (key: KeyObject): string => key.export({ format: "jwk" }).x ?? "";
const ours = pair();
const theirs = pair();
const claim = { vendor: "Example", model: "Chip 7", serial: "SN-0001" };
const verifier = proofVerifier({
  ...goldenDocument,
  readers: [
    { ...entryAt(2), attestationKeys: [x(ours.publicKey)] },
    { ...entryAt(0), attestationKeys: [x(theirs.publicKey)] },
  ],
});
const proof = sign(null, message, ours.privateKey);

it("takes the signature of this reader's key over this message", () => {
  expect(verifier?.(claim, message, proof)).toBe(true);
});

it.each([
  ["another message", claim, Buffer.from("another"), proof],
  ["another key", claim, message, sign(null, message, theirs.privateKey)],
  ["another model's claim", { ...claim, model: "A1" }, message, proof],
  ["another vendor's claim", { ...claim, vendor: "Other" }, message, proof],
  ["a device that is not listed", { ...claim, serial: "SN-0009" }, message, proof],
  ["no signature", claim, message, new Uint8Array()],
  ["half a signature", claim, message, proof.subarray(0, 32)],
])("refuses %s", (_what, by, text, signature) => expect(verifier?.(by, text, signature)).toBe(false));

it("refuses a key that is no point of the curve, and is not there without keys", () => {
  const broken = { ...entryAt(2), attestationKeys: [`${"_".repeat(42)}8`] };
  expect(proofVerifier({ ...goldenDocument, readers: [broken] })?.(claim, message, proof)).toBe(false);
  expect(proofVerifier({ ...goldenDocument, readers: [entryAt(0)] })).toBeUndefined();
  expect(proofVerifier(undefined)).toBeUndefined();
});
