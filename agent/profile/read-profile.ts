// Reads the text of one profile file: a model of its own, or a site's changes to a built-in one.
import * as z from "zod";
import type { ConfigFault } from "../../service/config-fault.ts";
import { type LoadedConfig, loadConfig } from "../../service/load-config.ts";
import { type ProfileFile, profileSchema } from "./profile-schema.ts";

/** What a site may change of a built-in profile; who the reader is and how it is certified stays. */
const changeable: readonly string[] = ["transport", "framing", "feedback"];

/** The faults of a file in the order of its lines, or the checked profile. Never throws for anything in the text. */
export function readProfile(text: string, fileName: string): LoadedConfig<ProfileFile> {
  return read(text, fileName, profileSchema);
}

/** As `readProfile`, for a file that bears the id of the built-in profile `builtIn`: it holds only what it changes. */
export function readOverride(text: string, fileName: string, builtIn: ProfileFile): LoadedConfig<ProfileFile> {
  const merged = read(
    text,
    fileName,
    z.preprocess((value) => mergeInto(builtIn, value), profileSchema),
  );
  const unchangeable = read(text, fileName, unchangeableIn(builtIn));
  if (merged.kind === "config" && unchangeable.kind === "config") return merged;
  const faults = [merged, unchangeable].flatMap((loaded) => (loaded.kind === "faulty" ? loaded.faults : []));
  return { kind: "faulty", faults: withoutTwins(faults).sort((a, b) => a.line - b.line || a.column - b.column) };
}

/** The id that a text gives itself, if it can be read at all. */
export function idIn(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) && typeof value["id"] === "string" ? value["id"] : undefined;
  } catch {
    return undefined;
  }
}

/** The YAML reader knows the lines, and JSON is YAML but for tabs; that it is JSON is checked first. */
function read<T>(text: string, fileName: string, schema: z.ZodType<T>): LoadedConfig<T> {
  try {
    JSON.parse(text);
  } catch (error) {
    return { kind: "faulty", faults: [notJson(text, fileName, String(error))] };
  }
  return loadConfig(text.replaceAll("\t", " "), fileName, schema); // JSON has no raw tabs within strings
}

function notJson(text: string, fileName: string, complaint: string): ConfigFault {
  const position = Number(/position (\d+)/.exec(complaint)?.[1] ?? text.length);
  const before = text.slice(0, position).split("\n");
  return {
    fileName,
    line: before.length,
    column: (before.at(-1)?.length ?? 0) + 1,
    path: "",
    message: "Không phải JSON | Not JSON",
    fix: "Xem dấu phẩy, dấu nháy, ngoặc quanh đây; JSON không có chú thích | Check commas, quotes and brackets around here; JSON has no comments",
  };
}

/** The site's file over the built-in one. What is no object stays as it is, so that the schema says so. */
function mergeInto(builtIn: ProfileFile, value: unknown): unknown {
  if (!isObject(value)) return value;
  const merged: Record<string, unknown> = { ...builtIn };
  for (const [key, own] of Object.entries(value)) {
    const base = merged[key];
    if (!Object.hasOwn(builtIn, key)) merged[key] = own;
    else if (changeable.includes(key)) merged[key] = isObject(base) && isObject(own) ? { ...base, ...own } : own;
  }
  return merged;
}

/** Says of each other member that differs from the built-in profile that a site can't change it. */
function unchangeableIn(builtIn: ProfileFile) {
  return z.looseObject({}).superRefine((value, context) => {
    for (const [key, own] of Object.entries(value)) {
      if (!Object.hasOwn(builtIn, key) || changeable.includes(key)) continue;
      if (isSame(own, builtIn[key as keyof ProfileFile])) continue;
      context.addIssue({
        code: "custom",
        path: [key],
        message: `Không được đổi "${key}" của hồ sơ có sẵn | "${key}" of a built-in profile can't be changed`,
        params: { fix: ownIdFix },
      });
    }
  });
}

const ownIdFix =
  "Chỉ đổi transport, framing, feedback; hoặc đặt id khác cho mẫu của mình | Change transport, framing, feedback only; or give your own model another id";

/** Whether both say the same in JSON; defaults that a file leaves out are no difference. */
function isSame(own: unknown, known: unknown): boolean {
  if (Array.isArray(own) && Array.isArray(known)) {
    return own.length === known.length && own.every((item, at) => isSame(item, known[at]));
  }
  if (isObject(own) && isObject(known)) return Object.entries(own).every(([key, item]) => isSame(item, known[key]));
  return own === known;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Both readings of one file find the same syntax faults. */
function withoutTwins(faults: readonly ConfigFault[]): ConfigFault[] {
  const seen = new Set<string>();
  return faults.filter((fault) => {
    const twin = JSON.stringify(fault);
    return !seen.has(twin) && seen.add(twin);
  });
}
