// Makes the event of one scan: who came, or that it was no document.
import { matchingName } from "../document/matching-name.ts";
import type { DocumentFormat, PatientDocument } from "../document/patient-document.ts";
import type { RejectReason } from "../document/reject-reasons.ts";
import { ageGroup } from "./age-group.ts";
import { type CheckInEvent, type EventType, eventTypes, type RejectedEvent } from "./event.ts";
import type { MessageOf } from "./field-table.ts";
import type { checkInMessage, personMessage } from "./fields.ts";
import { qd4750, valueCut } from "./qd4750.ts";
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

export interface Rejection {
  readonly reason: RejectReason;
  readonly resembles: DocumentFormat | "none";
  readonly bytes: number;
}

type CheckIn = MessageOf<typeof checkInMessage>;
type Source = Pick<CheckIn, "method" | "assurance">;

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

export function createCheckIn(
  document: PatientDocument,
  arrival: Arrival,
  desk: DeskFacts,
  reader: ReaderFacts,
): CheckInEvent {
  const time = vietnamTime(arrival.timeMs);
  const { block, isCut } = qd4750(document, time, desk.facility);
  const { birthDate } = document.person;
  const group = birthDate === undefined ? undefined : ageGroup(birthDate, time.slice(0, 10));
  return {
    ...envelope("vn.tiepdon.checkin.v1", time, arrival, desk),
    data: {
      ...sources[document.format],
      reader: readerMember(reader),
      ...(arrival.aim === undefined ? {} : { aim: arrival.aim }),
      ...(arrival.operator === undefined ? {} : { operator: arrival.operator }),
      ...(group === undefined ? {} : { ageGroup: group }),
      ...(isEmpty(document.person) ? {} : { person: personMember(document.person) }),
      ...(isEmpty(document.insurance) ? {} : { insurance: document.insurance }),
      ...(isEmpty(document.document) ? {} : { document: document.document }),
      qd4750: block,
      warnings: isCut ? [...document.warnings, valueCut].sort() : document.warnings,
    },
  };
}

export function createRejected(
  rejection: Rejection,
  arrival: Arrival,
  desk: DeskFacts,
  reader: ReaderFacts,
): RejectedEvent {
  return {
    ...envelope("vn.tiepdon.rejected.v1", vietnamTime(arrival.timeMs), arrival, desk),
    data: {
      reason: rejection.reason,
      resembles: rejection.resembles,
      bytes: rejection.bytes,
      reader: readerMember(reader),
    },
  };
}

function envelope<Type extends EventType>(type: Type, time: string, arrival: Arrival, desk: DeskFacts) {
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
  };
}

/** Only what the contract names: a caller's own fields stay behind. */
function readerMember({ id, model, certification }: ReaderFacts): CheckIn["reader"] {
  return { id, model, certification };
}

function personMember(person: PatientDocument["person"]): MessageOf<typeof personMessage> {
  return {
    ...person,
    ...(person.name === undefined ? {} : { nameMatching: matchingName(person.name) }),
    ...(person.birthDate === undefined ? {} : { birthDatePrecision: precisionOf(person.birthDate) }),
  };
}

function precisionOf(birthDate: string): "day" | "month" | "year" {
  if (birthDate.length === "yyyy-MM-dd".length) return "day";
  return birthDate.length === "yyyy-MM".length ? "month" : "year";
}

function isEmpty(members: object): boolean {
  for (const _ in members) return false;
  return true;
}
