// What the host sends for each outcome: acknowledgement first, then what beeps and lights.
import { joinBytes } from "../../bytes/ascii.ts";
import { encodeHostAck } from "../../frame/honeywell/host-ack.ts";
import type { CommandLanguage } from "../commands/command-language.ts";
import type { Discard } from "../discard.ts";
import { type Outcome, outcomes } from "../outcome.ts";
import type { Profile } from "../profile.ts";

const ACK = Uint8Array.of(0x06);
const NAK = Uint8Array.of(0x15);

/** For a profile that waits for Host-ACK and leaves an outcome without bytes: the reader must be let go. */
const hostAckDefaults: Readonly<Record<Outcome, Uint8Array>> = {
  accepted: encodeHostAck("7"),
  repeated: encodeHostAck("4"),
  rejected: encodeHostAck("8"),
  wait: encodeHostAck("b"),
  result: new Uint8Array(),
  attention: new Uint8Array(),
  identify: new Uint8Array(),
};

/** `bytes` go out at once; `commands` are answered, so each waits for its turn. */
export interface Reply {
  readonly bytes: Uint8Array;
  readonly commands: readonly Uint8Array[];
}

export interface Replies {
  /** For a scan that the reader may be waiting on. */
  readonly toScan: Readonly<Record<Outcome, Reply>>;
  /** For people alone. */
  readonly toPeople: Readonly<Record<Outcome, Reply>>;
}

export function makeReplies({ feedback, ack }: Profile, language: CommandLanguage): Replies {
  const replyOf = (first: Uint8Array, commands: readonly Uint8Array[]): Reply => {
    const isAnswered = (command: Uint8Array) => language.answerTo(command) !== undefined;
    const bytes = joinBytes(first, ...commands.filter((command) => !isAnswered(command)));
    return { bytes, commands: commands.filter(isAnswered) };
  };
  const none = new Uint8Array();
  const toPeople = (outcome: Outcome): Reply => replyOf(none, feedback[outcome]);
  const toScan = (outcome: Outcome): Reply => {
    switch (ack.mode) {
      case "none":
        return toPeople(outcome);
      case "ack-nak": // only what could not be kept is wanted again
        return replyOf(outcome === "wait" ? NAK : ACK, feedback[outcome]);
      case "host-ack":
        return replyOf(feedback[outcome].length > 0 ? none : hostAckDefaults[outcome], feedback[outcome]);
    }
  };
  return { toScan: byOutcome(toScan), toPeople: byOutcome(toPeople) };
}

const byOutcome = (reply: (outcome: Outcome) => Reply) =>
  Object.fromEntries(outcomes.map((outcome) => [outcome, reply(outcome)])) as Record<Outcome, Reply>;

/** What a reader that waits is told of a scan that the framer dropped; undefined where it sent no whole scan. */
export function outcomeOfDiscard(why: Discard): "rejected" | "wait" | undefined {
  switch (why) {
    case "stx-unfinished":
    case "unfinished":
    case "bad-frame":
    case "bad-length":
    case "bad-checksum":
      return "wait"; // the line broke it: the same scan, sent again, may arrive whole
    case "overflow":
    case "aim-missing":
    case "empty":
      return "rejected"; // it would come again just so
    default:
      return undefined;
  }
}
