// What the list of certified readers means for a desk, seen without touching anything that its agent keeps.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ReaderConfig } from "../../agent/config.ts";
import type { DeviceIdentity } from "../../agent/devices/device-identity.ts";
import type { LoadedProfile } from "../../agent/profile/load-profiles.ts";
import { auditFileName } from "../../agent/registry/certification-audit.ts";
import { lastJudgement } from "../../agent/registry/last-judgement.ts";
import type { RegistryConfig } from "../../agent/registry/registry-config.ts";
import { keptListFileName } from "../../agent/registry/registry-keeper.ts";
import { verifyList } from "../../agent/registry/verify-list.ts";
import { vietnamDate } from "../../protocol/check-in/vietnam-time.ts";
import type { Clock } from "../../protocol/host.ts";
import {
  type Certification,
  certificationFixes,
  certificationStatuses,
  certificationWord,
} from "../../protocol/registry/certification.ts";
import { daysBetween } from "../../protocol/registry/days.ts";
import { judge } from "../../protocol/registry/judge.ts";
import { withOverride } from "../../protocol/registry/override.ts";
import type { RegistryDocument } from "../../protocol/registry/registry-document.ts";
import { registryRefusals } from "../../protocol/registry/registry-refusal.ts";
import { listWords } from "../registry-words.ts";
import type { Finding } from "./finding.ts";

/** A new list has to be signed and published before the old one ends: this long before it is told. */
const soonDays = 30;

const check = "Danh sách đầu đọc | certified list";

/** The list that the desk uses or would take from its file, and how it stands. */
export async function checkRegistry(
  config: RegistryConfig,
  dataDir: string,
  clock: Clock,
): Promise<{ finding: Finding; list: RegistryDocument | undefined }> {
  if (config.keys.length === 0) {
    return { finding: { check, isGood: true, words: "không dùng | none in use (registry.keys)" }, list: undefined };
  }
  const paths = [join(dataDir, keptListFileName), ...(config.file === undefined ? [] : [config.file])];
  const read = await Promise.all(paths.map((path) => readList(path, config)));
  const faults = read.flatMap((each) => (typeof each === "string" ? [each] : []));
  const lists = read.flatMap((each) => (typeof each === "object" ? [each] : []));
  const list = lists.sort((a, b) => b.version - a.version)[0];
  if (faults.length > 0) {
    return { finding: { check, isGood: false, words: faults.join("; "), fix: "`tiepdon registry verify FILE`" }, list };
  }
  if (list === undefined) {
    const words = certificationStatuses["no-registry"];
    const fix = certificationFixes["no-registry"];
    return { finding: { check, isGood: false, words, ...(fix === undefined ? {} : { fix }) }, list };
  }
  const today = vietnamDate(clock.now());
  const words = `bản | version ${list.version}, ${list.issuer}; ${listWords(list, today)}`;
  const isSoon = daysBetween(today, list.notAfter) < soonDays;
  const fix = certificationFixes["stale-registry"] ?? "";
  return { finding: isSoon ? { check, isGood: false, words, fix } : { check, isGood: true, words }, list };
}

/** A sentence where something is wrong, undefined where there is nothing. */
async function readList(path: string, { keys, file }: RegistryConfig): Promise<RegistryDocument | string | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" && path !== file) return undefined; // nothing was ever taken
    return `${registryRefusals.unreadable}: ${path} (${code})`;
  }
  const verified = await verifyList(bytes, keys, undefined);
  return verified.kind === "list" ? verified.document : `${path}: ${registryRefusals[verified.reason]}`;
}

export interface JudgedReader {
  readonly reader: ReaderConfig;
  readonly model: LoadedProfile;
  /** Undefined for what is not on USB. */
  readonly identity: DeviceIdentity | undefined;
}

/** How one reader stands with the list; its firmware is what it last told the agent. */
export async function checkCertification(
  { reader, model, identity }: JudgedReader,
  {
    list,
    config,
    dataDir,
    clock,
  }: { list: RegistryDocument | undefined; config: RegistryConfig; dataDir: string; clock: Clock },
): Promise<Finding> {
  const last = await lastJudgement(join(dataDir, auditFileName), reader.id);
  const conditions = { nowMs: clock.now(), clockSynced: clock.isSynced(), policy: config.policy };
  const { vid, pid, serial, key } = identity ?? {};
  const subject = {
    ...{ vid, pid, serial, firmware: last?.firmware, profileId: model.profile.id, profileIsChanged: model.isChanged },
    isBridge: model.profile.quirks.includes("bridge-identity"),
    sharesSerial: serial !== undefined && key?.startsWith(`${vid}:${pid}@`) === true, // such devices are named by their port
  };
  const override = config.overrides.find((candidate) => candidate.reader === reader.id);
  return describe(reader.id, withOverride(judge(list, subject, conditions), override, conditions), {
    isUnasked: last === undefined,
    isInUse: config.keys.length > 0,
  });
}

function describe(reader: string, judged: Certification, seen: { isUnasked: boolean; isInUse: boolean }): Finding {
  const name = `Chứng nhận | certification ${reader}`;
  const { status, entryId, certificateId, validUntil, override, alarm, mayArm } = judged;
  const papers = [entryId, certificateId, validUntil].filter((word) => word !== undefined).join(", ");
  const decided = override === undefined ? "" : `; ngoại lệ | override: ${override.by}, ${override.until}`;
  const words = `${certificationWord(judged)}: ${certificationStatuses[status]}${papers === "" ? "" : ` (${papers})`}${decided}`;
  if (status === "certified" && !alarm) return { check: name, isGood: true, words };
  if (status === "no-registry" && !seen.isInUse) return { check: name, isGood: true, words: "no-registry" };
  if (seen.isUnasked && (status === "firmware-unknown" || status === "unknown")) {
    const fix =
      "Phiên bản chỉ quầy đang chạy hỏi được: chạy `tiepdon agent`, cắm đầu đọc, rồi xem lại | Only a running agent can ask for the version: start it with the reader plugged in, then look again";
    return { check: name, isGood: true, isHint: true, words, fix };
  }
  const fix = certificationFixes[status];
  const isMarkedOnly = mayArm && !alarm;
  return { check: name, isGood: isMarkedOnly, isHint: isMarkedOnly, words, ...(fix === undefined ? {} : { fix }) };
}
