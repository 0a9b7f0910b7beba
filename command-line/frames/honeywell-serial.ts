// The family `honeywell-serial`: controls, menu commands and answers, Host-ACK strings, length-prefixed and plain scans.
import { joinBytes, mayStandAt, standsAt } from "../../protocol/bytes/ascii.ts";
import { type AnswerStatus, answerStatuses } from "../../protocol/frame/answer-status.ts";
import { honeywellSymbology } from "../../protocol/frame/hid-pos/code-id.ts";
import { trailingTerminator } from "../../protocol/frame/hid-pos/trailing-terminator.ts";
import {
  honeywellControlAt,
  honeywellControlBytes,
  honeywellControls,
} from "../../protocol/frame/honeywell/control.ts";
import {
  aimOfCode,
  cutDechdr,
  type DechdrScan,
  dechdrCountedBytes,
  dechdrStart,
  encodeDechdr,
} from "../../protocol/frame/honeywell/dechdr.ts";
import {
  encodeHostAck,
  type HostAckLetter,
  hostAckAt,
  hostAckEffects,
} from "../../protocol/frame/honeywell/host-ack.ts";
import { encodeMenuAnswer, findMenuStatus, readMenuAnswer } from "../../protocol/frame/honeywell/menu-answer.ts";
import {
  cutMenuCommand,
  encodeMenuCommand,
  type MenuCommand,
  type MenuEntry,
  menuPrefix,
} from "../../protocol/frame/honeywell/menu-command.ts";
import { defaultScanBytesMax } from "../../protocol/frame/plain-framing.ts";
import { type Family, type FrameReport, type Members, UnfitLine } from "./family.ts";
import {
  bytesMember,
  hexOf,
  isMembers,
  listMember,
  objectMember,
  payloadMember,
  scanMembers,
  textMember,
} from "./members.ts";
import { plain } from "./plain.ts";
import { frame, type Standing, standingOf, streamOf, walk } from "./walk.ts";

export const honeywellSerial: Family = {
  decode(input) {
    const scans = (bytes: Uint8Array) => plain.decode({ parts: [{ role: "chunk", bytes }], config: input.config });
    return walk(streamOf(input), standingAt, (bytes) => answersAndScans(bytes, scans));
  },
  encode(members) {
    if (members["effect"] !== undefined) return encodeEffect(members);
    if (members["command"] !== undefined) return hexOf(controlOf(textMember(members, "command")));
    if (members["status"] !== undefined) return hexOf(encodeAnswer(members));
    if (members["storage"] !== undefined || members["tag"] !== undefined) return hexOf(encodeMenu(members));
    const scans = listMember(members, "scans")?.filter(isMembers) ?? [members];
    if (scans.some((scan) => isLengthPrefixed(scan, members))) return scans.map(encodeScan).map(hexOf).join("");
    const payload = bytesMember(members, "payloadHex");
    if (payload !== undefined) {
      if (honeywellControlAt(payload, 0) !== undefined || hostAckAt(payload, 0) !== undefined) return hexOf(payload);
      const menu = joinBytes(menuPrefix, payload);
      const cut = cutMenuCommand(menu, 0);
      if (cut.kind === "frame" && cut.bytesUsed === menu.length) return hexOf(menu);
    }
    return plain.encode(members);
  },
};

function standingAt(bytes: Uint8Array, at: number): Standing | "incomplete" | undefined {
  const control = honeywellControlAt(bytes, at);
  if (control !== undefined) {
    const report = frame(honeywellControls[control], { command: control, reply: null });
    return { bytesUsed: honeywellControlBytes, report };
  }
  if (standsAt(bytes, menuPrefix, at)) return standingOf(cutMenuCommand(bytes, at), menuFrame);
  if (bytes[at] === dechdrStart[0] && mayStandAt(bytes, dechdrStart, at)) return dechdrStanding(bytes, at);
  const letter = hostAckAt(bytes, at);
  if (letter === undefined) return undefined;
  const payload = bytes.subarray(at, at + 2);
  if (letter === "unknown") return { bytesUsed: 1, report: { kind: "discarded", why: "noise", bytes: 1 } };
  return { bytesUsed: payload.length, report: frame(payload, hostAckMembers(letter)) };
}

/** A frame that is refused goes with all that follows, up to the next: none of it may look like a scan. */
function dechdrStanding(bytes: Uint8Array, at: number): Standing | "incomplete" | undefined {
  const standing = standingOf(cutDechdr(bytes, at, defaultScanBytesMax), scanFrame);
  if (typeof standing !== "object" || standing.report.kind !== "discarded") return standing;
  let next = at + 1;
  while (next < bytes.length && !standsAt(bytes, dechdrStart, next)) next += 1;
  return { bytesUsed: next - at, report: { ...standing.report, bytes: next - at } };
}

const hostAckMembers = (letter: HostAckLetter) => ({
  effect: hostAckEffects[letter],
  suspendsUntilSent: true,
  terminatorVerified: false,
});

function menuFrame(command: MenuCommand): FrameReport {
  const bytes = encodeMenuCommand(command).subarray(menuPrefix.length);
  const [first, ...others] = command.entries;
  const commands = others.length > 0 ? { commands: command.entries } : {};
  return frame(bytes, { prefix_hex: hexOf(menuPrefix), ...first, ...commands, storage: command.storage });
}

function scanFrame({ raw, aimCode, codeId }: DechdrScan): FrameReport {
  const payload = raw.subarray(0, raw.length - (trailingTerminator(raw, ["cr", "lf", "crlf", "tab"])?.length ?? 0));
  const code = codeId.toString(16).padStart(2, "0");
  return frame(payload, {
    ...scanMembers(payload),
    ...{ aim: aimOfCode(aimCode) ?? null, codeId: code, symbology: honeywellSymbology(codeId) ?? null },
    ...{
      endedBy: "length",
      length: raw.length + dechdrCountedBytes,
      dataLength: raw.length,
      terminator_hex: hexOf(raw.subarray(payload.length)),
    },
  });
}

/** Answers have no mark of their own; their status bytes tell where each ends. The rest is scans. */
function answersAndScans(bytes: Uint8Array, scans: (bytes: Uint8Array) => readonly FrameReport[]): FrameReport[] {
  const reports: FrameReport[] = [];
  let start = 0;
  let tag = "";
  for (let at = findMenuStatus(bytes, 0); at >= 0; at = findMenuStatus(bytes, start)) {
    const answer = readMenuAnswer(bytes, start, at, tag);
    if (answer === undefined) break;
    reports.push(frame(bytes.subarray(start, at), { ...answer }));
    ({ tag } = answer);
    start = at + 2;
  }
  const rest = bytes.subarray(start);
  return rest.length > 0 ? [...reports, ...scans(rest)] : reports;
}

function encodeEffect(members: Members): string {
  const effect = textMember(members, "effect");
  const letters = Object.keys(hostAckEffects) as HostAckLetter[];
  const letter = letters.find((each) => hostAckEffects[each] === effect);
  if (letter === undefined) throw new UnfitLine(`\`effect\`: ${Object.values(hostAckEffects).join("; ")}`);
  return hexOf(encodeHostAck(letter));
}

function controlOf(name: string | undefined): Uint8Array {
  if (name === "trigger-on" || name === "trigger-off" || name === "beep") return honeywellControls[name];
  throw new UnfitLine(`\`command\`: ${Object.keys(honeywellControls).join(", ")}`);
}

function encodeMenu(members: Members): Uint8Array {
  const storage = textMember(members, "storage") ?? "ram";
  const isSaved = storage === "saved" || storage === "permanent";
  if (!isSaved && storage !== "ram") throw new UnfitLine("`storage`: ram, saved");
  const entries = listMember(members, "commands")?.map(entryOf) ?? [entryOf(members)];
  return encodeMenuCommand({ entries, storage: isSaved ? "saved" : "ram" });
}

function entryOf(value: unknown): MenuEntry {
  const tag = isMembers(value) ? textMember(value, "tag") : undefined;
  const data = isMembers(value) ? (textMember(value, "data") ?? "") : "";
  if (tag === undefined || !/^[A-Za-z0-9]{3,6}$/.test(tag)) throw new UnfitLine("`tag`: 3–6 chữ | letters or digits");
  if (!/^[\x20-\x7e]*$/.test(data)) throw new UnfitLine("`data`: ASCII");
  return { tag, data };
}

function encodeAnswer(members: Members): Uint8Array {
  const status = textMember(members, "status") ?? "";
  if (!isStatus(status)) throw new UnfitLine(`\`status\`: ${Object.keys(answerStatuses).join(", ")}`);
  const { tag } = entryOf({ tag: members["tag"] });
  const value = textMember(members, "value") ?? "";
  return encodeMenuAnswer({ tag, value, status, terminator: textMember(members, "terminator") ?? "." });
}

/** The reader counts its terminator, CR unless the line says otherwise, into the length. */
function encodeScan(members: Members): Uint8Array {
  const payload = payloadMember(members);
  if (payload === undefined) throw new UnfitLine("Thiếu `payloadHex` hoặc `data` | Give `payloadHex` or `data`");
  const codeId = bytesMember(members, "codeId")?.[0] ?? 0x73;
  const terminator = bytesMember(members, "terminator_hex") ?? Uint8Array.of(0x0d);
  const raw = joinBytes(payload, terminator);
  if (raw.length > defaultScanBytesMax) throw new UnfitLine("`payloadHex` quá dài | is too long");
  return encodeDechdr({ codeId, aim: textMember(members, "aim") ?? "]X0", raw });
}

/** A scan that tells its code id, or a profile that asks for it, means the frame with a length: plain scans say no more than their data. */
function isLengthPrefixed(scan: Members, members: Members): boolean {
  const framing = objectMember(objectMember(members, "config") ?? {}, "framing") ?? {};
  const isAsked = textMember(framing, "lengthPrefix")?.toLowerCase() === "dechdr";
  return isAsked || scan["codeId"] !== undefined || scan["endedBy"] === "length";
}

const isStatus = (name: string): name is AnswerStatus => Object.hasOwn(answerStatuses, name);
