// Judges one reader by the list of certified readers: pure, the same answer for the same list, reader and day.
import { vietnamDate } from "../check-in/vietnam-time.ts";
import { isBridge as isBridgeVendor } from "../driver/usb-bridges.ts";
import { type Certification, type CertificationStatus, consequences } from "./certification.ts";
import { daysBetween } from "./days.ts";
import { judgeFirmware } from "./firmware-range.ts";
import type { RegistryDocument, RegistryEntry } from "./registry-document.ts";
import type { RegistryPolicy } from "./registry-policy.ts";
import { graceDays, type Validity, validityOf } from "./validity.ts";

/** What is known of a reader. All of it are claims of the device: only an attestation key would prove them. */
export interface ReaderSubject {
  /** USB numbers, four lower-case hexadecimal digits each; undefined for a reader on RS-232 or the network. */
  readonly vid: string | undefined;
  readonly pid: string | undefined;
  readonly serial: string | undefined;
  /** The USB numbers are those of a converter and say nothing of the reader behind it; those of known makers always are. */
  readonly isBridge: boolean;
  readonly profileId: string;
  /** What the reader answered when asked for its version; undefined until then. */
  readonly firmware: string | undefined;
  /** The profile is not the one that was shipped under its name. */
  readonly profileIsChanged: boolean;
  /** Another device that is plugged in shows the same USB numbers and the same serial number. */
  readonly sharesSerial: boolean;
  /** It signed with a key that the list has for it (true), or with another (false); undefined where it was not asked or can't. */
  readonly isProven?: boolean | undefined;
}

export interface JudgeConditions {
  /** Milliseconds since 1970 UTC. */
  readonly nowMs: number;
  readonly clockSynced: boolean;
  readonly policy: RegistryPolicy;
}

/**
 * The first that holds: no list, suspect, list too old, unknown, unlisted, and then what the best of the reader's entries
 * says. Ask when the reader is present (only `stayIn` counts then: nobody has asked for its firmware yet), again when it is
 * claimed, and whenever the list or the day changes.
 */
export function judge(
  registry: RegistryDocument | undefined,
  subject: ReaderSubject,
  { nowMs, clockSynced, policy }: JudgeConditions,
): Certification {
  if (registry === undefined) return concluded({ status: "no-registry" }, policy, {});
  const today = clockSynced ? vietnamDate(nowMs) : undefined;
  const ofRegistry = { registryVersion: registry.version, isClockUnsure: !clockSynced };
  const overdue = today === undefined ? 0 : Math.max(0, daysBetween(registry.notAfter, today));
  if (subject.profileIsChanged || subject.sharesSerial) return concluded({ status: "suspect" }, policy, ofRegistry);
  if (overdue > graceDays) return concluded({ status: "stale-registry" }, policy, ofRegistry);
  const ofList = overdue === 0 ? {} : { listDaysLeft: graceDays - overdue };
  const ofProof = subject.isProven === true ? { isProven: true } : {};
  return concluded({ ...findingOf(registry, subject, today), ...ofList }, policy, { ...ofRegistry, ...ofProof });
}

interface Finding {
  readonly status: CertificationStatus;
  readonly entry?: RegistryEntry;
  readonly validity?: Validity;
  /** The entry or a certificate ran out, and is borne with for so long; the list itself. */
  readonly graceDaysLeft?: number;
  readonly listDaysLeft?: number;
  /** Only the reader's own answer can tell, so it has to be claimed. */
  readonly needsAnswer?: boolean;
}

function concluded(
  finding: Finding,
  policy: RegistryPolicy,
  ofRegistry: Partial<Pick<Certification, "registryVersion" | "isClockUnsure" | "isProven">>,
): Certification {
  const { status, entry, validity, graceDaysLeft, listDaysLeft, needsAnswer } = finding;
  const { stayIn, alarm } = consequences[status][policy];
  const reached = graceDaysLeft === undefined ? stayIn : "armed";
  const daysLeft = Math.min(graceDaysLeft ?? Infinity, listDaysLeft ?? Infinity);
  return {
    status,
    isClockUnsure: false,
    ...ofRegistry,
    ...(entry === undefined ? {} : { entryId: entry.id }),
    ...(validity === undefined ? {} : { validUntil: validity.validUntil }),
    ...(validity?.certificate === undefined ? {} : { certificateId: validity.certificate.number }),
    mayArm: reached === "armed",
    stayIn: needsAnswer === true && reached === "present" ? "claimed" : reached,
    alarm: alarm || daysLeft !== Infinity,
    ...(daysLeft === Infinity ? {} : { warnDaysLeft: daysLeft }),
  };
}

function findingOf(registry: RegistryDocument, subject: ReaderSubject, today: string | undefined): Finding {
  const usb = subject.vid === undefined || subject.pid === undefined ? undefined : `${subject.vid}:${subject.pid}`;
  const ofProfile = registry.readers.filter(({ profiles }) => profiles.includes(subject.profileId));
  const showsItself = usb !== undefined && !subject.isBridge && !isBridgeVendor(usb.slice(0, 4));
  const ofModel = ofProfile.filter((entry) =>
    showsItself ? entry.usb.includes(usb) : entry.usb.length === 0 || (usb !== undefined && entry.usb.includes(usb)),
  );
  if (!showsItself && subject.firmware === undefined) return { status: "unknown", needsAnswer: ofModel.length > 0 };
  const isThisDevice = ({ serials }: RegistryEntry) =>
    subject.serial !== undefined && serials?.includes(subject.serial);
  const ofDevice = ofModel.filter(isThisDevice);
  const entries = ofDevice.length > 0 ? ofDevice : ofModel.filter(({ serials }) => serials === undefined);
  const opinions = entries.map((entry) => opinionOf(entry, subject, today)).sort((a, b) => a.rank - b.rank);
  return opinions[0] ?? { status: "unlisted" };
}

interface Opinion extends Finding {
  /** Of several entries for one reader the lowest wins. */
  readonly rank: number;
}

/** What one entry denies is denied, whatever another one says. A reader that has not told its firmware yet may be asked before it is refused. */
const ranks = {
  impostor: -1,
  denied: 0,
  certified: 1,
  borneWith: 2,
  firmwareUnknown: 3,
  expired: 4,
  notAllowed: 5,
} as const;

function opinionOf(entry: RegistryEntry, subject: ReaderSubject, today: string | undefined): Opinion {
  const verdict = judgeFirmware(entry.firmware, subject.firmware);
  const validity = validityOf(entry, today);
  const over = validity.daysOver;
  const found = { entry, validity };
  const isImpostor = subject.isProven === false && entry.attestationKeys.length > 0;
  if (isImpostor) return { ...found, rank: ranks.impostor, status: "suspect" };
  if (verdict === "denied") return { ...found, rank: ranks.denied, status: "firmware-denied" };
  if (verdict === "unlisted") return { ...found, rank: ranks.notAllowed, status: "firmware-denied" };
  if (over > graceDays) return { ...found, rank: ranks.expired, status: "expired" };
  // Grace is for papers that are being renewed. A firmware that nobody can tell is no paper.
  if (verdict === "unreadable") return { ...found, rank: ranks.firmwareUnknown, status: "firmware-unknown" };
  if (over === 0) return { ...found, rank: ranks.certified, status: "certified" };
  return { ...found, rank: ranks.borneWith, status: "expired", graceDaysLeft: graceDays - over };
}
