// A serial chip reader that speaks lines of text, at the pace of a chip (READERS chapter 9, 6C).
import { flatLabels } from "../../protocol/document/reader-labels.ts";
import { LineCutter } from "../../protocol/frame/line-cutter.ts";
import { type ChipTexts, encodeChipGroup } from "../chip-group.ts";
import type { Device, DeviceSurroundings, PowerDevice } from "../device.ts";
import { base64, decodeChipCard, encodeZoneGroup } from "./chip-card.ts";

export const nfcTextFaults = [
  "failure",
  "removed",
  "silent", // nothing after the card was noticed
  "other-card-in-group",
  "bad-base64",
  "broken-json",
  "no-groups",
  "groups-only",
  "long-lines",
  "refuses-set-up",
  "mute",
] as const;
export type NfcTextFault = (typeof nfcTextFaults)[number];

export interface NfcTextControl {
  /** Holds from now on. */
  fault: NfcTextFault | undefined;
}

/** From the card to the end of its reading, milliseconds. */
const chipMs = 1_200;
/** Characters of one line of base64: every line is padded by itself. */
const blockLineBytes = 48;
const lineBytesMax = 256;

/** `control` may be changed while the reader runs. */
export const nfcTextDevice =
  (control: NfcTextControl = { fault: undefined }, readingMs = chipMs): PowerDevice =>
  (surroundings) =>
    new NfcTextDevice(surroundings, control, readingMs);

class NfcTextDevice implements Device {
  readonly held = 0;
  readonly #around: DeviceSurroundings;
  readonly #control: NfcTextControl;
  readonly #readingMs: number;
  readonly #commands: LineCutter;
  #sendsSod = false;
  #card: ChipTexts | undefined;

  constructor(surroundings: DeviceSurroundings, control: NfcTextControl, readingMs: number) {
    this.#around = surroundings;
    this.#control = control;
    this.#readingMs = readingMs;
    this.#commands = new LineCutter(lineBytesMax, {
      line: (text) => this.#obey(text),
      discarded: () => undefined,
    });
  }

  connected(): void {}

  receive(chunk: Uint8Array): void {
    this.#commands.push(chunk);
  }

  wake(): void {
    const card = this.#card;
    this.#card = undefined;
    this.#around.wakeAt(undefined);
    if (card !== undefined) this.#say(...this.#linesOf(card));
  }

  present(payload: Uint8Array, nowMs: number): boolean {
    const card = decodeChipCard(payload);
    if (card === undefined) return false;
    this.#around.sign("light");
    this.#say("NFC_DETECTED", "ACK_MRZ");
    this.#card = card;
    this.#around.wakeAt(nowMs + this.#readingMs);
    return true;
  }

  disconnected(): void {
    this.#commands.clear();
    this.#card = undefined;
    this.#around.wakeAt(undefined);
  }

  #obey(command: string): void {
    const { fault } = this.#control;
    if (fault === "mute") return;
    if (command === "PING") this.#say("PONG");
    else if (fault !== "refuses-set-up" && /^(DG2|SOD):(ON|OFF)$/.test(command)) {
      if (command.startsWith("SOD")) this.#sendsSod = command.endsWith("ON");
      this.#say(`[OK] ${command}`);
    }
  }

  #linesOf(card: ChipTexts): string[] {
    const { fault } = this.#control;
    const json = jsonLines(card);
    const inGroup = fault === "other-card-in-group" ? { ...card, number: `${card.number?.slice(0, 11)}0` } : card;
    const groups = [
      ...block("DG13", encodeChipGroup(inGroup)),
      ...block("DG1", encodeZoneGroup(card)),
      ...(this.#sendsSod ? block("SOD", Uint8Array.of(0x77, 0)) : []),
    ];
    switch (fault) {
      case "silent":
        return [];
      case "failure":
        return ["SCAN_FAIL"];
      case "removed":
        return [...json, ...groups.slice(0, 3), "CARD_REMOVED"];
      case "bad-base64":
        return [...json, ...groups.with(1, "*"), "SUCCESS", "SCAN_DONE"];
      case "broken-json":
        return ["{", ...groups, "SUCCESS", "SCAN_DONE"];
      case "no-groups":
        return [...json, "SUCCESS"];
      case "groups-only":
        return [...groups, "SCAN_DONE"];
      case "long-lines":
        return ["[DG2_RAW_START]", "A".repeat(40_000), "[DG2_RAW_END]", ...json, ...groups, "SUCCESS"];
      default:
        return [...json, ...groups, "PONG", "SUCCESS", "SCAN_DONE"];
    }
  }

  #say(...lines: readonly string[]): void {
    this.#around.write(new TextEncoder().encode(lines.map((line) => `${line}\n`).join("")));
  }
}

/** Labels of one word that such a reader uses; its others have blanks, and the plugin's have none. */
const shortLabels: readonly string[] = ["Gender", "Nationality", "Ethnicity", "Religion"];

function jsonLines(card: ChipTexts): string[] {
  const pairs = [...flatLabels].flatMap(([label, field]) => {
    const isOwn = /^[A-Z].* /.test(label) || shortLabels.includes(label);
    return isOwn && card[field] !== undefined ? [[label, card[field]] as const] : [];
  });
  return JSON.stringify(Object.fromEntries(pairs), undefined, 2).split("\n");
}

function block(group: string, bytes: Uint8Array): string[] {
  const count = Math.ceil(bytes.length / blockLineBytes);
  const lines = Array.from({ length: count }, (_, index) =>
    base64(bytes.subarray(index * blockLineBytes, (index + 1) * blockLineBytes)),
  );
  return [`[${group}_RAW_START]`, ...lines, `[${group}_RAW_END]`];
}
