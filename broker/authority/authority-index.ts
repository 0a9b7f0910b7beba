// What an authority has issued and revoked, and the tokens that it gave out: durable, and safe for the broker and a command at once.
import { createHash, randomBytes } from "node:crypto";
import { openSqliteFile } from "../../store/sqlite-file.ts";

export interface IssuedCertificate {
  /** Hexadecimal, in lower case. */
  readonly serial: string;
  readonly name: string;
  readonly purpose: "client" | "server" | "node";
  /** Milliseconds since 1970, as all times here. */
  readonly issuedAt: number;
  readonly expires: number;
  readonly revokedAt: number | null;
}

/** What became of a token that somebody showed. */
export type TokenUse =
  | { readonly kind: "burnt"; readonly name: string }
  | { readonly kind: "used-before"; readonly name: string }
  | { readonly kind: "expired"; readonly name: string }
  | { readonly kind: "unknown" };

/** 192 bits: nobody guesses one in its day. */
const secretBytes = 24;

const migrations = [
  `
  CREATE TABLE issued (
    serial TEXT PRIMARY KEY, name TEXT NOT NULL, purpose TEXT NOT NULL, issued_at INTEGER NOT NULL,
    expires INTEGER NOT NULL, revoked_at INTEGER);
  CREATE TABLE tokens (digest TEXT PRIMARY KEY, name TEXT NOT NULL, expires INTEGER NOT NULL, used_at INTEGER);
  `,
];

type TokenRow = { name: string; expires: number; used_at: number | null };

export class AuthorityIndex {
  readonly #db;

  /** Opens or makes the file. Throws when it can't be opened; a damaged one too, since revocations must not be forgotten. */
  constructor(path: string, now: number) {
    this.#db = openSqliteFile(path, { migrations, now, refusesDamage: true }).db;
  }

  /** Written before the certificate is handed out. */
  add({ serial, name, purpose, issuedAt, expires }: Omit<IssuedCertificate, "revokedAt">): void {
    this.#db
      .prepare("INSERT INTO issued (serial, name, purpose, issued_at, expires) VALUES (?, ?, ?, ?, ?)")
      .run(serial, name, purpose, issuedAt, expires);
  }

  all(): readonly IssuedCertificate[] {
    return this.#db
      .prepare<[], IssuedCertificate>(
        `SELECT serial, name, purpose, issued_at AS issuedAt, expires, revoked_at AS revokedAt
         FROM issued ORDER BY issued_at, serial`,
      )
      .all();
  }

  /** Revokes by serial number, or every certificate of a name; answers how many were not revoked before. */
  revoke(serialOrName: string, now: number): number {
    return this.#db
      .prepare("UPDATE issued SET revoked_at = ? WHERE (serial = ? OR name = ?) AND revoked_at IS NULL")
      .run(now, serialOrName.toLowerCase(), serialOrName).changes;
  }

  /** A new secret, good once and until `expires`. Only its digest is kept. */
  newToken(name: string, expires: number): string {
    const secret = randomBytes(secretBytes).toString("base64url");
    this.#db
      .prepare("INSERT INTO tokens (digest, name, expires) VALUES (?, ?, ?)")
      .run(digestOf(secret), name, expires);
    return secret;
  }

  /** Uses a token up, in one transaction: of two who show it at once one gets it. */
  burnToken(secret: string, now: number): TokenUse {
    const digest = digestOf(secret);
    return this.#db
      .transaction((): TokenUse => {
        const find = "SELECT name, expires, used_at FROM tokens WHERE digest = ?";
        const token = this.#db.prepare<[string], TokenRow>(find).get(digest);
        if (token === undefined) return { kind: "unknown" };
        const { name } = token;
        if (token.used_at !== null) return { kind: "used-before", name };
        if (token.expires <= now) return { kind: "expired", name };
        this.#db.prepare("UPDATE tokens SET used_at = ? WHERE digest = ?").run(now, digest);
        return { kind: "burnt", name };
      })
      .immediate();
  }

  close(): void {
    this.#db.close();
  }
}

const digestOf = (secret: string): string => createHash("sha256").update(secret).digest("hex");
