// A network chip reader of the HN-212 kind: the events of one reading after the other, at the pace of a chip (READERS chapter 9).
import { socketLabels } from "../../protocol/document/reader-labels.ts";
import { hn212Ids, hn212Names } from "../../protocol/frame/socket-io/hn212-events.ts";
import type { ChipTexts } from "../chip-group.ts";
import type { Device, DeviceSurroundings, PowerDevice } from "../device.ts";
import { decodeChipCard, rawGroups } from "./chip-card.ts";

/** What may go wrong with a reading, or with the reader. */
export const hn212Faults = [
  "raw-before-text",
  "no-raw",
  "no-dg1",
  "no-groups-at-all",
  "bad-base64",
  "failure", // id 3 in place of the texts
  "silent", // nothing after the card was noticed
  "other-card-in-groups",
  "huge-portrait", // a message of more than 256 KiB
  "hostile-names",
  "unknown-ids",
  "no-info",
] as const;
export type Hn212Fault = (typeof hn212Faults)[number];

export interface Hn212Pace {
  /** From the card to its texts, and from its texts to its groups, milliseconds. */
  readonly textMs: number;
  readonly rawMs: number;
}

const chipPace: Hn212Pace = { textMs: 900, rawMs: 1_500 };
const portraitBytes = 15_000;
/** Twice in one message, in base64: some 300 KiB. */
const hugePortraitBytes = 112_000;

export interface Hn212Control {
  /** Holds for every reading from now on. */
  fault: Hn212Fault | undefined;
}

/** `control` may be changed while the reader runs. */
export const hn212Device =
  (control: Hn212Control = { fault: undefined }, pace: Hn212Pace = chipPace): PowerDevice =>
  (surroundings) =>
    new Hn212Device(surroundings, control, pace);

type Step = { readonly atMs: number; readonly event: object };

class Hn212Device implements Device {
  readonly held = 0;
  readonly #around: DeviceSurroundings;
  readonly #control: Hn212Control;
  readonly #pace: Hn212Pace;
  #steps: readonly Step[] = [];

  constructor(surroundings: DeviceSurroundings, control: Hn212Control, pace: Hn212Pace) {
    this.#around = surroundings;
    this.#control = control;
    this.#pace = pace;
  }

  connected(): void {
    if (this.#control.fault === "no-info") return;
    this.#say(hn212Names.self, { version: "1.2.0", serial_nfc: "NFC-0", serial_device: "HN-0001", date: "2026-01-01" });
  }

  receive(): void {}

  wake(nowMs: number): void {
    const due = this.#steps.filter(({ atMs }) => atMs <= nowMs);
    this.#steps = this.#steps.filter(({ atMs }) => atMs > nowMs);
    for (const { event } of due) this.#say(hn212Names.reading, event);
    this.#plan();
  }

  present(payload: Uint8Array, nowMs: number): boolean {
    const card = decodeChipCard(payload);
    if (card === undefined) return false;
    this.#around.sign("light");
    this.#say(hn212Names.reading, { id: hn212Ids.newCard, message: "new card!" });
    this.#steps = this.#stepsOf(card, nowMs);
    this.#plan();
    return true;
  }

  disconnected(): void {
    this.#steps = [];
    this.#plan();
  }

  #stepsOf(card: ChipTexts, nowMs: number): Step[] {
    const { fault } = this.#control;
    const textAtMs = nowMs + this.#pace.textMs;
    const rawAtMs = textAtMs + (fault === "raw-before-text" ? -1 : this.#pace.rawMs);
    const text = { id: hn212Ids.text, message: "read card successfully!", data: this.#labelled(card) };
    const raw = { id: hn212Ids.raw, data: this.#groups(card) };
    const claims = { id: hn212Ids.claims, data: { CA: true, AA: { aa_signature: "AA==" }, PA: { hash_dg13: true } } };
    const steps: Record<Hn212Fault | "none", readonly Step[]> = {
      none: [
        { atMs: textAtMs, event: text },
        { atMs: rawAtMs, event: raw },
        { atMs: rawAtMs, event: claims },
      ],
      "raw-before-text": [
        { atMs: rawAtMs, event: raw },
        { atMs: textAtMs, event: text },
      ],
      "no-raw": [{ atMs: textAtMs, event: text }],
      "no-dg1": [
        { atMs: textAtMs, event: text },
        { atMs: rawAtMs, event: raw },
      ],
      "no-groups-at-all": [
        { atMs: textAtMs, event: text },
        { atMs: rawAtMs, event: { id: hn212Ids.raw, data: {} } },
      ],
      "bad-base64": [
        { atMs: textAtMs, event: text },
        { atMs: rawAtMs, event: { id: hn212Ids.raw, data: { dg13: "*" } } },
      ],
      failure: [{ atMs: textAtMs, event: { id: hn212Ids.failure, message: "cannot read" } }],
      silent: [],
      "other-card-in-groups": [
        { atMs: textAtMs, event: text },
        { atMs: rawAtMs, event: raw },
      ],
      "huge-portrait": [
        { atMs: textAtMs, event: text },
        { atMs: rawAtMs, event: raw },
      ],
      "hostile-names": [
        { atMs: textAtMs, event: text },
        { atMs: rawAtMs, event: raw },
      ],
      "unknown-ids": [
        ...[0, 6, 7, 99, -1].map((id) => ({ atMs: textAtMs, event: { id, message: "?" } })),
        { atMs: textAtMs, event: text },
        { atMs: rawAtMs, event: raw },
      ],
      "no-info": [
        { atMs: textAtMs, event: text },
        { atMs: rawAtMs, event: raw },
      ],
    };
    return [...steps[fault ?? "none"]];
  }

  #labelled(card: ChipTexts): object {
    const pairs = [...socketLabels].flatMap(([label, field]) => {
      const text = card[field];
      return text === undefined ? [] : [[label, text]];
    });
    if (this.#control.fault !== "hostile-names") return Object.fromEntries(pairs) as object;
    // As text: an object literal would swallow the first of these names.
    const hostile = `"__proto__":{"idCode":"999999999999"},"constructor":"x","toString":"x","hasOwnProperty":"x"`;
    return JSON.parse(`{${hostile},${JSON.stringify(Object.fromEntries(pairs)).slice(1)}`) as object;
  }

  #groups(card: ChipTexts): object {
    const { fault } = this.#control;
    const shown = fault === "other-card-in-groups" ? { ...card, number: otherNumber(card.number ?? "") } : card;
    const groups = rawGroups(shown, fault === "huge-portrait" ? hugePortraitBytes : portraitBytes);
    const { dg1: _left, ...withoutDg1 } = groups;
    return fault === "no-dg1" ? withoutDg1 : groups;
  }

  #say(name: string, argument: object): void {
    this.#around.write(new TextEncoder().encode(JSON.stringify([name, argument])));
  }

  #plan(): void {
    const times = this.#steps.map(({ atMs }) => atMs);
    this.#around.wakeAt(times.length === 0 ? undefined : Math.min(...times));
  }
}

const otherNumber = (number: string): string => `${number.slice(0, 11)}${(Number(number.at(-1)) + 1) % 10}`;
