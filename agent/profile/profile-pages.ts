// What is written from the schema of profile files: the JSON Schema for editors, and the page that explains each member.
import * as z from "zod";
import { quirks } from "../../protocol/driver/profile.ts";
import { profileSchema } from "./profile-schema.ts";
import { quirkMeanings } from "./quirk-meanings.ts";

export const jsonSchemaName = "reader-profile-1.schema.json";

/** JSON Schema, draft 2020-12. */
export function profileJsonSchema(): string {
  const { $schema, ...members } = z.toJSONSchema(profileSchema, { io: "input" });
  const about = { $id: "urn:tiepdon:schema:reader-profile:1", title: "Tiepdon reader profile" };
  return `${JSON.stringify({ $schema, ...about, ...members }, null, 2)}\n`;
}

interface Member {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Member[];
  readonly items?: Member;
  readonly properties?: Readonly<Record<string, Member>>;
  readonly required?: readonly string[];
  readonly default?: unknown;
  readonly description?: string;
}

/** docs/readers/profile-members.md. */
export function profileMembersPage(): string {
  const schema = z.toJSONSchema(profileSchema, { io: "input" }) as Member;
  return `# Các khóa của tệp hồ sơ | Members of a profile file

Viết ra từ lược đồ, đừng sửa tay; cách dùng: [adding-a-model.md](adding-a-model.md). Byte viết bằng cặp hex. Khóa có mặc định thì
bỏ được; khóa lạ là lỗi.

Written from the schema by \`npm run schemas\`: do not edit. How to use it: [adding-a-model.md](adding-a-model.md); for editors:
[${jsonSchemaName}](../schemas/${jsonSchemaName}). Bytes are pairs of hexadecimal digits, \`"16070d"\` or \`"16 07 0d"\`. What has a
default may be left out; a key that is not listed here is a fault.

| Khóa \\| Member | Giá trị \\| Values | Mặc định \\| Default | Nghĩa \\| Meaning |
|---|---|---|---|
${[...rowsOf(schema, "")].join("\n")}

## Điểm riêng | Quirks

| Quirk | Nghĩa \\| Meaning |
|---|---|
${quirks.map((quirk) => `| \`${quirk}\` | ${cell(quirkMeanings[quirk])} |`).join("\n")}
`;
}

function* rowsOf(object: Member, prefix: string): Generator<string> {
  for (const [name, member] of Object.entries(object.properties ?? {})) {
    const path = `${prefix}${name}`;
    const inner = member.items?.properties === undefined ? member : member.items;
    if (inner.properties !== undefined) {
      yield* rowsOf(inner, inner === member ? `${path}.` : `${path}[].`);
      continue;
    }
    const isRequired = object.required?.includes(name) === true;
    const fallback = isRequired ? "–" : member.default === undefined ? "" : code(member.default);
    yield `| \`${path}\` | ${valuesOf(member)} | ${fallback} | ${cell(member.description ?? "")} |`;
  }
}

function valuesOf(member: Member): string {
  if (member.const !== undefined) return code(member.const);
  if (member.enum !== undefined) return member.enum.map(code).join(", ");
  if (member.anyOf !== undefined) return member.anyOf.map(valuesOf).join(", ");
  if (member.type === "array") return `list of ${member.items === undefined ? "?" : valuesOf(member.items)}`;
  return member.type ?? "?";
}

const cell = (words: string): string => words.replaceAll("|", "\\|");
const code = (value: unknown): string => `\`${JSON.stringify(value)}\``;
