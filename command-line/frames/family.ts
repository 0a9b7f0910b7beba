// What `tiepdon frames` knows of one family of reader protocols: bytes to frames and back, as JSON members.

/** One byte string of a line in. `role` says whose it is: `chunk`, `report`, `request`, `response`, … */
export interface NamedBytes {
  readonly role: string;
  readonly bytes: Uint8Array;
}

export interface DecodeInput {
  /** In order; a line with `hex` alone gives one, with the role `chunk`. */
  readonly parts: readonly NamedBytes[];
  /** The part of a reader profile under which the bytes are read; empty where the line has none. */
  readonly config: Members;
}

export type Members = Readonly<Record<string, unknown>>;

/** What a codec made of bytes. Members of a frame bear the names of the golden vectors' `expect`; hex is lower case. */
export type FrameReport =
  | ({ readonly kind: "frame"; readonly payloadHex: string } & Members)
  /** `why` is a stable code (protocol/driver/discard.ts); `reply_hex` is what the host must answer; further members as of a frame. */
  | ({
      readonly kind: "discarded";
      readonly why: string;
      readonly bytes: number;
      readonly reply_hex?: string;
    } & Members)
  | { readonly kind: "incomplete"; readonly bytes: number };

/** An encoded byte string; several where an exchange, or a scan in several reports, needs them. */
export interface NamedHex {
  readonly role: string;
  readonly hex: string;
}

export interface Family {
  /** Never throws for any bytes; throws `UnfitLine` for a `config` that makes no sense. */
  decode(input: DecodeInput): readonly FrameReport[];
  /** `members` are those of a line in, or of a frame that `decode` gave. Throws `UnfitLine`. */
  encode(members: Members): string | readonly NamedHex[];
}

/** The line can't be read or built: a sentence for people, Vietnamese, then English after ` | `; never repeats a value. */
export class UnfitLine extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = "UnfitLine";
  }
}
