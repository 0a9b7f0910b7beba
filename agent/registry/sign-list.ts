// Signs a checked list of certified readers.
import { CompactSign } from "jose";
import type { RegistryDocument } from "../../protocol/registry/registry-document.ts";
import type { SigningKey } from "./key-pair.ts";

/** The compact JWS of the list, without a line end. `document.keyId` has to be the key's `kid`. */
export function signList(document: RegistryDocument, { key, pinned }: SigningKey): Promise<string> {
  const payload = new TextEncoder().encode(JSON.stringify(document));
  return new CompactSign(payload).setProtectedHeader({ alg: "EdDSA", kid: pinned.kid }).sign(key);
}
