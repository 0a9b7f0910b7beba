// The family `plain`: scans that a terminator, ETX or silence ends (READERS chapter 4).
import { joinBytes } from "../../protocol/bytes/ascii.ts";
import { encodePlain } from "../../protocol/frame/encode-plain.ts";
import { PlainFramer } from "../../protocol/frame/plain-framer.ts";
import { defaultPlainFraming, type PlainFraming, type Terminator } from "../../protocol/frame/plain-framing.ts";
import { type DecodeInput, type Family, type FrameReport, type Members, UnfitLine } from "./family.ts";
import {
  bytesMember,
  flagMember,
  hexOf,
  isMembers,
  listMember,
  numberMember,
  objectMember,
  payloadMember,
  scanMembers,
  textMember,
} from "./members.ts";
import { streamOf } from "./walk.ts";

const CR = 0x0d;
const LF = 0x0a;
const ends = ["cr", "lf", "crlf", "tab"] as const;
const aimUses = ["none", "optional", "required"] as const;

/** The end of the line in counts as silence. */
export const plain: Family = {
  decode: (input) => withoutCodeId(decodePlain(input, framingOf(input.config)), input.config),
  encode(members) {
    const scans = listMember(members, "scans")?.map(asScan) ?? [members];
    const framing = framingOf(objectMember(members, "config") ?? {});
    const bytes = scans.map((scan) => encodeScan(scan, framing));
    return bytes.map(hexOf).join("");
  },
};

/** `framing.codeId` of a profile is taken off where it leads, and told. */
function withoutCodeId(reports: readonly FrameReport[], config: Members): readonly FrameReport[] {
  const codeId = textMember(objectMember(config, "framing") ?? {}, "codeId")?.toLowerCase();
  if (codeId === undefined) return reports;
  return reports.map((report) => {
    if (report.kind !== "frame" || !report.payloadHex.startsWith(codeId)) return report;
    const payload = Buffer.from(report.payloadHex.slice(codeId.length), "hex");
    return { ...report, payloadHex: hexOf(payload), ...scanMembers(payload), codeId };
  });
}

/** Byte after byte, so that it is known which terminator ended a scan. */
export function decodePlain(input: DecodeInput, framing: PlainFraming): FrameReport[] {
  const reports: FrameReport[] = [];
  let last: ({ terminator?: Terminator } & Members) | undefined;
  const framer = new PlainFramer(framing, {
    scan({ raw, aim, endedBy }) {
      const frame = { kind: "frame" as const, payloadHex: hexOf(raw), ...scanMembers(raw), aim: aim ?? null, endedBy };
      reports.push(frame);
      last = frame;
    },
    discarded: (why, bytes) => void reports.push({ kind: "discarded", why, bytes }),
  });
  let before = 0;
  for (const byte of streamOf(input)) {
    const known = reports.length;
    framer.push(Uint8Array.of(byte));
    if (reports.length > known && last?.["endedBy"] === "terminator") last.terminator = terminatorOf(before, byte);
    else if (byte === LF && before === CR && last?.terminator === "cr" && framer.pending === "nothing")
      last.terminator = "crlf";
    before = byte;
  }
  framer.idle();
  return reports;
}

function terminatorOf(before: number, byte: number): Terminator {
  if (byte === CR) return "cr";
  if (byte === LF) return before === CR ? "crlf" : "lf";
  return "tab";
}

function encodeScan(scan: Members, framing: PlainFraming): Uint8Array {
  const payload = payloadMember(scan);
  if (payload === undefined) throw new UnfitLine("Thiếu `payloadHex` hoặc `data` | Give `payloadHex` or `data`");
  const endedBy = textMember(scan, "endedBy") ?? "terminator";
  const terminator = oneOf(ends, textMember(scan, "terminator")) ?? framing.terminators[0] ?? "cr";
  const stx = endedBy === "etx";
  const end = endedBy === "terminator" ? terminator : "none";
  const coded = joinBytes(bytesMember(scan, "codeId") ?? new Uint8Array(), payload);
  return encodePlain(coded, { stx }, end, textMember(scan, "aim") ?? "");
}

function asScan(value: unknown): Members {
  if (!isMembers(value)) throw new UnfitLine("`scans`: danh sách đối tượng | a list of objects");
  return value;
}

/** `framing` of a profile; STX frames are taken unless it says otherwise, since a QR code hardly begins with STX. */
export function framingOf(config: Members): PlainFraming {
  const framing = objectMember(config, "framing") ?? {};
  const named = listMember(framing, "end")?.map((end) => oneOf(ends, end));
  if (named?.includes(undefined)) throw new UnfitLine(`\`end\`: ${ends.join(", ")}`);
  return {
    stx: flagMember(framing, "stxEtx") ?? true,
    terminators: named?.filter((end) => end !== undefined) ?? defaultPlainFraming.terminators,
    aim: oneOf(aimUses, framing["aim"]) ?? defaultPlainFraming.aim,
    scanBytesMax: numberMember(framing, "maxBytes") ?? defaultPlainFraming.scanBytesMax,
    refuseTelnet: false,
  };
}

const oneOf = <T extends string>(known: readonly T[], value: unknown): T | undefined =>
  known.find((each) => each === value);
