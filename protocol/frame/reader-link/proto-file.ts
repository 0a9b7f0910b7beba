// Writes the .proto file of ReaderLink v1 from the field tables, and nanopb's file of limits beside it.
import type { Field, Fields, Message } from "./field-table.ts";
import { bodies, envelopeFields } from "./messages.ts";

const heading = `// ReaderLink v1, the link between a reader's own controller and the desk; docs/readers/readerlink.md says how it is used.
// Written from the field tables by "npx tsx scripts/write-readerlink.ts": do not edit. Field numbers are never used again.
syntax = "proto3";

package readerlink.v1;
`;

const optionsHeading = `# Limits of readerlink-v1.proto for nanopb, so that every message has a fixed size in memory.
# Written from the field tables by "npx tsx scripts/write-readerlink.ts": do not edit.
`;

const messages: readonly Message[] = Object.values(bodies);

/** `readerlink-v1.proto`. */
export function readerLinkProto(): string {
  const lines = Object.entries(bodies).map(
    ([kind, { number, name }]) => `    ${name} ${protoName(kind)} = ${number};\n`,
  );
  const head = fieldLines(envelopeFields).join("");
  const envelope = `message Envelope {\n${head}  oneof body {\n${lines.join("")}  }\n}\n`;
  return [heading, envelope, ...messages.map(messageText)].join("\n");
}

/** `readerlink-v1.options`: nanopb counts a text's closing 00. */
export function readerLinkOptions(): string {
  const lines = [{ name: "Envelope", fields: envelopeFields }, ...messages].flatMap(({ name, fields }) =>
    Object.entries<Field>(fields).flatMap(([member, field]) => {
      const limits = optionsOf(field);
      return limits === "" ? [] : [`readerlink.v1.${name}.${protoName(member)} ${limits}\n`];
    }),
  );
  return optionsHeading + lines.join("");
}

function optionsOf(field: Field): string {
  switch (field.kind) {
    case "bytes":
      return `max_size:${field.bytesMax}`;
    case "text":
      return `max_size:${field.bytesMax + 1}`;
    case "texts":
      return `max_count:${field.itemsMax} max_size:${field.bytesMax + 1}`;
    case "uint32s":
      return `max_count:${field.itemsMax}`;
    case "uint32":
    case "sint32":
    case "flag":
    case "choice":
      return "";
  }
}

function messageText({ name, fields }: Message): string {
  const choices = Object.values<Field>(fields).flatMap((field) => (field.kind === "choice" ? [enumText(field)] : []));
  return `message ${name} {\n${choices.join("")}${fieldLines(fields).join("")}}\n`;
}

function enumText({ name, values }: Field & { readonly kind: "choice" }): string {
  const lines = values.map((value, position) => `    ${protoValue(value)} = ${position};\n`);
  return `  enum ${name} {\n${lines.join("")}  }\n`;
}

function fieldLines(fields: Fields): readonly string[] {
  return Object.entries(fields).map(
    ([name, field]) => `  ${typeText(field)} ${protoName(name)} = ${field.number};${limitText(field)}\n`,
  );
}

function typeText(field: Field): string {
  switch (field.kind) {
    case "uint32":
    case "sint32":
    case "bytes":
      return field.kind;
    case "flag":
      return "bool";
    case "text":
      return "string";
    case "texts":
      return "repeated string";
    case "uint32s":
      return "repeated uint32";
    case "choice":
      return field.name;
  }
}

function limitText(field: Field): string {
  const items = "itemsMax" in field ? `${field.itemsMax} items` : "";
  const bytes = "bytesMax" in field ? `${field.bytesMax} bytes` : "";
  const limits = [items, bytes].filter((limit) => limit !== "");
  return limits.length === 0 ? "" : ` // at most ${limits.join(" of ")}`;
}

/** A member's name in protobuf: `ageMs` is `age_ms`. */
export function protoName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** A choice's name in protobuf: `too-large` is `TOO_LARGE`. */
export const protoValue = (value: string): string => value.toUpperCase().replaceAll("-", "_");
