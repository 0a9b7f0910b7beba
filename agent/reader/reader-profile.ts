// What one configured reader is: the profile of its model, with what the site has set otherwise.
import { bytesOfHex } from "../../protocol/bytes/hex.ts";
import type { Profile } from "../../protocol/driver/profile.ts";
import type { ReaderConfig } from "../config.ts";

/** The profile with the settings of this one reader. */
export function readerProfile(config: ReaderConfig, profile: Profile): Profile {
  const baud = "baudRate" in config ? config.baudRate : undefined;
  const feedback = Object.fromEntries(
    Object.entries(config.feedback).map(([outcome, hex]) => [outcome, hex === undefined ? [] : commandsOf(hex)]),
  );
  return {
    ...profile,
    transport: { ...profile.transport, baud: baud ?? profile.transport.baud },
    framing: withSettings(profile.framing, config.framing),
    feedback: { ...profile.feedback, ...feedback },
  };
}

/** The schema lets whole bytes through only. */
const commandsOf = (hex: string): Uint8Array[] => {
  const bytes = bytesOfHex(hex);
  return bytes === undefined ? [] : [bytes];
};

function withSettings(framing: Profile["framing"], settings: ReaderConfig["framing"]): Profile["framing"] {
  const { end, stxEtx, aim, idleMs, maxBytes } = settings;
  return {
    ...framing,
    end: end ?? framing.end,
    stxEtx: stxEtx ?? framing.stxEtx,
    aim: aim ?? framing.aim,
    idleMs: idleMs ?? framing.idleMs,
    maxBytes: maxBytes ?? framing.maxBytes,
  };
}
