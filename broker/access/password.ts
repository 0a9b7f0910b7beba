// Passwords as they are kept: scrypt (RFC 7914), never the password itself.
import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";

/**
 * Cost 2^14, block 8, 5 lanes: one of the sets that OWASP lists. It takes a little more than 16 MiB, which glibc gives back
 * only under the unit's MALLOC_MMAP_THRESHOLD_, and else keeps for each thread that ever checked a password (mallopt(3)).
 */
const cost = { N: 16_384, r: 8, p: 5 } as const;
const saltBytes = 16;
const hashBytes = 32;

/** `scrypt$N$r$p$salt$hash`, salt and hash in base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(saltBytes);
  const hash = await derive(password, salt, cost);
  return `scrypt$${cost.N}$${cost.r}$${cost.p}$${salt.toString("base64url")}$${hash.toString("base64url")}`;
}

/** Compares in constant time. A hash that is not in our form fits no password. */
export async function passwordFits(password: string | Buffer, kept: string): Promise<boolean> {
  const [, n, r, p, salt, hash] = /^scrypt\$(\d{4,7})\$(\d{1,2})\$(\d{1,2})\$([\w-]+)\$([\w-]+)$/.exec(kept) ?? [];
  if (salt === undefined || hash === undefined) return false;
  const expected = Buffer.from(hash, "base64url");
  if (expected.length !== hashBytes) return false;
  const found = await derive(password, Buffer.from(salt, "base64url"), { N: Number(n), r: Number(r), p: Number(p) });
  return timingSafeEqual(found, expected);
}

/** A hash that no password fits, for checks of unknown users: they take as long as any other. */
export const unknownUserHash = `scrypt$${cost.N}$${cost.r}$${cost.p}$${"A".repeat(22)}$${"A".repeat(43)}`;

function derive(password: string | Buffer, salt: Buffer, { N, r, p }: { N: number; r: number; p: number }) {
  return new Promise<Buffer>((resolve, reject) => {
    const options = { N, r, p, maxmem: 256 * N * r };
    scrypt(password, salt, hashBytes, options, (error, hash) => (error ? reject(error) : resolve(hash)));
  });
}
