// Checks a signed list of certified readers: a compact JWS by a pinned Ed25519 key, and nothing else (RFC 7515, RFC 8037).
import { compactVerify, importJWK } from "jose";
import * as z from "zod";
import type { RegistryDocument } from "../../protocol/registry/registry-document.ts";
import type { RegistryRefusal } from "../../protocol/registry/registry-refusal.ts";
import { listBytesMax } from "./list-size.ts";
import type { PinnedKey } from "./pinned-key.ts";
import { keyIdPattern, registrySchema } from "./registry-schema.ts";

export type VerifiedList =
  | { readonly kind: "list"; readonly document: RegistryDocument; readonly payload: string }
  | { readonly kind: "refused"; readonly reason: RegistryRefusal };

/** Header, payload and signature (RFC 7515, 3.1). */
const partsMax = 3;
/** One text for the same bytes: bits that base64url leaves over have to be 0 (RFC 4648, 3.5). */
const isCanonical = (part: string): boolean => Buffer.from(part, "base64url").toString("base64url") === part;

/** Nothing else may stand there: no key, no certificate, no address of one, nothing critical. */
const headerSchema = z.strictObject({
  alg: z.string(),
  kid: z.string().regex(keyIdPattern),
  typ: z.string().max(64).optional(),
});

/** `today` is `yyyy-MM-dd`, undefined where no date can be judged. Never throws, whatever the bytes are. */
export async function verifyList(
  jws: Uint8Array,
  keys: readonly PinnedKey[],
  today: string | undefined,
): Promise<VerifiedList> {
  if (jws.length > listBytesMax) return refused("too-large");
  if (keys.length === 0) return refused("no-keys");
  const text = Buffer.from(jws.buffer, jws.byteOffset, jws.length).toString("latin1").trimEnd(); // of a text file's last line
  const parts = text.split(".", partsMax);
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(text) || !parts.every(isCanonical)) return refused("not-jws");
  const [header = ""] = parts;
  const facts = headerOf(header);
  if (facts === undefined) return refused("bad-header");
  if (facts.alg !== "EdDSA") return refused("wrong-algorithm"); // before any key is looked at: RFC 8725, clause 3.1
  const key = keys.find(({ kid }) => kid === facts.kid);
  if (key === undefined) return refused("unknown-key");
  const payload = await signedPayload(text, key);
  if (payload === undefined) return refused("bad-signature");
  return checkContent(payload, key, today);
}

const refused = (reason: RegistryRefusal): VerifiedList => ({ kind: "refused", reason });

function headerOf(part: string): z.infer<typeof headerSchema> | undefined {
  const header = headerSchema.safeParse(parseJson(Buffer.from(part, "base64url")));
  return header.success ? header.data : undefined;
}

async function signedPayload(jws: string, { x }: PinnedKey): Promise<Uint8Array | undefined> {
  try {
    const key = await importJWK({ kty: "OKP", crv: "Ed25519", x }, "EdDSA");
    return (await compactVerify(jws, key, { algorithms: ["EdDSA"] })).payload;
  } catch {
    return undefined; // the library's sentences quote what it was given
  }
}

function checkContent(payload: Uint8Array, { kid }: PinnedKey, today: string | undefined): VerifiedList {
  const value = parseJson(payload);
  if (value === undefined) return refused("not-json");
  const checked = registrySchema.safeParse(value);
  if (!checked.success) return refused("bad-content");
  const document = checked.data;
  if (document.keyId !== kid) return refused("key-id-differs");
  if (today !== undefined && document.issued > today) return refused("not-yet-valid");
  return { kind: "list", document, payload: Buffer.from(payload).toString("utf8") };
}

/** The value that the bytes write as JSON in strict UTF-8, or undefined. */
function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return undefined; // nesting that exhausts the stack ends here too
  }
}
