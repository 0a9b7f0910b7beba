// The payloads that a simulated reader sees: cards as they should be, and on demand cards as they should not be.
import type { RejectReason } from "../protocol/document/reject-reasons.ts";
import type { WarningCode } from "../protocol/document/warnings.ts";
import { cardFields, encodeCard, type FictitiousCard } from "./fictitious-card.ts";
import { PatientQueue } from "./patients.ts";
import { SeededRandom } from "./seeded-random.ts";

/** One QR code under the reader. `expect` says what a correct decoder makes of it. */
export interface SimulatedScan {
  readonly kind: ScanKind;
  readonly payload: Uint8Array;
  readonly card: FictitiousCard;
  readonly expect:
    | { readonly kind: "document"; readonly warnings: readonly WarningCode[] }
    | { readonly kind: "rejected"; readonly reason: RejectReason };
}

export const scanKinds = [
  "cccd",
  "can-cuoc",
  "child",
  "short-birth-date",
  "expired",
  "no-diacritics",
  "nfd",
  "damaged",
] as const;
export type ScanKind = (typeof scanKinds)[number];

/** Named queues for the command line: which kinds of scan come how often, as weights. */
export const scanMixes = {
  valid: { cccd: 5, "can-cuoc": 4, child: 1 },
  mixed: {
    ...{ cccd: 45, "can-cuoc": 35, child: 8, "short-birth-date": 2 },
    ...{ expired: 3, "no-diacritics": 3, nfd: 2, damaged: 2 },
  },
} as const satisfies Record<string, Partial<Record<ScanKind, number>>>;
export type ScanMix = keyof typeof scanMixes | ScanKind;

/** An endless queue at the desk; the same seed, day and mix give the same scans. `today` as in `PatientQueue`. */
export function* simulateScans(mix: ScanMix, seed: number, today: string): Generator<SimulatedScan, never> {
  const patients = new PatientQueue(seed, today);
  const random = new SeededRandom(seed + 1);
  const deck = mix in scanMixes ? deckOf(scanMixes[mix as keyof typeof scanMixes]) : undefined;
  for (;;) yield scanOf(deck === undefined ? (mix as ScanKind) : random.pick(deck), patients, random);
}

/** Each kind as many times as its weight says. */
function deckOf(weights: Partial<Record<ScanKind, number>>): [ScanKind, ...ScanKind[]] {
  return scanKinds.flatMap((kind) => Array<ScanKind>(weights[kind] ?? 0).fill(kind)) as [ScanKind, ...ScanKind[]];
}

function scanOf(kind: ScanKind, patients: PatientQueue, random: SeededRandom): SimulatedScan {
  switch (kind) {
    case "cccd":
    case "can-cuoc":
    case "child":
      return document(kind, patients.next(kind), []);
    case "short-birth-date":
      return shortBirthDate(patients.next("cccd"), random);
    case "expired":
      return document(kind, patients.next("cccd", true), ["card-expired"]);
    case "no-diacritics":
      return withoutDiacritics(patients.next("cccd"));
    case "nfd": {
      const card = patients.next("cccd");
      return {
        ...document(kind, card, ["not-nfc"]),
        payload: encodeCard(cardFields(card).map((f) => f.normalize("NFD"))),
      };
    }
    case "damaged":
      return damaged(patients.next("cccd"), random);
  }
}

function document(kind: ScanKind, card: FictitiousCard, warnings: WarningCode[]): SimulatedScan {
  return { kind, card, payload: encodeCard(cardFields(card)), expect: { kind: "document", warnings } };
}

/** Month and year, or the year alone: people whose day of birth was never registered. */
function shortBirthDate(card: FictitiousCard, random: SeededRandom): SimulatedScan {
  const birthDate = card.birthDate.slice(0, random.pick([4, 7]));
  const short = { ...card, birthDate };
  return document("short-birth-date", short, []);
}

/** A reader set to ASCII drops every mark on its way. */
function withoutDiacritics(card: FictitiousCard): SimulatedScan {
  const payload = encodeCard(cardFields(card).map(toAscii));
  const warnings: WarningCode[] = ["name-no-diacritics"];
  if (card.sex === "female") warnings.unshift("diacritics-lost");
  return { ...document("no-diacritics", card, warnings), payload };
}

const toAscii = (text: string): string =>
  text
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .replaceAll("đ", "d")
    .replaceAll("Đ", "D");

/** What goes wrong with a card or on the wire; each leaves exactly one reason. */
const damages: readonly [Damage, ...Damage[]] = [
  { reason: "field-count", spoil: (fields) => fields.slice(0, 3) },
  { reason: "dob-invalid", spoil: (fields) => fields.with(3, "31022001") },
  { reason: "issue-date-invalid", spoil: (fields) => fields.with(6, "00000000") },
  { reason: "sex-invalid", spoil: (fields) => fields.with(4, "Khác") },
  { reason: "name-invalid", spoil: (fields) => fields.with(2, `${fields[2]} 2`) },
  { reason: "number-length", spoil: (fields) => fields.with(0, (fields[0] ?? "").slice(1)) },
];

interface Damage {
  readonly reason: RejectReason;
  readonly spoil: (fields: string[]) => string[];
}

function damaged(card: FictitiousCard, random: SeededRandom): SimulatedScan {
  const { reason, spoil } = random.pick(damages);
  return { kind: "damaged", card, payload: encodeCard(spoil(cardFields(card))), expect: { kind: "rejected", reason } };
}
