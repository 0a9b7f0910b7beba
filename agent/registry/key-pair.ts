// Makes, writes and reads the keys that sign lists of certified readers: Ed25519 as JWK files (RFC 7517, RFC 8037).
import { exportJWK, generateKeyPair, importJWK, type JWK } from "jose";
import * as z from "zod";
import type { PinnedKey } from "./pinned-key.ts";
import { keyIdPattern, publicKeyPattern, publicKeySchema } from "./registry-schema.ts";

const publicSchema = z.object({
  kty: z.literal("OKP"),
  crv: z.literal("Ed25519"),
  kid: z.string().regex(keyIdPattern),
  x: publicKeySchema,
});
const privateSchema = publicSchema.extend({ d: z.string().regex(publicKeyPattern) });

export interface KeyPair {
  /** Contents of the two files, each ending with a line end. */
  readonly privateFile: string;
  readonly publicFile: string;
  readonly pinned: PinnedKey;
}

/** `kid` has to match `keyIdPattern`. */
export async function makeKeyPair(kid: string): Promise<KeyPair> {
  const { privateKey } = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
  const { x, d } = privateSchema.parse({ ...(await exportJWK(privateKey)), kid });
  const common = { kty: "OKP", crv: "Ed25519", kid, alg: "EdDSA", use: "sig", x };
  return {
    privateFile: `${JSON.stringify({ ...common, d }, null, 2)}\n`,
    publicFile: `${JSON.stringify(common, null, 2)}\n`,
    pinned: { kid, x },
  };
}

/** The public half in the text of a public or private key file; undefined when it is none. */
export function parsePublicKey(text: string): PinnedKey | undefined {
  const jwk = publicSchema.safeParse(parseJson(text));
  return jwk.success ? { kid: jwk.data.kid, x: jwk.data.x } : undefined;
}

export interface SigningKey {
  readonly pinned: PinnedKey;
  readonly key: Awaited<ReturnType<typeof importJWK>>;
}

/** The key in the text of a private key file; undefined when it is none. */
export async function parsePrivateKey(text: string): Promise<SigningKey | undefined> {
  const jwk = privateSchema.safeParse(parseJson(text));
  if (!jwk.success) return undefined;
  const { kty, crv, kid, x, d } = jwk.data;
  return { pinned: { kid, x }, key: await importJWK({ kty, crv, x, d } satisfies JWK, "EdDSA") };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
