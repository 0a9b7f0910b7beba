// Who may connect to an engine that takes our broker's place: desks, hospital software, IT and gateways, as one part of a description.
import * as z from "zod";
import type { Identity } from "../protocol/access.ts";
import { facilityPattern, namePattern } from "../protocol/topics.ts";

export const facility = z
  .string()
  .transform((code) => code.toLowerCase())
  .pipe(z.string().regex(facilityPattern, "mã CSKCB gồm 5 ký tự | facility code of five characters, such as 01234"));
const deskName = z.string().regex(namePattern, "1–32 chữ thường, số, gạch nối | 1–32 of a–z, 0–9, hyphen");
const namedDesks = z
  .array(deskName)
  .min(1)
  .max(999)
  .refine((names) => new Set(names).size === names.length, { error: "hai quầy trùng tên | two desks share a name" });
/** A name that a certificate may carry and a distinguished name takes without quotes. */
const userName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/, "tên trong chứng thư | the name in the user's certificate");

/** The part of a description that names everybody. */
export const membersShape = {
  facilities: z
    .array(
      z.strictObject({
        facility: facility.describe("Facility code (mã CSKCB)"),
        desks: z
          .union([z.int().min(1).max(999), namedDesks])
          .describe("Names of the desks, or how many: quay-01, quay-02, …"),
      }),
    )
    .min(1)
    .max(100)
    .refine((all) => new Set(all.map((one) => one.facility)).size === all.length, {
      error: "hai cơ sở trùng mã | two facilities share a code",
    }),
  users: z
    .array(
      z.strictObject({
        name: userName,
        role: z.enum(["his", "it", "gateway"]),
        facility: facility.optional().describe("Without it: all facilities of this cluster"),
      }),
    )
    .max(1_000)
    .default([])
    .refine((users) => new Set(users.map(({ name }) => name)).size === users.length, {
      error: "hai người dùng trùng tên | two users share a name",
    })
    .describe("Hospital software, IT and gateways, each by the name in its certificate"),
};
export type Members = z.infer<z.ZodObject<typeof membersShape>>;

/** Everybody who may connect: the name in the certificate, and who that is. */
export function identitiesOf({ facilities, users }: Members): readonly (readonly [string, Identity])[] {
  const desks = facilities.flatMap(({ facility, desks }) =>
    deskNames(desks).map((desk) => [`${facility}:${desk}`, { role: "desk", facility, desk }] as const),
  );
  return [...desks, ...users.map(({ name, ...identity }) => [name, identity] as const)];
}

/** The desks of a facility by name. */
export function deskNames(desks: number | readonly string[]): readonly string[] {
  if (typeof desks !== "number") return desks;
  return Array.from({ length: desks }, (_, index) => `quay-${String(index + 1).padStart(2, "0")}`);
}
