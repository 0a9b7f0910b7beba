// tiepdon reader learn: a reader scans the printed test code, and its profile is written from what arrived.
import { accessSync, chmodSync, constants, existsSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { DeviceIdentity } from "../../agent/devices/device-identity.ts";
import { type LearntReader, learntProfile } from "../../agent/profile/learnt-profile.ts";
import { loadProfiles } from "../../agent/profile/load-profiles.ts";
import type { ProfileFile } from "../../agent/profile/profile-schema.ts";
import { readProfile } from "../../agent/profile/read-profile.ts";
import type { Arrival } from "../../protocol/driver/learn/bursts.ts";
import { type Findings, hasFault, recognise } from "../../protocol/driver/learn/findings.ts";
import { keyboardHints } from "../../protocol/driver/learn/keyboard-mode.ts";
import { recogniseReports } from "../../protocol/driver/learn/recognise-reports.ts";
import type { RemarkCode } from "../../protocol/driver/learn/remarks.ts";
import { isBridge } from "../../protocol/driver/usb-bridges.ts";
import { describeFaults } from "../../service/config-fault.ts";
import { CommandFailure, exitCodes } from "../../service/exit-codes.ts";
import { collectScans } from "../learn/collect-scans.ts";
import { anotherSpeed, request, summary } from "../learn/learn-words.ts";
import {
  declaredLayout,
  lineFailure,
  openLine,
  pluggedDevices,
  type ReaderLine,
  readerLine,
} from "../learn/reader-line.ts";
import { watchForTyping } from "../learn/typed-code.ts";
import { stopAsked } from "../run-service.ts";
import { print, say } from "../terminal.ts";

export interface ReaderLearnOptions {
  readonly serial?: string;
  readonly tcp?: string;
  readonly hid?: string;
  readonly baud: number | "auto";
  readonly scans: number;
  /** Seconds. */
  readonly wait: number;
  readonly id?: string;
  readonly vendor?: string;
  readonly model?: string;
  readonly out?: string;
  readonly profilesDir: string;
  readonly json?: boolean;
}

/** Speeds of true RS-232 lines in the order in which makers ship them. */
const baudsTried: readonly number[] = [9_600, 115_200, 57_600, 38_400, 19_200, 4_800, 2_400, 230_400];

/** Throws `CommandFailure`: 2 wrong usage, 6 held by another program, 1 nothing usable was learnt. */
export async function runReaderLearn(options: ReaderLearnOptions): Promise<void> {
  const line = readerLine(options);
  const { out } = options;
  if (out !== undefined) mustBeWritable(out);
  const { all, own } = await pluggedDevices(line);
  say(request(options.scans, process.stderr.isTTY === true));
  const { findings, baud } = await listen(line, own, options);
  for (const words of summary(findings, baud)) say(words);
  if (findings.remarks.includes("nothing-arrived")) for (const hint of keyboardHints(all)) say(`    ${hint}`);
  if (findings.codes === 0) throw new CommandFailure(exitCodes.failed, nothingLearnt);

  const profile = checked(profileOf(line, own, baud, findings, options));
  if (out === undefined) print(options.json ? JSON.stringify({ profile, findings }) : JSON.stringify(profile, null, 2));
  else {
    writeFileSync(out, `${JSON.stringify(profile, null, 2)}\n`, { flag: "wx" });
    chmodSync(out, 0o644); // nothing of a patient: the service's user must be able to read it
    if (options.json) print(JSON.stringify({ profile, findings }));
    say(`Đã ghi hồ sơ | profile written: ${out}`);
  }
  say(`Dùng trong cấu hình | in the configuration: profile: ${profile.id}`);
  if (hasFault(findings)) throw new CommandFailure(exitCodes.failed, notUsable);
}

/** Before anybody scans in vain. Throws `CommandFailure` (2). */
function mustBeWritable(out: string): void {
  if (existsSync(out)) throw new CommandFailure(exitCodes.wrongUsage, taken);
  try {
    accessSync(dirname(out), constants.W_OK);
  } catch {
    throw new CommandFailure(exitCodes.wrongUsage, noFolder);
  }
}

const noFolder = "Không ghi được vào thư mục của --out | The folder of --out is not there, or can't be written to";
const taken =
  "Tệp --out đã có; chọn tên khác hoặc xóa trước | The file of --out exists; choose another name or remove it";
const nothingLearnt = "Chưa học được gì; không ghi hồ sơ | Nothing was learnt; no profile was written";
const notUsable =
  "Sửa các mục ✖ trên đầu đọc rồi học lại trước khi dùng | Mend what is marked ✖ in the reader and learn again before you use it";

interface Heard {
  readonly findings: Findings;
  /** Undefined where the speed plays no part. */
  readonly baud: number | undefined;
}

/** Tries one speed after the other as long as nothing but garbage arrives. */
async function listen(
  line: ReaderLine,
  device: DeviceIdentity | undefined,
  options: ReaderLearnOptions,
): Promise<Heard> {
  const isRs232 = line.kind === "serial" && (device?.vid === undefined || isBridge(device.vid));
  const bauds = options.baud === "auto" ? baudsTried.slice(0, isRs232 ? undefined : 1) : [options.baud];
  const until = performance.now() + options.wait * 1_000;
  const declared = declaredLayout(device);
  const recogniseAll = (arrivals: readonly Arrival[]) =>
    line.kind === "hid" ? recogniseReports(arrivals, declared) : recognise(arrivals);
  const stop = new AbortController();
  let typed: readonly RemarkCode[] = [];
  void stopAsked().then(() => stop.abort());
  watchForTyping(process.stdin, stop.signal, (remarks) => {
    typed = remarks;
    stop.abort();
  });

  let heard: Heard = { findings: recogniseAll([]), baud: undefined };
  for (const baud of bauds) {
    if (baud !== bauds[0]) say(anotherSpeed(baud));
    const isLast = baud === bauds.at(-1);
    const arrivals = await listenAt(line, baud, {
      waitMs: Math.max(0, until - performance.now()),
      signal: stop.signal,
      isEnough: (all) => {
        const { codes, remarks } = recogniseAll(all);
        return codes >= options.scans || (!isLast && codes === 0 && isWrongSpeed(remarks));
      },
    });
    heard = { findings: recogniseAll(arrivals), baud: isRs232 ? baud : undefined };
    if (heard.findings.codes > 0 || !isWrongSpeed(heard.findings.remarks)) break;
  }
  stop.abort();
  if (typed.length === 0) return heard;
  const others = heard.findings.remarks.filter((code) => code !== "nothing-arrived");
  return { ...heard, findings: { ...heard.findings, remarks: [...typed, ...others] } };
}

const isWrongSpeed = (remarks: readonly RemarkCode[]): boolean => remarks.includes("garbage");

async function listenAt(
  line: ReaderLine,
  baud: number,
  options: Parameters<typeof collectScans>[1],
): Promise<readonly Arrival[]> {
  const port = await openLine(line, baud);
  try {
    return await collectScans(port, options);
  } catch (error) {
    throw lineFailure(error);
  } finally {
    await port.close();
  }
}

function profileOf(
  line: ReaderLine,
  device: DeviceIdentity | undefined,
  baud: number | undefined,
  findings: Findings,
  options: ReaderLearnOptions,
): object {
  const { vid, pid } = device ?? {};
  const bridged = vid !== undefined && isBridge(vid);
  const usb = vid === undefined || pid === undefined || bridged ? undefined : { vid, pid };
  const base = baseOf(line, usb, findings, options.profilesDir);
  const reader: LearntReader = {
    id: options.id ?? (usb === undefined ? `site-${line.kind}` : `site-${usb.vid}-${usb.pid}`),
    vendor: options.vendor ?? base?.vendor ?? "unknown",
    model: (options.model ?? device?.product ?? base?.model ?? "unknown").slice(0, 64),
    kind: line.kind,
    baud,
    usb,
    isBridge: bridged,
  };
  return learntProfile(findings, reader, base);
}

/** A known profile that speaks what was heard: of this very model, or the one that the protocol has. */
function baseOf(
  line: ReaderLine,
  usb: { readonly vid: string; readonly pid: string } | undefined,
  { protocol }: Findings,
  profilesDir: string,
): ProfileFile | undefined {
  const { profiles, faults } = loadProfiles(profilesDir);
  if (faults.length > 0) say(describeFaults(faults));
  if (protocol === "dechdr") return profiles.get("honeywell-cdc-dechdr")?.file;
  if (protocol === "ssi") return profiles.get("zebra-ssi")?.file;
  const files = [...profiles.values()].map(({ file }) => file);
  return files.find(
    ({ match, transport, framing }) =>
      transport.kind === line.kind &&
      framing.lengthPrefix === null &&
      match.some(({ vid, pid }) => vid === usb?.vid && pid === usb?.pid),
  );
}

/** The profile with its defaults. Throws `CommandFailure` (2) where a name that was given does not fit. */
function checked(profile: object): ProfileFile {
  const read = readProfile(JSON.stringify(profile, null, 2), "profile");
  if (read.kind === "config") return read.config;
  throw new CommandFailure(exitCodes.wrongUsage, describeFaults(read.faults));
}
