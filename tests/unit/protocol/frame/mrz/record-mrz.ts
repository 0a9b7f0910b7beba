// Runs the framer of machine-readable zones and writes down what it tells.
import { type MrzFrame, MrzFramer } from "../../../../../protocol/frame/mrz/mrz-framer.ts";

export interface ToldMrz {
  /** A frame in one line: its kind, and its lines or its command and body. */
  readonly frames: string[];
  /** Bytes dropped by code. */
  readonly dropped: Record<string, number>;
  /** Bytes that frames took. */
  taken: number;
}

export function recordMrz(): { framer: MrzFramer; told: ToldMrz } {
  const told: ToldMrz = { frames: [], dropped: {}, taken: 0 };
  const framer = new MrzFramer({
    frame(frame, bytes) {
      told.frames.push(inOneLine(frame));
      told.taken += bytes;
    },
    discarded(why, bytes) {
      told.dropped[why] = (told.dropped[why] ?? 0) + bytes;
    },
  });
  return { framer, told };
}

function inOneLine(frame: MrzFrame): string {
  switch (frame.kind) {
    case "elyctis":
      return `elyctis ${frame.command.toString(16)} ${Buffer.from(frame.body).toString("latin1")}`;
    case "rte6701":
      return `rte6701 ${frame.flag} ${frame.lines.join("/")}`;
    case "text":
      return `${frame.isEndedByIdle ? "silence" : "text"} ${frame.lines.join("/")}`;
  }
}

/** Pushes all bytes in pieces, then is silent. */
export function frameMrz(bytes: Uint8Array, lengths: readonly number[] = [bytes.length || 1]): ToldMrz {
  const { framer, told } = recordMrz();
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? 1;
    const chunk = Uint8Array.from(bytes.subarray(at, at + length));
    framer.push(chunk);
    chunk.fill(0xee); // the port uses its memory again
    at += length;
  }
  framer.idle();
  return told;
}
