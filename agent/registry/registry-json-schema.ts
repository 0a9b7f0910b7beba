// The JSON Schema of a list of certified readers, for the editors of those who write one.
import * as z from "zod";
import { registrySchema } from "./registry-schema.ts";

export const registrySchemaName = "reader-registry-1.schema.json";

/** Draft 2020-12. Dates and ranges are checked further by `tiepdon registry sign`. */
export function registryJsonSchema(): string {
  const { $schema, ...rest } = z.toJSONSchema(registrySchema, { io: "input" });
  const about = { $id: "urn:tiepdon:schema:reader-registry:1", title: "reader-registry/1" };
  return `${JSON.stringify({ $schema, ...about, ...rest }, null, 2)}\n`;
}
