// The family `elyctis`: commands and answers of an Elyctis ID BOX (READERS chapter 8).
import {
  continuousReading,
  type ElyctisMessage,
  elyctisBodyBytesMax,
  elyctisCommands,
  encodeElyctis,
} from "../../protocol/frame/elyctis/elyctis-message.ts";
import { linesOf } from "../../protocol/frame/mrz/mrz-framer.ts";
import { type Family, type FrameReport, type Members, UnfitLine } from "./family.ts";
import { flagMember, hexOf, payloadMember, scanMembers, textMember } from "./members.ts";
import { decodeMrz, lineMembers, zoneMembers } from "./mrz.ts";

const commandNames = Object.keys(elyctisCommands) as (keyof typeof elyctisCommands)[];

export const elyctis: Family = {
  decode: (input) => decodeMrz(input, reportElyctis),
  encode(members) {
    const isContinuous = flagMember(members, "continuous");
    if (isContinuous !== undefined) return hexOf(continuousReading(isContinuous));
    const lines = lineMembers(members);
    const body = payloadMember(members) ?? new TextEncoder().encode(lines?.join("\r") ?? "");
    if (body.length > elyctisBodyBytesMax) throw new UnfitLine("Dài quá 255 byte | Longer than 255 bytes");
    return hexOf(encodeElyctis({ command: commandOf(members), body }));
  },
};

export function reportElyctis({ command, body }: ElyctisMessage): FrameReport {
  const name = commandNames.find((each) => elyctisCommands[each] === command);
  const known = { kind: "frame" as const, payloadHex: hexOf(body), command: name ?? hexOf(Uint8Array.of(command)) };
  if (command === elyctisCommands.continuous && body.length === 1) {
    const isOn = body[0] === 1;
    return { ...known, continuous: isOn, rearmAfterRead: isOn };
  }
  return { ...known, length: body.length, ...scanMembers(body), ...zoneMembers(linesOf(body)) };
}

function commandOf(members: Members): number {
  const name = textMember(members, "command") ?? "inquire";
  const known = commandNames.find((each) => each === name);
  if (known !== undefined) return elyctisCommands[known];
  if (/^[45][0-9a-f]$/.test(name)) return Number.parseInt(name, 16);
  throw new UnfitLine(`\`command\`: ${commandNames.join(", ")}`);
}
