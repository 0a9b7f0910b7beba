// ReaderLink messages as JSON members under the names of the .proto file, bytes in hexadecimal.
import type { Field, Fields } from "../../protocol/frame/reader-link/field-table.ts";
import {
  type BodyDraft,
  type BodyKind,
  bodies,
  type Envelope,
  type EnvelopeDraft,
  envelopeFields,
} from "../../protocol/frame/reader-link/messages.ts";
import { protoName, protoValue } from "../../protocol/frame/reader-link/proto-file.ts";
import { type Members, UnfitLine } from "./family.ts";
import {
  bytesMember,
  flagMember,
  hexOf,
  listMember,
  numberMember,
  objectMember,
  payloadMember,
  scanMembers,
  textMember,
} from "./members.ts";

const kinds = Object.keys(bodies) as BodyKind[];

/** What a scan carries has members of its own, as in every family: `data` and `data_hex`. */
const { data: _data, ...scanFields } = bodies.scan.fields;
const fieldsOf = (kind: BodyKind): Fields => (kind === "scan" ? scanFields : bodies[kind].fields);

/** `{version, boot_id, seq, <body>: {…}}`; a member of bytes is hexadecimal, the data of a scan also text where it is UTF-8. */
export function envelopeMembers(envelope: Envelope): Members {
  const head = membersOf(envelopeFields, envelope);
  const { body } = envelope;
  if (body.kind === "unknown") return head;
  const { data, data_hex } = scanMembers(body.kind === "scan" ? body.data : new Uint8Array());
  const carried = body.kind === "scan" ? { ...(data === undefined ? {} : { data }), data_hex } : {};
  return { ...head, [protoName(body.kind)]: { ...carried, ...membersOf(fieldsOf(body.kind), body) } };
}

function membersOf(fields: Fields, message: object): Members {
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [protoName(name), memberOf(field, Reflect.get(message, name))]),
  );
}

function memberOf(field: Field, value: unknown): unknown {
  if (value instanceof Uint8Array) return hexOf(value);
  return field.kind === "choice" ? protoValue(String(value)) : value;
}

/** Reads what `envelopeMembers` writes; members that are left out are empty. Throws `UnfitLine`. */
export function envelopeOf(members: Members): EnvelopeDraft {
  const kind = kinds.find((each) => members[protoName(each)] !== undefined);
  if (kind === undefined) throw new UnfitLine(`\`envelope\`: ${kinds.map(protoName).join(", ")}`);
  const body = objectMember(members, protoName(kind)) ?? {};
  const version = numberMember(members, "version") ?? 1;
  const bootId = bytesMember(members, "boot_id") ?? new Uint8Array();
  const seq = numberMember(members, "seq") ?? 0;
  const data = kind === "scan" ? { data: payloadMember(body) ?? new Uint8Array() } : {};
  // Made from the table from which the type is made.
  return { version, bootId, seq, body: { kind, ...draftOf(fieldsOf(kind), body), ...data } as BodyDraft };
}

function draftOf(fields: Fields, members: Members): Members {
  return Object.fromEntries(
    Object.entries(fields)
      .map(([name, field]) => [name, read(field, members, protoName(name))] as const)
      .filter(([, value]) => value !== undefined),
  );
}

function read(field: Field, members: Members, name: string): unknown {
  switch (field.kind) {
    case "uint32":
    case "sint32":
      return numberMember(members, name);
    case "flag":
      return flagMember(members, name);
    case "text":
      return textMember(members, name);
    case "texts":
    case "uint32s":
      return listMember(members, name);
    case "bytes":
      return bytesMember(members, name);
    case "choice": {
      const value = textMember(members, name);
      const found = field.values.find((each) => protoValue(each) === value || each === value);
      if (value !== undefined && found === undefined) {
        throw new UnfitLine(`\`${name}\`: ${field.values.map(protoValue).join(", ")}`);
      }
      return found;
    }
  }
}
