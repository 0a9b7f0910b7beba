// The signed list of certified readers as it is written (READERS chapter 13): what a facility or a hospital group vouches for.

/** `reader-registry/1`. Every day is `yyyy-MM-dd` in Vietnam and belongs to the term that it begins or ends. */
export interface RegistryDocument {
  readonly schema: "reader-registry/1";
  /** Rises with every list that is signed; a desk never goes back. */
  readonly version: number;
  readonly issued: string;
  readonly notAfter: string;
  readonly issuer: string;
  /** Name of the key that signs this list; the same as `kid` in the signature's header. */
  readonly keyId: string;
  readonly readers: readonly RegistryEntry[];
}

/** One model, or single devices of it where `serials` names them. */
export interface RegistryEntry {
  readonly id: string;
  readonly vendor: string;
  readonly model: string;
  /** `vid:pid`, four lower-case hexadecimal digits each; empty for a reader that shows no USB identity of its own. */
  readonly usb: readonly string[];
  /** Profiles under which it may be driven. */
  readonly profiles: readonly string[];
  /** Single devices; absent: every device of the model. An entry with the serial number of a device outranks the model's. */
  readonly serials?: readonly string[] | undefined;
  /** Reads the chips of identity cards (Identification Law 26/2023/QH15, Art. 22(5)). */
  readonly chip: boolean;
  /** Of each `kind` one has to be in date; a renewal stands beside the one that it follows. */
  readonly certificates: readonly RegistryCertificate[];
  /** null: any firmware. */
  readonly firmware: FirmwareRule | null;
  /** Ed25519 public keys, base64url, with which a reader of ours proves that it is one. */
  readonly attestationKeys: readonly string[];
  readonly validFrom: string;
  readonly validUntil: string;
}

export interface RegistryCertificate {
  /** Such as `hop-quy` (type approval), `cong-bo` (self-declaration), `chip-statement` (the supplier's written statement). */
  readonly kind: string;
  /** As printed. */
  readonly number: string;
  readonly body: string;
  /** Mark of conformity on the device, such as CR; null where there is none. */
  readonly mark: string | null;
  readonly standards: readonly string[];
  readonly validFrom: string;
  readonly validUntil: string;
}

/** Ranges of versions as `firmware-range.ts` reads them. What neither list names is not allowed. */
export interface FirmwareRule {
  readonly allow: readonly string[];
  /** Outranks `allow`. */
  readonly deny: readonly string[];
}
