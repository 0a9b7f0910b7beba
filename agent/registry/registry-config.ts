// What can be configured of the list of certified readers: the member `registry` of a desk's configuration.
import * as z from "zod";
import { isDay } from "../../protocol/registry/days.ts";
import { registryPolicies } from "../../protocol/registry/registry-policy.ts";
import { namePattern } from "../../protocol/topics.ts";
import { pinnedKeysMax } from "./pinned-key.ts";
import { keyIdPattern, publicKeySchema } from "./registry-schema.ts";

/** As many as a desk may have readers. */
const overridesMax = 16;

/** Keys by name: the one in use and the one that comes next; none by default. */
export const pinnedKeys = z
  .array(
    z.strictObject({
      kid: z.string().regex(keyIdPattern, "chữ, số, . _ - | letters, digits, . _ -"),
      x: publicKeySchema,
    }),
  )
  .max(pinnedKeysMax)
  .refine(
    (keys) => new Set(keys.map(({ kid }) => kid)).size === keys.length,
    "hai khóa trùng kid | two keys share a kid",
  )
  .default([]);

export const registryConfigSchema = z
  .strictObject({
    policy: z
      .enum(registryPolicies)
      .default("warn")
      .describe("refuse: only certified readers take scans; warn: every reader does, and each event says what it is"),
    keys: pinnedKeys.describe(
      "Public keys of who may sign the list: the one in use and the next; none: the desk takes no list",
    ),
    file: z
      .string()
      .min(1)
      .optional()
      .describe("File of the signed list, watched; the facility's retained topic `registry` is taken too"),
    overrides: z
      .array(
        z.strictObject({
          reader: z.string().regex(namePattern).describe("Id of the reader at this desk"),
          reason: z.string().min(1).max(256),
          by: z.string().min(1).max(64).describe("Account of who decided it, not a personal name"),
          until: z.string().refine(isDay, "ngày dạng 2026-11-01 | a day such as 2026-11-01").describe("Last day"),
        }),
      )
      .max(overridesMax)
      .default([])
      .describe("Readers that may scan although the list refuses them; each use is written to the audit file"),
  })
  .refine(({ policy, keys }) => policy === "warn" || keys.length > 0, {
    error:
      "policy: refuse cần ít nhất một khóa, nếu không mọi đầu đọc đều bị từ chối | policy: refuse needs a key: without one every reader is refused",
    path: ["policy"],
  })
  .prefault({});

export type RegistryConfig = z.infer<typeof registryConfigSchema>;
