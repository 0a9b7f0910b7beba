// Honeywell's menu commands: SYN M CR, one or several settings or queries, and where they are kept.
import { asciiBytes, asciiText, joinBytes, mayStandAt } from "../../bytes/ascii.ts";
import { type Cut, incomplete } from "../cut.ts";

/** `tag` is tag and subtag, six characters; `data` a value, or `?` current, `^` default, `*` range. */
export interface MenuEntry {
  readonly tag: string;
  readonly data: string;
}

/** `ram` lasts until the reader is switched off. */
export interface MenuCommand {
  readonly entries: readonly MenuEntry[];
  readonly storage: "ram" | "saved";
}

export const menuPrefix = Uint8Array.of(0x16, 0x4d, 0x0d);
const menuEnds = { ram: "!", saved: "." } as const;

const tagLetters = 3;
/** Longest command in bytes: the reader's own input buffer is of this order, and a longer one is noise. */
export const menuBytesMax = 1_024;

export const isMenuQuery = ({ data }: MenuEntry): boolean => data === "?" || data === "^" || data === "*";

export function encodeMenuCommand({ entries, storage }: MenuCommand): Uint8Array {
  const text = entries.map(({ tag, data }) => `${tag}${data}`).join(";");
  return joinBytes(menuPrefix, asciiBytes(text + menuEnds[storage]));
}

/** Cuts the command off whose prefix stands at `at`. */
export function cutMenuCommand(bytes: Uint8Array, at: number): Cut<MenuCommand> {
  if (!mayStandAt(bytes, menuPrefix, at)) return { kind: "discarded", why: "noise", bytesUsed: 1 };
  const start = at + menuPrefix.length;
  const endMax = Math.min(bytes.length, at + menuBytesMax);
  let end = start;
  while (end < endMax && bytes[end] !== 0x21 && bytes[end] !== 0x2e) end += 1;
  if (end === at + menuBytesMax) return { kind: "discarded", why: "overflow", bytesUsed: menuBytesMax };
  if (end >= bytes.length) return incomplete;
  const entries = readMenuEntries(asciiText(bytes, start, end));
  const bytesUsed = end + 1 - at;
  if (entries.some(({ tag }) => tag === "")) return { kind: "discarded", why: "bad-frame", bytesUsed };
  return { kind: "frame", bytesUsed, frame: { entries, storage: bytes[end] === 0x21 ? "ram" : "saved" } };
}

/** After `;` stands a whole tag, after `,` a whole one or the subtag alone, under the tag of the entry before. */
function readMenuEntries(text: string): MenuEntry[] {
  const entries: MenuEntry[] = [];
  for (const part of text.split(/[,;]/)) entries.push(readMenuEntry(part, entries.at(-1)?.tag ?? ""));
  return entries;
}

/** `before` is the tag that a lone subtag belongs to. */
export function readMenuEntry(part: string, before: string): MenuEntry {
  const whole = /^[A-Za-z]{3}[A-Za-z0-9]{3}/.exec(part)?.[0];
  const isWhole = whole !== undefined && (before === "" || /^[A-Za-z]{6}/.test(whole));
  if (isWhole) return { tag: whole, data: part.slice(whole.length) };
  const sub = /^[A-Za-z0-9]{3}/.exec(part)?.[0];
  if (sub === undefined || before === "") return { tag: "", data: part };
  return { tag: before.slice(0, tagLetters) + sub, data: part.slice(sub.length) };
}
