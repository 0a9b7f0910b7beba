// The page for IT names every status and refusal, and its examples are good.
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import * as z from "zod";
import { registryConfigSchema } from "../../../../agent/registry/registry-config.ts";
import { registryJsonSchema, registrySchemaName } from "../../../../agent/registry/registry-json-schema.ts";
import { registrySchema } from "../../../../agent/registry/registry-schema.ts";
import { certificationStatuses } from "../../../../protocol/registry/certification.ts";
import { registryRefusals } from "../../../../protocol/registry/registry-refusal.ts";
import { loadConfig } from "../../../../service/load-config.ts";

const read = (name: string): string => readFileSync(new URL(`../../../../docs/${name}`, import.meta.url), "utf8");
const page = read("registry.md");
const blocks = (language: string): string[] =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``, "g"))].map(([, text = ""]) => text);

it.each([...Object.keys(certificationStatuses), ...Object.keys(registryRefusals)])("names %s", (code) => {
  expect(page).toMatch(new RegExp(`^\\|[^|]*\`${code}\``, "m"));
});

it("shows a list that could be signed", () => {
  const [list = ""] = blocks("json");
  expect(registrySchema.safeParse(JSON.parse(list)).error).toBeUndefined();
});

it("shows a configuration that could be used", () => {
  const [config = "", overrides = ""] = blocks("yaml");
  const schema = z.object({ agent: z.object({ registry: registryConfigSchema }) });
  expect(loadConfig(config, "page", schema)).toMatchObject({
    kind: "config",
    config: { agent: { registry: { policy: "warn" } } },
  });
  expect(loadConfig(overrides, "page", registryConfigSchema)).toMatchObject({ kind: "config" });
});

it("stands beside the schema for editors (npm run schemas)", () => {
  expect(read(`schemas/${registrySchemaName}`)).toBe(registryJsonSchema());
});
