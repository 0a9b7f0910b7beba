// tiepdon reader profiles: which reader models are known, and where each is described.
import { type LoadedProfile, loadProfiles } from "../../agent/profile/load-profiles.ts";
import { quirkMeanings } from "../../agent/profile/quirk-meanings.ts";
import { soundAdvice } from "../../agent/profile/sound-advice.ts";
import { outcomes } from "../../protocol/driver/outcome.ts";
import { describeFaults } from "../../service/config-fault.ts";
import { CommandFailure, exitCodes } from "../../service/exit-codes.ts";
import { print } from "../terminal.ts";

export interface ReaderProfilesOptions {
  readonly profilesDir: string;
  readonly json?: boolean;
}

/** Lists the profiles, or shows one. Throws `CommandFailure` (2) for an unknown id, and after the list for faulty files. */
export function runReaderProfiles(id: string | undefined, options: ReaderProfilesOptions): void {
  const { profiles, faults } = loadProfiles(options.profilesDir);
  if (id === undefined) {
    const all = [...profiles.values()];
    if (options.json) for (const loaded of all) print(JSON.stringify(listed(loaded)));
    else for (const line of table(all.map(row))) print(line);
  } else {
    const loaded = profiles.get(id);
    if (loaded !== undefined) print(options.json ? JSON.stringify(shown(loaded)) : description(loaded));
    else if (faults.length === 0) throw new CommandFailure(exitCodes.wrongUsage, unknown);
  }
  if (faults.length > 0) throw new CommandFailure(exitCodes.wrongUsage, describeFaults(faults));
}

const unknown =
  "Không có hồ sơ nào tên như vậy; xem `tiepdon reader profiles` | No profile of this name; see `tiepdon reader profiles`";

function listed({ file, origin, isChanged, path }: LoadedProfile): object {
  const { id, vendor, model, driver, match, transport, confidence } = file;
  return { id, vendor, model, driver, transport: transport.kind, match, confidence, origin, isChanged, path };
}

function shown({ file, origin, isChanged, path }: LoadedProfile): object {
  return { profile: file, origin, isChanged, path };
}

const row = (loaded: LoadedProfile): string[] => {
  const { id, vendor, model, driver, transport, confidence } = loaded.file;
  return [id, `${vendor}: ${model}`, `${driver}/${transport.kind}`, confidence, originOf(loaded)];
};

function originOf({ origin, isChanged }: LoadedProfile): string {
  if (isChanged) return "đã sửa | changed";
  return origin === "built-in" ? "có sẵn | built-in" : "tại chỗ | site";
}

function table(rows: readonly string[][]): string[] {
  const widths = rows.reduce<number[]>(
    (known, cells) => cells.map((cell, at) => Math.max(known[at] ?? 0, cell.length)),
    [],
  );
  return rows.map((cells) =>
    cells
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

function description(loaded: LoadedProfile): string {
  const { file } = loaded;
  const feedback = outcomes.map((outcome) => `  ${outcome.padEnd(10)}${file.feedback[outcome].join(" ") || "–"}`);
  const quirks = file.quirks.map((quirk) => `  ${quirk}: ${quirkMeanings[quirk]}`);
  const advice = soundAdvice(loaded.profile);
  return [
    `${file.id} · ${file.vendor}, ${file.model}`,
    `Nguồn | from: ${originOf(loaded)}, ${loaded.path}`,
    `Độ chắc | confidence: ${file.confidence}`,
    `Driver: ${file.driver} qua | over ${file.transport.kind}${file.transport.baud === null ? "" : `, ${file.transport.baud} baud`}`,
    `USB: ${file.match.map(({ vid, pid }) => `${vid}:${pid}`).join(" ") || "chọn bằng cấu hình | chosen by the configuration"}`,
    "Phản hồi (hex) | feedback:",
    ...feedback,
    ...(advice === undefined ? [] : [`    → ${advice}`]),
    ...(quirks.length === 0 ? [] : ["Điểm riêng | quirks:", ...quirks]),
    JSON.stringify(file, null, 2),
  ].join("\n");
}
