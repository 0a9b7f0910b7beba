// Reads the members of a JSON line by name and kind, and writes bytes as members.
import { bytesOfHex } from "../../protocol/bytes/hex.ts";
import { type Members, UnfitLine } from "./family.ts";

export const hexOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("hex");

/** The bytes that a member writes in hexadecimal, of either case; undefined where it is absent or null. */
export function bytesMember(members: Members, name: string): Uint8Array | undefined {
  const hex = textMember(members, name);
  if (hex === undefined) return undefined;
  const bytes = bytesOfHex(hex);
  if (bytes === undefined) throw new UnfitLine(`\`${name}\`: cần chữ số hex | hexadecimal digits, two a byte`);
  return bytes;
}

export const textMember = (members: Members, name: string): string | undefined =>
  member(members, name, (value): value is string => typeof value === "string", "chuỗi | a string");

export const numberMember = (members: Members, name: string): number | undefined =>
  member(members, name, (value): value is number => Number.isSafeInteger(value), "số nguyên | a whole number");

export const flagMember = (members: Members, name: string): boolean | undefined =>
  member(members, name, (value): value is boolean => typeof value === "boolean", "true, false");

export const objectMember = (members: Members, name: string): Members | undefined =>
  member(members, name, isMembers, "đối tượng | an object");

export const listMember = (members: Members, name: string): readonly unknown[] | undefined =>
  member(members, name, (value): value is readonly unknown[] => Array.isArray(value), "danh sách | a list");

export const isMembers = (value: unknown): value is Members =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function member<T>(members: Members, name: string, fits: (value: unknown) => value is T, kind: string): T | undefined {
  const value = members[name];
  if (value === undefined || value === null) return undefined;
  if (!fits(value)) throw new UnfitLine(`\`${name}\`: ${kind}`);
  return value;
}

/** What a scan carries: `payloadHex`, or `data_hex`, or `data` as text; undefined where the line has none of them. */
export function payloadMember(members: Members): Uint8Array | undefined {
  const data = textMember(members, "data");
  return (
    bytesMember(members, "payloadHex") ??
    bytesMember(members, "data_hex") ??
    (data === undefined ? undefined : new TextEncoder().encode(data))
  );
}

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** `data` where the bytes are UTF-8, and `data_hex` in any case. */
export function scanMembers(payload: Uint8Array): {
  readonly data?: string;
  readonly data_hex: string;
  readonly encoding: "utf-8" | "invalid";
} {
  const data_hex = hexOf(payload);
  try {
    return { data: strictUtf8.decode(payload), data_hex, encoding: "utf-8" };
  } catch {
    return { data_hex, encoding: "invalid" };
  }
}
