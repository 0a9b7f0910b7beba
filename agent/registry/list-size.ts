// How large a signed list of certified readers may be.

/** Bytes of a whole JWS: 500 entries with their certificates have about 400 KiB. */
export const listBytesMax = 512 * 1024;
