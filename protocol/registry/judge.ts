// Judges one reader by the list of certified readers: pure, the same answer for the same list, reader and day.
import { vietnamDate } from "../check-in/vietnam-time.ts";
import { type Certification, type CertificationStatus, consequences } from "./certification.ts";
import { daysBetween } from "./days.ts";
import { type FirmwareVerdict, judgeFirmware } from "./firmware-range.ts";
import type { RegistryCertificate, RegistryDocument, RegistryEntry } from "./registry-document.ts";
import type { RegistryPolicy } from "./registry-policy.ts";

/** What is known of a reader. All of it are claims of the device: only an attestation key would prove them. */
export interface ReaderSubject {
  /** USB numbers, four lower-case hexadecimal digits each; undefined for a reader on RS-232 or the network. */
  readonly vid: string | undefined;
  readonly pid: string | undefined;
  readonly serial: string | undefined;
  /** The USB numbers are those of a converter and say nothing of the reader behind it. */
  readonly isBridge: boolean;
  readonly profileId: string;
  /** What the reader answered when asked for its version; undefined until then. */
  readonly firmware: string | undefined;
  /** The profile is not the one that was shipped under its name. */
  readonly profileIsChanged: boolean;
  /** Another device that is plugged in shows the same USB numbers and the same serial number. */
  readonly sharesSerial: boolean;
}

export interface JudgeConditions {
  /** Milliseconds since 1970 UTC. */
  readonly nowMs: number;
  readonly clockSynced: boolean;
  readonly policy: RegistryPolicy;
}

/** A list, an entry or a certificate that ran out is borne with for this many days (READERS chapter 13). */
export const graceDays = 30;

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
  const finding = findingOf(registry, subject, today);
  const grace = Math.min(finding.graceDaysLeft ?? Infinity, overdue > 0 ? graceDays - overdue : Infinity);
  return concluded({ ...finding, ...(grace === Infinity ? {} : { graceDaysLeft: grace }) }, policy, ofRegistry);
}

interface Finding {
  readonly status: CertificationStatus;
  readonly entry?: RegistryEntry;
  readonly certificate?: RegistryCertificate | undefined;
  /** Something ran out, and is borne with for so long. */
  readonly graceDaysLeft?: number;
  /** Only the reader's own answer can tell, so it has to be claimed. */
  readonly needsAnswer?: boolean;
}

function concluded(
  { status, entry, certificate, graceDaysLeft, needsAnswer }: Finding,
  policy: RegistryPolicy,
  ofRegistry: { registryVersion?: number; isClockUnsure?: boolean },
): Certification {
  const isBorneWith = status === "expired" && graceDaysLeft !== undefined;
  const { stayIn, alarm } = consequences[status][policy];
  const reached = isBorneWith ? "armed" : stayIn;
  return {
    status,
    isClockUnsure: false,
    ...ofRegistry,
    ...(entry === undefined ? {} : { entryId: entry.id, validUntil: endOf(entry, certificate) }),
    ...(certificate === undefined ? {} : { certificateId: certificate.number }),
    mayArm: reached === "armed",
    stayIn: needsAnswer === true && reached === "present" ? "claimed" : reached,
    alarm: alarm || graceDaysLeft !== undefined,
    ...(graceDaysLeft === undefined ? {} : { warnDaysLeft: graceDaysLeft }),
  };
}

function findingOf(registry: RegistryDocument, subject: ReaderSubject, today: string | undefined): Finding {
  const usb = subject.vid === undefined || subject.pid === undefined ? undefined : `${subject.vid}:${subject.pid}`;
  const ofProfile = registry.readers.filter(({ profiles }) => profiles.includes(subject.profileId));
  const showsItself = usb !== undefined && !subject.isBridge;
  const ofModel = ofProfile.filter((entry) =>
    showsItself ? entry.usb.includes(usb) : entry.usb.length === 0 || (usb !== undefined && entry.usb.includes(usb)),
  );
  if (!showsItself && subject.firmware === undefined) return { status: "unknown", needsAnswer: ofModel.length > 0 };
  const isThisDevice = ({ serials }: RegistryEntry) =>
    subject.serial !== undefined && serials?.includes(subject.serial);
  const ofDevice = ofModel.filter(isThisDevice);
  const entries = ofDevice.length > 0 ? ofDevice : ofModel.filter(({ serials }) => serials === undefined);
  const opinions = entries.map((entry) => opinionOf(entry, subject.firmware, today)).sort((a, b) => a.rank - b.rank);
  return opinions[0] ?? { status: "unlisted" };
}

interface Opinion extends Finding {
  /** Lowest wins. A version that one entry denies by name is denied, whatever another one of the same USB numbers says. */
  readonly rank: number;
}

const opinionRanks: Readonly<Record<FirmwareVerdict, number>> = { denied: 0, allowed: 1, unreadable: 4, unlisted: 5 };

function opinionOf(entry: RegistryEntry, firmware: string | undefined, today: string | undefined): Opinion {
  const verdict = judgeFirmware(entry.firmware, firmware);
  const certificate = weakest(currentCertificates(entry.certificates, today), today);
  const over = Math.max(daysOver(entry, today), certificate === undefined ? 0 : daysOver(certificate, today));
  const found = { entry, certificate };
  const rank = opinionRanks[verdict];
  if (verdict === "denied" || verdict === "unlisted") return { ...found, rank, status: "firmware-denied" };
  if (over === 0) return { ...found, rank, status: verdict === "allowed" ? "certified" : "firmware-unknown" };
  if (over > graceDays) return { ...found, rank: rank + 2, status: "expired" };
  // Grace is for papers that are being renewed. A firmware that nobody can tell is no paper.
  if (verdict === "unreadable") return { ...found, rank, status: "firmware-unknown" };
  return { ...found, rank: rank + 1, status: "expired", graceDaysLeft: graceDays - over };
}

/** Of each kind the certificate that counts today. */
function currentCertificates(certificates: readonly RegistryCertificate[], today: string | undefined) {
  const ofKind = new Map<string, RegistryCertificate>();
  for (const certificate of certificates) {
    const other = ofKind.get(certificate.kind);
    if (other === undefined || isBetter(certificate, other, today)) ofKind.set(certificate.kind, certificate);
  }
  return [...ofKind.values()];
}

/** The one that is out of date the longest, else the one that ends first. */
function weakest(certificates: readonly RegistryCertificate[], today: string | undefined) {
  const isWeaker = (a: RegistryCertificate, b: RegistryCertificate): boolean => {
    const [aOver, bOver] = [daysOver(a, today), daysOver(b, today)];
    return aOver === bOver ? a.validUntil < b.validUntil : aOver > bOver;
  };
  return certificates.reduce<RegistryCertificate | undefined>(
    (weak, other) => (weak === undefined || isWeaker(other, weak) ? other : weak),
    undefined,
  );
}

/** One that has begun is better than one that has not; then the one that lasts longer. */
function isBetter(a: RegistryCertificate, b: RegistryCertificate, today: string | undefined): boolean {
  const [aBegan, bBegan] = [a, b].map(({ validFrom }) => today === undefined || validFrom <= today);
  return aBegan === bBegan ? a.validUntil > b.validUntil : aBegan === true;
}

interface Term {
  readonly validFrom: string;
  readonly validUntil: string;
}

/** Days since a term ran out: 0 within it or when nobody knows the day, infinitely many before it begins. */
function daysOver({ validFrom, validUntil }: Term, today: string | undefined): number {
  if (today === undefined) return 0;
  return today < validFrom ? Infinity : Math.max(0, daysBetween(validUntil, today));
}

function endOf(entry: RegistryEntry, certificate: RegistryCertificate | undefined): string {
  return certificate !== undefined && certificate.validUntil < entry.validUntil
    ? certificate.validUntil
    : entry.validUntil;
}
