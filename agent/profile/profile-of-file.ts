// Turns a checked profile file into the profile that drivers work with: bytes instead of hexadecimal, undefined instead of null.
import { bytesOfHex } from "../../protocol/bytes/hex.ts";
import type { Profile } from "../../protocol/driver/profile.ts";
import type { ProfileFile } from "./profile-schema.ts";

/** Imports no schema library, so that a service can take checked files from the process that checked them. */
export function profileOf(file: ProfileFile): Profile {
  const { transport, framing, ack, version, trigger, arm, feedback } = file;
  return {
    id: file.id,
    vendor: file.vendor,
    model: file.model,
    driver: file.driver,
    match: file.match.map((match) => ({
      bus: match.bus,
      vid: match.vid,
      pid: match.pid,
      usagePage: match.usagePage ?? undefined,
      interface: match.interface ?? undefined,
    })),
    transport: {
      kind: transport.kind,
      baud: transport.baud ?? undefined,
      host: transport.host ?? undefined,
      port: transport.port ?? undefined,
    },
    framing: {
      end: framing.end,
      stxEtx: framing.stxEtx,
      lengthPrefix: framing.lengthPrefix ?? undefined,
      idleMs: framing.idleMs ?? undefined,
      maxBytes: framing.maxBytes,
      aim: framing.aim,
      codeId: bytes(framing.codeId),
      stripTerminator: framing.stripTerminator,
    },
    layout: file.layout ?? undefined,
    commands: file.commands,
    ack: { mode: ack.mode, timeoutMs: ack.timeoutMs ?? undefined },
    init: list(file.init),
    version: { send: bytes(version.send), expect: version.expect ?? undefined },
    trigger: { on: bytes(trigger.on), off: bytes(trigger.off) },
    arm: { on: bytes(arm.on), off: bytes(arm.off) },
    feedback: {
      accepted: list(feedback.accepted),
      rejected: list(feedback.rejected),
      repeated: list(feedback.repeated),
      wait: list(feedback.wait),
      result: list(feedback.result),
      attention: list(feedback.attention),
      identify: list(feedback.identify),
    },
    quirks: file.quirks,
    capabilities: file.capabilities,
    confidence: file.confidence,
  };
}

const bytes = (hex: string | null): Uint8Array | undefined => (hex === null ? undefined : bytesOfHex(hex));
const list = (commands: readonly string[]): readonly Uint8Array[] => commands.flatMap((hex) => bytes(hex) ?? []);
