// Loads every reader profile there is: the built-in ones, and a site's own folder over them.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Profile } from "../../protocol/driver/profile.ts";
import type { ConfigFault } from "../../service/config-fault.ts";
import { builtInTexts } from "./built-in-texts.ts";
import { profileOf } from "./profile-of-file.ts";
import type { ProfileFile } from "./profile-schema.ts";
import { idIn, readOverride, readProfile } from "./read-profile.ts";

/** Bytes of one file: a profile has about 2 KiB. */
const fileBytesMax = 64 * 1024;
/** Files of a site folder: a facility has a handful of models. */
const filesMax = 500;

export interface LoadedProfile {
  readonly profile: Profile;
  /** The same as plain JSON with every default. */
  readonly file: ProfileFile;
  readonly origin: "built-in" | "site";
  /** A site's file makes a built-in profile say something else: the registry calls such a reader `suspect`. */
  readonly isChanged: boolean;
  /** The file it came from; a built-in one under `profiles/`. */
  readonly path: string;
}

export interface LoadedProfiles {
  /** By id, in the order of ids. A faulty file is left out; a built-in one then stays as it was. */
  readonly profiles: ReadonlyMap<string, LoadedProfile>;
  /** Every fault of every file. */
  readonly faults: readonly ConfigFault[];
}

/**
 * Reads `*.json` in `siteDir`; a folder that is not there holds nothing. With `wanted` only profiles of these ids are
 * looked at, and only faults of theirs told: a desk that starts needs one or two. Never throws for anything in the files.
 */
export function loadProfiles(siteDir: string | undefined, wanted?: ReadonlySet<string>): LoadedProfiles {
  const faults: ConfigFault[] = [];
  const isWanted = (id: string) => wanted === undefined || wanted.has(id);
  const builtIn = readBuiltIn(faults, isWanted);
  const found = new Map(builtIn);
  const taken = new Map<string, string>();
  for (const { path, text } of siteDir === undefined ? [] : readSite(siteDir, faults)) {
    const id = idIn(text);
    if (id !== undefined && !isWanted(id)) continue;
    const base = id === undefined ? undefined : builtIn.get(id);
    const read = base === undefined ? readProfile(text, path) : readOverride(text, path, base.file);
    const twin = id === undefined ? undefined : taken.get(id);
    if (id !== undefined) taken.set(id, twin ?? path);
    if (read.kind === "faulty") faults.push(...read.faults);
    if (twin !== undefined) faults.push(fault(path, twinWords(twin), "id"));
    if (read.kind === "faulty" || twin !== undefined) continue;
    const file = read.config;
    const isChanged = base !== undefined && JSON.stringify(file) !== JSON.stringify(base.file);
    found.set(file.id, { profile: profileOf(file), file, origin: "site", isChanged, path });
  }
  return { profiles: new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1))), faults };
}

/** Whether a site's file overrides a built-in profile, for the registry's rule `suspect`. */
export function profileIsChanged(loaded: LoadedProfiles, id: string): boolean {
  return loaded.profiles.get(id)?.isChanged === true;
}

/** A built-in file bears its profile's id. */
function readBuiltIn(faults: ConfigFault[], isWanted: (id: string) => boolean): Map<string, LoadedProfile> {
  const profiles = new Map<string, LoadedProfile>();
  for (const [name, text] of Object.entries(builtInTexts())) {
    if (!isWanted(name.slice(0, -".json".length))) continue;
    const path = `profiles/${name}`;
    const read = readProfile(text, path);
    if (read.kind === "faulty") faults.push(...read.faults);
    else {
      const file = read.config;
      profiles.set(file.id, { profile: profileOf(file), file, origin: "built-in", isChanged: false, path });
    }
  }
  return profiles;
}

/** The texts of the folder's files, in the order of their names. What can't be read is a fault. */
function readSite(folder: string, faults: ConfigFault[]): { path: string; text: string }[] {
  let names: string[];
  try {
    names = readdirSync(folder)
      .filter((name) => name.endsWith(".json"))
      .sort();
  } catch (error) {
    if (codeOf(error) !== "ENOENT") faults.push(fault(folder, unreadable(codeOf(error))));
    return [];
  }
  if (names.length > filesMax) faults.push(fault(folder, tooMany));
  return names.slice(0, filesMax).flatMap((name) => {
    const path = join(folder, name);
    try {
      if (statSync(path).size > fileBytesMax) throw Object.assign(new Error(), { code: "EFBIG" });
      return { path, text: new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(path)) };
    } catch (error) {
      faults.push(fault(path, error instanceof TypeError ? notUtf8 : unreadable(codeOf(error))));
      return [];
    }
  });
}

type Words = Pick<ConfigFault, "message" | "fix">;

const fault = (fileName: string, words: Words, path = ""): ConfigFault => ({
  fileName,
  line: 1,
  column: 1,
  path,
  ...words,
});
const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? "";
const unreadable = (code: string): Words => ({
  message: `Không đọc được (${code}) | It can't be read (${code})`,
  fix: "Xem lại đường dẫn, quyền và cỡ tệp (tối đa 64 KiB) | Check the path, the rights and the size (64 KiB at most)",
});
const twinWords = (other: string): Words => ({
  message: `id này đã có trong ${other} | This id is taken by ${other}`,
  fix: "Đặt id khác hoặc xóa một tệp | Give it another id, or remove one of the files",
});
const notUtf8: Words = {
  message: "Tệp không phải UTF-8 | The file is not UTF-8",
  fix: "Lưu lại tệp với bảng mã UTF-8 | Save the file as UTF-8",
};
const tooMany: Words = {
  message: `Quá ${filesMax} tệp; phần còn lại bị bỏ qua | More than ${filesMax} files; the rest is left out`,
  fix: "Xóa bớt tệp | Remove files",
};
