// tiepdon reader list: the readers that are plugged in, what they fit, and what the list of certified readers says of them.
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { DeviceIdentity } from "../../agent/devices/device-identity.ts";
import { DeviceReading, type DeviceRoots, machineRoots } from "../../agent/devices/read-devices.ts";
import { findPortHolder } from "../../agent/ports/port-holder.ts";
import { type LoadedProfile, loadProfiles } from "../../agent/profile/load-profiles.ts";
import { isBehindBridge, matchingProfiles } from "../../agent/profile/matching-profiles.ts";
import { keptListFileName } from "../../agent/registry/registry-keeper.ts";
import { verifyList } from "../../agent/registry/verify-list.ts";
import { keyboardHints } from "../../protocol/driver/learn/keyboard-mode.ts";
import { certificationWord } from "../../protocol/registry/certification.ts";
import { judge } from "../../protocol/registry/judge.ts";
import type { RegistryDocument } from "../../protocol/registry/registry-document.ts";
import { systemClock } from "../../service/clock.ts";
import { describeFaults } from "../../service/config-fault.ts";
import { readListFile, readPinnedKeys } from "../registry-files.ts";
import { print, say } from "../terminal.ts";

export interface ReaderListOptions {
  readonly config: string;
  readonly dataDir: string;
  readonly profilesDir: string;
  readonly json?: boolean;
  /** Where sysfs and /dev are; the machine's own by default. */
  readonly roots?: DeviceRoots;
}

/** One reader as a program gets it. `certification` is judged without the firmware: nobody has asked the reader yet. */
interface ListedReader
  extends Pick<DeviceIdentity, "key" | "kind" | "path" | "vid" | "pid" | "serial" | "port" | "product"> {
  /** Ids, the most fitting first. */
  readonly profiles: readonly string[];
  readonly isBehindBridge: boolean;
  readonly certification: string;
  /** What to do where the reader is a keyboard now. */
  readonly hint: string | undefined;
  /** The program that has it open. */
  readonly holder: string | undefined;
}

/** Throws `CommandFailure` (2) for faulty files. */
export async function runReaderList(options: ReaderListOptions): Promise<void> {
  const { profiles, faults } = loadProfiles(options.profilesDir);
  if (faults.length > 0) say(describeFaults(faults));
  const registry = await keptList(options);
  const devices = (await new DeviceReading(options.roots ?? machineRoots).read()) ?? [];
  let count = 0;
  for (const device of devices) {
    const [hint] = keyboardHints([device]);
    const fitting = matchingProfiles(
      device,
      [...profiles.values()].map(({ profile }) => profile),
    ).map(({ id }) => id);
    if (fitting.length === 0 && hint === undefined) continue; // a mouse, a keyboard of people
    const { key, kind, path, vid, pid, serial, port, product } = device;
    const certification = certificationOf(device, devices, profiles.get(fitting[0] ?? ""), registry);
    const bridged = isBehindBridge(device);
    const holder = await findPortHolder(path);
    const listed: ListedReader = {
      ...{ key, kind, path, vid, pid, serial, port, product },
      ...{ profiles: fitting, isBehindBridge: bridged, certification, hint, holder },
    };
    for (const line of options.json ? [JSON.stringify(listed)] : describe(listed)) print(line);
    count += 1;
  }
  if (count === 0) say("Không thấy đầu đọc nào | No reader is plugged in");
}

/** The list that the desk uses, checked again. Undefined: it has none, or none that its keys vouch for. */
async function keptList({ config, dataDir }: ReaderListOptions): Promise<RegistryDocument | undefined> {
  const file = join(dataDir, keptListFileName);
  if (!existsSync(file)) return undefined;
  const verified = await verifyList(readListFile(file), readPinnedKeys([], config), undefined);
  return verified.kind === "list" ? verified.document : undefined;
}

function certificationOf(
  device: DeviceIdentity,
  all: readonly DeviceIdentity[],
  loaded: LoadedProfile | undefined,
  registry: RegistryDocument | undefined,
): string {
  const { vid, pid, serial, port } = device;
  const clock = systemClock();
  const twins = all.filter(
    (other) => other.vid === vid && other.pid === pid && other.serial === serial && other.port !== port,
  );
  const subject = {
    ...{ vid, pid, serial, isBridge: isBehindBridge(device), profileId: loaded?.file.id ?? "", firmware: undefined },
    ...{ profileIsChanged: loaded?.isChanged ?? false, sharesSerial: serial !== undefined && twins.length > 0 },
  };
  const conditions = { nowMs: clock.now(), clockSynced: clock.isSynced(), policy: "warn" } as const;
  return certificationWord(judge(registry, subject, conditions));
}

function describe(reader: ListedReader): string[] {
  const { key, path, product, port, profiles, certification, hint, holder } = reader;
  return [
    `${key}  ${path}${product === undefined ? "" : `  ${product}`}${port === undefined ? "" : `  USB ${port}`}`,
    ...(profiles.length === 0 ? [] : [`    hồ sơ | profile: ${profiles.join(", ")}`]),
    ...(reader.isBehindBridge
      ? ["    mạch chuyển: tự chọn hồ sơ, gắn theo cổng | a bridge: choose the profile, bind it by its port"]
      : []),
    `    chứng nhận | certification: ${certification}`,
    ...(holder === undefined ? [] : [`    đang mở bởi | opened by: ${holder}`]),
    ...(hint === undefined ? [] : [`    → ${hint}`]),
  ];
}
