// tiepdon frames: reader bytes a line in, what the codec of their protocol makes of them a line out, or the other way.
import { createInterface } from "node:readline";
import { bytesOfHex } from "../../protocol/bytes/hex.ts";
import { CommandFailure, exitCodes } from "../../service/exit-codes.ts";
import { families } from "../frames/families.ts";
import {
  type DecodeInput,
  type Family,
  type Members,
  type NamedBytes,
  type NamedHex,
  UnfitLine,
} from "../frames/family.ts";
import { isMembers, listMember, objectMember, textMember } from "../frames/members.ts";
import { print, say } from "../terminal.ts";

/** A line holds one stream of bytes; 1 MiB of them is 2 MiB of hexadecimal. */
const lineCharactersMax = 3 * 1024 * 1024;

export interface FramesOptions {
  readonly protocol: string;
  readonly encode?: boolean;
}

/** Reads standard input to its end. A line that can't be read is reported and passed over; then the command ends with 2. */
export async function runFrames({ protocol, encode = false }: FramesOptions): Promise<void> {
  const family = familyOf(protocol);
  let lineNumber = 0;
  let faults = 0;
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    lineNumber += 1;
    if (line.trim() === "") continue;
    try {
      print(JSON.stringify(answerLine(family, line, encode)));
    } catch (error) {
      if (!(error instanceof UnfitLine)) throw error;
      faults += 1;
      say(`stdin:${lineNumber} ${error.message}`);
    }
  }
  if (faults > 0) {
    throw new CommandFailure(exitCodes.wrongUsage, `${faults} dòng không đọc được | ${faults} lines could not be read`);
  }
}

function familyOf(protocol: string): Family {
  const family = Object.hasOwn(families, protocol) ? families[protocol] : undefined;
  if (family !== undefined) return family;
  throw new CommandFailure(exitCodes.wrongUsage, `--protocol: ${Object.keys(families).join(", ")}`);
}

/** Throws `UnfitLine`. */
export function answerLine(family: Family, line: string, encode: boolean): object {
  const members = parseLine(line);
  const { id = null } = members;
  if (!encode) return { id, frames: family.decode(decodeInputOf(members)) };
  const frames = listMember(members, "frames");
  if (frames === undefined)
    return { id, ...encoded(family.encode({ ...objectMember(members, "expect"), ...members })) };
  return { id, ...encoded(frames.flatMap((frame) => encodeFrame(family, frame))) };
}

function parseLine(line: string): Members {
  if (line.length > lineCharactersMax) throw new UnfitLine("Dòng quá dài | The line is too long");
  try {
    const parsed: unknown = JSON.parse(line);
    if (isMembers(parsed)) return parsed;
  } catch {
    // the sentence below says it
  }
  throw new UnfitLine('Không phải một đối tượng JSON | Not a JSON object; write {"id":…,"hex":"…"}');
}

function decodeInputOf(members: Members): DecodeInput {
  const config = objectMember(members, "config") ?? {};
  const hex = textMember(members, "hex");
  const list = listMember(members, "bytes");
  if ((hex === undefined) === (list === undefined)) {
    throw new UnfitLine("Cần đúng một trong hai: `hex` hoặc `bytes` | Give either `hex` or `bytes`");
  }
  return { parts: list?.map(partOf) ?? [partOf(hex)], config };
}

function partOf(value: unknown): NamedBytes {
  const { hex, role } = isMembers(value) ? value : { hex: value, role: undefined };
  const bytes = typeof hex === "string" ? bytesOfHex(hex) : undefined;
  if (bytes === undefined) throw new UnfitLine("`hex`: cần chữ số hex | hexadecimal digits, two a byte");
  return { role: typeof role === "string" ? role : "chunk", bytes };
}

/** A line that `decode` wrote is encoded frame by frame. */
function encodeFrame(family: Family, frame: unknown): readonly NamedHex[] {
  if (!isMembers(frame) || (frame["kind"] ?? "frame") !== "frame") {
    throw new UnfitLine('`frames`: chỉ khung trọn vẹn | only whole frames, `"kind":"frame"`');
  }
  const answer = family.encode(frame);
  return typeof answer === "string" ? [{ role: "chunk", hex: answer }] : answer;
}

/** `hex` is all that one side sends; with several byte strings, `bytes` names each. */
function encoded(answer: string | readonly NamedHex[]): { hex: string; bytes?: readonly NamedHex[] } {
  if (typeof answer === "string") return { hex: answer };
  const hex = answer
    .filter(({ role }) => role === answer[0]?.role)
    .map((part) => part.hex)
    .join("");
  return answer.length > 1 ? { hex, bytes: answer } : { hex };
}
