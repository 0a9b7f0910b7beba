// What can be configured of the enrolment of desks by one-time tokens.
import * as z from "zod";

export const enrolmentConfigSchema = z
  .strictObject({
    host: z.string().min(1).default("0.0.0.0").describe("Address to listen on"),
    port: z.int().min(0).max(65_535).default(8884).describe("TCP port, TLS; 0 takes a free one"),
    authorityDir: z.string().min(1).describe("Directory of the facility's own authority: `tiepdon ca init`"),
  })
  .describe("Desks fetch their certificate here with `tiepdon enrol TOKEN`; needs tls, whose certificate it shows");

export type EnrolmentConfig = z.infer<typeof enrolmentConfigSchema>;
