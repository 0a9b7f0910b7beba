// What can be configured of the audit log, with the reason of each setting.
import * as z from "zod";

export const auditConfigSchema = z
  .strictObject({
    months: z
      .int()
      .min(12)
      .max(120)
      .default(12)
      .describe("How long records are kept: security logs for at least 12 months; then the oldest are removed"),
    recordsMax: z
      .int()
      .min(10_000)
      .max(100_000_000)
      .default(4_000_000)
      .describe("Records at the most (about 1 GB), whatever their age: three months of a flood without end"),
  })
  .prefault({})
  .describe("Who connected, what was denied, who administered: `tiepdon audit`");

export type AuditConfig = z.infer<typeof auditConfigSchema>;
