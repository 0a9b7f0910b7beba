// Makes the event of one scan: who came, or that it was no document.
import { addressProvince } from "../document/address-province.ts";
import { matchingName } from "../document/matching-name.ts";
import type { DocumentFormat, PatientDocument, Reading } from "../document/patient-document.ts";
import type { RejectReason } from "../document/reject-reasons.ts";
import type { WarningCode } from "../document/warnings.ts";
import { ageGroup } from "./age-group.ts";
import {
  type CheckInEvent,
  type DataOf,
  type EventOf,
  type EventType,
  eventTypes,
  type RejectedEvent,
} from "./event.ts";
import { qd4750 } from "./qd4750.ts";
import { vietnamTime } from "./vietnam-time.ts";

/** `facility` and `desk` as they stand in topics; `boot` names this start of the agent. */
export interface DeskFacts {
  readonly facility: string;
  readonly desk: string;
  readonly boot: string;
}

export interface ReaderFacts {
  readonly id: string;
  readonly model: string;
  readonly certification: string;
  /** The version of the certified list that was asked, and its entry for this reader. */
  readonly registryVersion?: number | undefined;
  readonly registryEntry?: string | undefined;
}

/** `id` is a UUIDv7; `timeMs` counts from 1970 UTC. `aim` and `operator` where they are known. */
export interface Arrival {
  readonly id: string;
  readonly sequence: number;
  readonly timeMs: number;
  readonly clockSynced: boolean;
  readonly aim?: string;
  readonly operator?: string;
}

/** What may be said of a refused scan. `bytes` is its length, `codeHash` a keyed hash of its bytes in lower-case hexadecimal. */
export interface Rejection {
  readonly reason: RejectReason;
  readonly resembles: DocumentFormat | "none";
  readonly bytes: number;
  readonly codeHash?: string;
}

/** HMAC-SHA-256 of the bytes under a key that belongs to this installation, its first 16 bytes in lower-case hexadecimal. */
export type KeyedHash = (bytes: Uint8Array) => string;

/** What may be said of a refused scan. Only codes of apps are hashed: the same code is then seen to come again. */
export function rejectionOf(
  { reason, resembles }: Reading & { kind: "rejected" },
  scan: Uint8Array,
  keyedHash?: KeyedHash,
): Rejection {
  const facts = { reason, resembles, bytes: scan.length };
  return reason === "vneid-opaque" && keyedHash !== undefined ? { ...facts, codeHash: keyedHash(scan) } : facts;
}

type CheckIn = DataOf<"vn.tiepdon.checkin.v1">;
type PersonMember = NonNullable<CheckIn["person"]>;
type Draft<T> = { -readonly [Name in keyof T]: T[Name] };
type Source = Pick<CheckIn, "method" | "assurance">;

/** A value did not fit its column of QĐ 4750; the whole value stands beside it in the event. */
const valueCut: WarningCode = "qd4750-value-cut";

/** Digits of `sequence`: as text it sorts in order for 10,000 million events of one desk. */
const sequenceDigits = 10;

const printed = (method: CheckIn["method"]): Source => ({ method, assurance: "unsigned" });
const fromChip: Source = { method: "chip", assurance: "chip-read" };
const sources: Readonly<Record<DocumentFormat, Source>> = {
  "cccd-qr": printed("cccd-qr"),
  "can-cuoc-qr": printed("can-cuoc-qr"),
  mrz: printed("mrz"),
  "bhyt-qr-old": printed("bhyt-qr"),
  "bhyt-qr-new": printed("bhyt-qr"),
  "number-pin": printed("number"),
  "number-cmnd": printed("number"),
  "number-bhxh": printed("number"),
  "number-bhyt": printed("number"),
  "chip-dg13": fromChip,
  "reader-socketio": fromChip,
  "reader-json": fromChip,
};

/** A scan that was a document. */
export function createCheckIn(
  document: PatientDocument,
  arrival: Arrival,
  desk: DeskFacts,
  reader: ReaderFacts,
): CheckInEvent {
  const time = vietnamTime(arrival.timeMs);
  const { person, insurance } = document;
  const { block, isCut } = qd4750(document, time, desk.facility);
  const { method, assurance } = sources[document.format];
  const warnings = isCut ? [...document.warnings, valueCut].sort() : document.warnings;
  // Members are added one by one: V8 takes microseconds to extend an object that came from a spread.
  const data: Draft<CheckIn> = { method, assurance, reader: readerMember(reader), warnings, qd4750: block };
  if (arrival.aim !== undefined) data.aim = arrival.aim;
  if (arrival.operator !== undefined) data.operator = arrival.operator;
  const group = person.birthDate === undefined ? undefined : ageGroup(person.birthDate, time.slice(0, 10));
  if (group !== undefined) data.ageGroup = group;
  if (!isEmpty(person)) data.person = personMember(person);
  if (!isEmpty(insurance)) data.insurance = insurance;
  if (!isEmpty(document.document)) data.document = document.document;
  return eventOf("vn.tiepdon.checkin.v1", data, time, arrival, desk);
}

/** A scan that was none. Nothing of what was scanned goes in. */
export function createRejected(
  { reason, resembles, bytes, codeHash }: Rejection,
  arrival: Arrival,
  desk: DeskFacts,
  reader: ReaderFacts,
): RejectedEvent {
  const hash = codeHash === undefined ? {} : { codeHash };
  const data = { reason, resembles, bytes, ...hash, reader: readerMember(reader) };
  return eventOf("vn.tiepdon.rejected.v1", data, vietnamTime(arrival.timeMs), arrival, desk);
}

function eventOf<Type extends EventType>(
  type: Type,
  data: DataOf<Type>,
  time: string,
  arrival: Arrival,
  desk: DeskFacts,
): EventOf<Type> {
  return {
    specversion: "1.0",
    id: arrival.id,
    source: `urn:tiepdon:${desk.facility}:${desk.desk}`,
    type,
    time,
    clock: arrival.clockSynced ? "synced" : "unsynced",
    sequence: String(arrival.sequence).padStart(sequenceDigits, "0"),
    boot: desk.boot,
    dataschema: eventTypes[type].dataschema,
    data,
  };
}

/** Only what the contract names: a caller's own fields stay behind. */
function readerMember({ id, model, certification, registryVersion, registryEntry }: ReaderFacts): CheckIn["reader"] {
  const member: Draft<CheckIn["reader"]> = { id, model, certification };
  if (registryVersion !== undefined) member.registryVersion = registryVersion;
  if (registryEntry !== undefined) member.registryEntry = registryEntry;
  return member;
}

function personMember(person: PatientDocument["person"]): PersonMember {
  const member: Draft<PersonMember> = Object.assign({}, person);
  if (person.name !== undefined) member.nameMatching = matchingName(person.name);
  const province = person.address === undefined ? undefined : addressProvince(person.address);
  if (province !== undefined) member.addressProvince = province;
  if (person.birthDate !== undefined) member.birthDatePrecision = precisionOf(person.birthDate);
  return member;
}

function precisionOf(birthDate: string): "day" | "month" | "year" {
  if (birthDate.length === "yyyy-MM-dd".length) return "day";
  return birthDate.length === "yyyy-MM".length ? "month" : "year";
}

function isEmpty(members: object): boolean {
  for (const _ in members) return false;
  return true;
}
