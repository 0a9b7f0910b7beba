// The form of a list of certified readers (`reader-registry/1`): each member with its bounds, unknown members refused.
import * as z from "zod";
import { isDay } from "../../protocol/registry/days.ts";
import { parseRange } from "../../protocol/registry/firmware-range.ts";
import type { RegistryDocument } from "../../protocol/registry/registry-document.ts";
import { isWeakKey } from "./weak-key.ts";

/** Entries of one list: what a province's hospitals use is a few dozen models. */
export const entriesMax = 500;
/** Single devices in one entry: every desk of a large hospital group. */
const serialsMax = 1_000;
const shortListMax = 32;

/** Names in this list and of keys: what can stand in a JWS header, a file name and a command line alike. */
export const keyIdPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
/** 32 bytes as base64url: the last of 43 digits carries two bits that have to be 0. */
export const publicKeyPattern = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;

const text = (charactersMax: number) =>
  z
    .string()
    .min(1)
    .max(charactersMax)
    .regex(/^[^\p{Cc}]*$/u, "không có ký tự điều khiển | no control characters");
const entryName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, "chữ thường, số, gạch nối | a–z, 0–9, hyphen");
const day = z.string().refine(isDay, "ngày dạng 2026-11-01 | a day such as 2026-11-01").meta({ format: "date" });
const range = z
  .string()
  .max(128)
  .refine(
    (words) => parseRange(words) !== undefined,
    "ví dụ >=1.2.0 <2.0.0, hoặc 1.3.1, hoặc * | such as >=1.2.0 <2.0.0, or 1.3.1, or *",
  );
/** A key that can be trusted as far as its form goes. */
export const publicKeySchema = z
  .string()
  .regex(
    publicKeyPattern,
    "43 ký tự base64url, xem `tiepdon registry keygen` | 43 characters of base64url, see `tiepdon registry keygen`",
  )
  .refine(
    (x) => !isWeakKey(x),
    "khóa mẫu hoặc khóa yếu, ai cũng ký được | a placeholder or weak key: anybody can sign for it",
  );

interface Term {
  readonly validFrom: string;
  readonly validUntil: string;
}
const inOrder = ({ validFrom, validUntil }: Term): boolean => validFrom <= validUntil;
const outOfOrder = {
  error: "validUntil trước validFrom | validUntil comes before validFrom",
  path: ["validUntil"],
};

const certificate = z
  .strictObject({
    kind: entryName.describe("hop-quy, cong-bo, chip-statement, …"),
    number: text(64).describe("As printed"),
    body: text(128).describe("Who issued it"),
    mark: text(16).nullable().describe("Mark on the device, such as CR; null where there is none"),
    standards: z.array(text(64)).max(shortListMax),
    validFrom: day,
    validUntil: day,
  })
  .refine(inOrder, outOfOrder);

const entry = z
  .strictObject({
    id: entryName,
    vendor: text(64),
    model: text(64),
    usb: z
      .array(z.string().regex(/^[0-9a-f]{4}:[0-9a-f]{4}$/, "dạng 1eab:1d10 | must look like 1eab:1d10"))
      .max(shortListMax),
    profiles: z.array(entryName).min(1).max(shortListMax),
    serials: z.array(text(128)).min(1).max(serialsMax).optional(),
    chip: z.boolean(),
    certificates: z.array(certificate).max(shortListMax),
    firmware: z
      .strictObject({ allow: z.array(range).min(1).max(shortListMax), deny: z.array(range).max(2 * shortListMax) })
      .nullable(),
    attestationKeys: z.array(publicKeySchema).max(shortListMax),
    validFrom: day,
    validUntil: day,
  })
  .refine(inOrder, outOfOrder);

export const registrySchema = z
  .strictObject({
    schema: z.literal("reader-registry/1"),
    version: z.int().min(1).max(1_000_000_000),
    issued: day,
    notAfter: day,
    issuer: text(128),
    keyId: z.string().regex(keyIdPattern, "chữ, số, . _ - | letters, digits, . _ -"),
    readers: z.array(entry).max(entriesMax),
  })
  .refine(({ issued, notAfter }) => issued <= notAfter, {
    error: "notAfter trước issued | notAfter comes before issued",
    path: ["notAfter"],
  })
  .refine(({ readers }) => new Set(readers.map(({ id }) => id)).size === readers.length, {
    error: "hai mục trùng id | two entries share an id",
    path: ["readers"],
  }) satisfies z.ZodType<RegistryDocument>;
