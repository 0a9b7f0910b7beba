// The family `newland-serial`: unified commands, the older command mode, triggers, and scans in plain mode.
import { asciiBytes } from "../../protocol/bytes/ascii.ts";
import { type AnswerStatus, answerStatuses } from "../../protocol/frame/answer-status.ts";
import {
  cutLegacyWord,
  encodeLegacyWord,
  type LegacyWord,
  legacyMarks,
} from "../../protocol/frame/newland/legacy-command.ts";
import { newlandTriggerAt, newlandTriggerBytes, newlandTriggers } from "../../protocol/frame/newland/trigger.ts";
import {
  cutUnifiedAnswer,
  cutUnifiedCommand,
  encodeUnifiedAnswer,
  encodeUnifiedCommand,
  type UnifiedAnswer,
  type UnifiedCommand,
} from "../../protocol/frame/newland/unified-command.ts";
import { type Family, type Members, type NamedHex, UnfitLine } from "./family.ts";
import { bytesMember, hexOf, textMember } from "./members.ts";
import { plain } from "./plain.ts";
import { frame, type Standing, standingOf, streamOf, walk } from "./walk.ts";

/** An answer that follows its command is told in the command's frame, as `responseStatus`. */
export const newlandSerial: Family = {
  decode(input) {
    const text = (bytes: Uint8Array) => plain.decode({ parts: [{ role: "chunk", bytes }], config: input.config });
    // Words of the older mode begin with signs that any scan may hold: they stand where something else has ended.
    const wordStarts = new Set([0]);
    let length = 0;
    for (const { bytes } of input.parts) {
      length += bytes.length;
      wordStarts.add(length);
    }
    const standingAt = (bytes: Uint8Array, at: number) => {
      const standing = standingOfNewland(bytes, at, wordStarts.has(at));
      if (typeof standing === "object" && standing.report.kind === "frame") wordStarts.add(at + standing.bytesUsed);
      return standing;
    };
    return walk(streamOf(input), standingAt, text);
  },
  encode(members): string | readonly NamedHex[] {
    const payload = bytesMember(members, "payloadHex");
    if (textMember(members, "command") !== undefined) return hexOf(triggerOf(textMember(members, "command")));
    if (members["mode"] !== undefined) return encodeLegacyMode(members);
    if (members["legacy"] !== undefined) return hexOf(encodeLegacyWord(legacyWordOf(members)));
    if (members["tag"] !== undefined) return encodeUnified(members);
    if (payload !== undefined && newlandTriggerAt(payload, 0) !== undefined) return hexOf(payload);
    return plain.encode(members);
  },
};

function standingOfNewland(bytes: Uint8Array, at: number, isWordStart: boolean): Standing | "incomplete" | undefined {
  const trigger = newlandTriggerAt(bytes, at);
  if (trigger !== undefined) {
    const payload = newlandTriggers[trigger];
    return { bytesUsed: newlandTriggerBytes, report: frame(payload, { command: trigger, reply: null }) };
  }
  if (bytes[at] === 0x7e) {
    return standingOf(cutUnifiedCommand(bytes, at), (command) => frame(payloadOf(command), { ...command }), {
      takesAnswer: true,
    });
  }
  if (bytes[at] === 0x02 && bytes[at + 1] === 0x01) {
    return standingOf(cutUnifiedAnswer(bytes, at), answerFrame, { isAnswer: true });
  }
  const isLegacy = isWordStart || legacyStarts.includes(bytes[at] ?? 0);
  return isLegacy ? legacyStanding(bytes, at) : undefined;
}

const legacyStarts = [..."$@%^"].map((mark) => mark.charCodeAt(0));

function legacyStanding(bytes: Uint8Array, at: number): Standing | undefined {
  const cut = cutLegacyWord(bytes, at);
  if (cut.kind !== "frame") return undefined;
  const word = cut.frame;
  const payload = encodeLegacyWord(word);
  if (word.kind === "enter") {
    const leaving = { leaveWith_hex: hexOf(legacyMarks.leave), leaveAnswer_hex: hexOf(legacyMarks.left) };
    return { bytesUsed: cut.bytesUsed, report: frame(payload, { mode: "command", ...leaving }), takesAnswer: true };
  }
  const text = "text" in word ? { text: word.text } : {};
  return {
    bytesUsed: cut.bytesUsed,
    report: frame(payload, { legacy: word.kind, ...text }),
    isAnswer: word.kind === "entered",
  };
}

const answerFrame = ({ status, ...command }: UnifiedAnswer) =>
  frame(payloadOf(command), { ...command, responseStatus: status });

const payloadOf = ({ tag, sub, data }: UnifiedCommand): Uint8Array => asciiBytes(tag + sub + data);

function triggerOf(name: string | undefined): Uint8Array {
  if (name === "trigger-on" || name === "trigger-off") return newlandTriggers[name];
  throw new UnfitLine("`command`: trigger-on, trigger-off");
}

/** A mode that was entered holds both sides' words once the reader has answered. */
function encodeLegacyMode(members: Members): string | readonly NamedHex[] {
  const request = { role: "request", hex: hexOf(legacyMarks.enter) };
  const isAnswered = members["legacy"] === "entered" || members["payloadHex"] === undefined;
  return isAnswered ? [request, { role: "response", hex: hexOf(legacyMarks.entered) }] : request.hex;
}

function legacyWordOf(members: Members): LegacyWord {
  const kind = textMember(members, "legacy");
  const text = textMember(members, "text") ?? "";
  switch (kind) {
    case "enter":
    case "entered":
    case "leave":
    case "left":
      return { kind };
    case "command":
    case "accepted":
    case "refused":
    case "value":
      return { kind, text };
    default:
      throw new UnfitLine("`legacy`: enter, entered, leave, left, command, accepted, refused, value");
  }
}

/** With `responseStatus` the answer too; the answer alone where `direction` says so. */
function encodeUnified(members: Members): string | readonly NamedHex[] {
  const storage = textMember(members, "storage") ?? "temporary";
  if (storage !== "permanent" && storage !== "temporary") throw new UnfitLine("`storage`: permanent, temporary");
  const [tag = "", sub = "", data = ""] = ["tag", "sub", "data"].map((name) => textMember(members, name));
  if (!/^[\x21-\x7e]{3}$/.test(tag) || !/^[\x21-\x7e]{3}$/.test(sub)) {
    throw new UnfitLine("`tag`, `sub`: ba ký tự | three characters each");
  }
  const command: UnifiedCommand = { storage, tag, sub, data };
  const request = { role: "request", hex: hexOf(encodeUnifiedCommand(command)) };
  const status = textMember(members, "responseStatus");
  if (status === undefined) return request.hex;
  if (!isStatus(status)) throw new UnfitLine(`\`responseStatus\`: ${Object.keys(answerStatuses).join(", ")}`);
  const response = { role: "response", hex: hexOf(encodeUnifiedAnswer({ ...command, status })) };
  return members["direction"] === "device-to-host" ? response.hex : [request, response];
}

const isStatus = (name: string): name is AnswerStatus => Object.hasOwn(answerStatuses, name);
