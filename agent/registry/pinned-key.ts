// The public half of a key that signs lists of certified readers, as a facility pins it in its configuration.

export interface PinnedKey {
  /** Names the key in lists and in their signatures. */
  readonly kid: string;
  /** The Ed25519 public key, 32 bytes as base64url (RFC 8037, member `x`). */
  readonly x: string;
}

/** The one in use and the one that comes next. */
export const pinnedKeysMax = 2;
