// How a simulated reader understands the host's commands: one understanding for each command set.

import type { CommandSet } from "../../protocol/driver/profile.ts";
import type { answerStatuses } from "../../protocol/frame/answer-status.ts";
import type { Cut } from "../../protocol/frame/cut.ts";
import { datalogicCommandOf, datalogicResetMs } from "../../protocol/frame/datalogic/host-command.ts";
import { encodeGm65Answer } from "../../protocol/frame/gm65/answer.ts";
import { cutGm65Command, type Gm65Command } from "../../protocol/frame/gm65/command.ts";
import { honeywellControlAt, honeywellControlBytes } from "../../protocol/frame/honeywell/control.ts";
import { type HostAckLetter, hostAckAt } from "../../protocol/frame/honeywell/host-ack.ts";
import { encodeMenuAnswer } from "../../protocol/frame/honeywell/menu-answer.ts";
import { cutMenuCommand, type MenuCommand, type MenuEntry } from "../../protocol/frame/honeywell/menu-command.ts";
import { cutLegacyWord, encodeLegacyWord, type LegacyWord } from "../../protocol/frame/newland/legacy-command.ts";
import { newlandTriggerAt, newlandTriggerBytes } from "../../protocol/frame/newland/trigger.ts";
import {
  cutUnifiedCommand,
  encodeUnifiedAnswer,
  type UnifiedCommand,
} from "../../protocol/frame/newland/unified-command.ts";

/** What commands change in a reader. */
export interface ReaderMind {
  reply(bytes: Uint8Array): void;
  setEnabled(isEnabled: boolean): void;
  /** Values by tag, or by the number of a zone; lost when the reader is switched off. */
  readonly settings: Map<string, string>;
  beep(isGood: boolean): void;
  hostAck(letter: HostAckLetter): void;
  deafFor(milliseconds: number): void;
}

/** Takes a command off the front; `incomplete` waits for more, `noise` drops a byte. */
export type Understand = (bytes: Uint8Array, mind: ReaderMind) => Understood;
type Understood = number | "incomplete" | "noise";

export const versionOfSimulator = "1.4.2";

const text = (bytes: string): Uint8Array => Uint8Array.from(bytes, (character) => character.charCodeAt(0));

/** Answers bytes used, after `act` has seen the frame. */
function after<Frame>(cut: Cut<Frame>, act: (frame: Frame) => void): Understood {
  if (cut.kind === "incomplete") return "incomplete";
  if (cut.kind === "discarded") return cut.why === "noise" ? "noise" : cut.bytesUsed;
  act(cut.frame);
  return cut.bytesUsed;
}

const understandHoneywell: Understand = (bytes, mind) => {
  const letter = hostAckAt(bytes, 0);
  if (letter !== undefined) {
    if (letter !== "unknown") mind.hostAck(letter);
    return 2;
  }
  if (bytes[0] === 0x1b) return "incomplete";
  const control = honeywellControlAt(bytes, 0);
  if (control !== undefined) {
    if (control === "beep") mind.beep(true);
    return honeywellControlBytes;
  }
  if (bytes[0] === 0x16 && bytes.length < honeywellControlBytes) return "incomplete";
  return after(cutMenuCommand(bytes, 0), (command) => answerMenu(command, mind));
};

function answerMenu({ entries, storage }: MenuCommand, mind: ReaderMind): void {
  entries.forEach((entry, index) => {
    const terminator = index < entries.length - 1 ? ";" : storage === "ram" ? "!" : ".";
    mind.reply(encodeMenuAnswer({ tag: entry.tag, terminator, ...answerEntry(entry, mind) }));
  });
}

function answerEntry(
  { tag, data }: MenuEntry,
  mind: ReaderMind,
): { value: string; status: keyof typeof answerStatuses } {
  if (tag === "REVINF") {
    const value = `Product Name: Simulated\r\nSoftware Revision: ${versionOfSimulator}`;
    return { value, status: "ack" };
  }
  if (!/^[A-Z]{6}$/.test(tag)) return { value: data, status: "enq" };
  if (data === "?" || data === "^" || data === "*") return { value: mind.settings.get(tag) ?? "0", status: "ack" };
  if (!/^[\x20-\x7e]{0,64}$/.test(data)) return { value: "", status: "nak" };
  mind.settings.set(tag, data);
  return { value: data, status: "ack" };
}

const understandNewland: Understand = (bytes, mind) => {
  if (newlandTriggerAt(bytes, 0) !== undefined) return newlandTriggerBytes;
  if (bytes[0] === 0x01 && bytes.length < newlandTriggerBytes) return "incomplete";
  return after(cutUnifiedCommand(bytes, 0), (command) => answerUnified(command, mind));
};

function answerUnified(command: UnifiedCommand, mind: ReaderMind): void {
  const name = command.tag + command.sub;
  const isQuery = command.data === "*" || command.data === "&" || command.data === "^";
  if (name === "QRYSYS") {
    const data = `Product Name: Simulated\r\nFirmware Version: ${versionOfSimulator}`;
    mind.reply(encodeUnifiedAnswer({ ...command, data, status: "ack" }));
    return;
  }
  if (!isQuery) mind.settings.set(name, command.data);
  if (name === "SCNENA" && !isQuery) mind.setEnabled(command.data !== "0");
  const data = isQuery ? (mind.settings.get(name) ?? "0") : command.data;
  mind.reply(encodeUnifiedAnswer({ ...command, data, status: "ack" }));
}

const understandNewlandLegacy: Understand = (bytes, mind) => {
  const cut = cutLegacyWord(bytes, 0);
  if (cut.kind === "discarded") return understandNewland(bytes, mind);
  return after(cut, (word) => answerLegacy(word, mind));
};

function answerLegacy(word: LegacyWord, mind: ReaderMind): void {
  const answer = legacyAnswer(word);
  if (answer !== undefined) mind.reply(encodeLegacyWord(answer));
}

function legacyAnswer(word: LegacyWord): LegacyWord | undefined {
  switch (word.kind) {
    case "enter":
      return { kind: "entered" };
    case "leave":
      return { kind: "left" };
    case "command":
      return { kind: "accepted", text: word.text };
    case "value":
      return { kind: "value", text: versionOfSimulator };
    case "entered":
    case "left":
    case "accepted":
    case "refused":
      return undefined;
  }
}

const understandGm65: Understand = (bytes, mind) =>
  after(cutGm65Command(bytes, 0), (command) => mind.reply(encodeGm65Answer(answerZone(command, mind))));

function answerZone(
  { type, address, data }: Gm65Command,
  { settings }: ReaderMind,
): { type: number; data: Uint8Array } {
  if (type === "read") {
    const zones = Array.from({ length: data[0] ?? 1 }, (_, index) => Number(settings.get(`${address + index}`) ?? 0));
    return { type: 0, data: address === versionZone ? Uint8Array.of(0x8e) : Uint8Array.from(zones) };
  }
  data.forEach((byte, index) => {
    settings.set(`${(address + index) & 0xffff}`, String(byte));
  });
  return { type: 0, data: Uint8Array.of(0) };
}
const versionZone = 0x00e2;

const understandDatalogic: Understand = (bytes, mind) => {
  switch (datalogicCommandOf(bytes[0] ?? 0)) {
    case "enable":
      mind.setEnabled(true);
      return 1;
    case "disable":
      mind.setEnabled(false);
      return 1;
    case "reset":
      mind.settings.clear();
      mind.deafFor(datalogicResetMs);
      return 1;
    case "beep-good":
    case "beep-force":
      mind.beep(true);
      return 1;
    case "not-on-file":
      mind.beep(false);
      return 1;
    case "identify":
      mind.reply(text(`SIMULATED ${versionOfSimulator}\r\n`));
      return 1;
    case "health":
    case "status":
      mind.reply(text("OK\r\n"));
      return 1;
    case undefined:
      return "noise";
  }
};

export const understandings: Readonly<Record<CommandSet, Understand>> = {
  none: () => "noise",
  honeywell: understandHoneywell,
  newland: understandNewland,
  "newland-legacy": understandNewlandLegacy,
  gm65: understandGm65,
  datalogic: understandDatalogic,
};
