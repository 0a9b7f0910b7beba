// What a simulated reader does at a command in its maker's language: the answer it gives, and what people hear and see.

import { joinBytes } from "../../protocol/bytes/ascii.ts";
import type { CommandSet } from "../../protocol/driver/profile.ts";
import { encodeGm65Answer } from "../../protocol/frame/gm65/answer.ts";
import { cutGm65Command } from "../../protocol/frame/gm65/command.ts";
import { honeywellControlAt } from "../../protocol/frame/honeywell/control.ts";
import { encodeMenuAnswer } from "../../protocol/frame/honeywell/menu-answer.ts";
import { cutMenuCommand, isMenuQuery } from "../../protocol/frame/honeywell/menu-command.ts";
import { newlandTriggerAt } from "../../protocol/frame/newland/trigger.ts";
import {
  cutUnifiedCommand,
  encodeUnifiedAnswer,
  isUnifiedQuery,
} from "../../protocol/frame/newland/unified-command.ts";
import type { DeviceSign } from "../device.ts";

export interface CommandEffect {
  readonly answer?: Uint8Array;
  readonly sign?: DeviceSign;
}

/** What of its state a command can ask for. */
export interface AskedReader {
  readonly firmware: string;
}

/** A reader that does not know the command says nothing. */
export function effectOf(set: CommandSet, command: Uint8Array, reader: AskedReader): CommandEffect {
  switch (set) {
    case "honeywell":
      return honeywellEffect(command, reader);
    case "newland":
      return newlandEffect(command, reader);
    case "gm65":
      return gm65Effect(command);
    case "none":
    case "newland-legacy":
    case "datalogic":
      return {};
  }
}

function honeywellEffect(command: Uint8Array, { firmware }: AskedReader): CommandEffect {
  const control = honeywellControlAt(command, 0);
  if (control === "beep") return { sign: "good-read" };
  if (control === "trigger-on") return { sign: "light" };
  const cut = cutMenuCommand(command, 0);
  if (cut.kind !== "frame") return {};
  const parts = cut.frame.entries.map((entry, index, all) =>
    encodeMenuAnswer({
      tag: entry.tag,
      value: answerValue(entry.tag, isMenuQuery(entry) ? "1" : entry.data, firmware),
      status: "ack",
      terminator: index === all.length - 1 ? "." : ";",
    }),
  );
  return { answer: joinBytes(...parts) };
}

/** The version text of a user guide, with an invented product. */
const answerValue = (tag: string, value: string, firmware: string): string =>
  tag === "REVINF" ? `Product Name: Simulated Imager\r\nSoftware Revision: ${firmware}` : value;

function newlandEffect(command: Uint8Array, { firmware }: AskedReader): CommandEffect {
  if (newlandTriggerAt(command, 0) === "trigger-on") return { sign: "light" };
  const cut = cutUnifiedCommand(command, 0);
  if (cut.kind !== "frame") return {};
  const data = isUnifiedQuery(cut.frame) ? firmware : cut.frame.data;
  return { answer: encodeUnifiedAnswer({ ...cut.frame, data, status: "ack" }) };
}

function gm65Effect(command: Uint8Array): CommandEffect {
  const cut = cutGm65Command(command, 0);
  if (cut.kind !== "frame") return {};
  const { type, data } = cut.frame;
  const read = type === "read" ? new Uint8Array(data[0] ?? 0) : Uint8Array.of(0);
  return { answer: encodeGm65Answer({ type: 0, data: read }) };
}
