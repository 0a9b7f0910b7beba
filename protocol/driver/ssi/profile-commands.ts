// The commands that a profile of an SSI reader writes as bytes: an opcode and its data, without length, source and checksum.
import { hostCommand, scanDisable, setParameters } from "../../frame/ssi/host-commands.ts";
import { opcode } from "../../frame/ssi/opcodes.ts";
import { packetDataBytesMax } from "../../frame/ssi/packet.ts";
import { parameter } from "../../frame/ssi/parameters.ts";
import type { Profile } from "../profile.ts";

const on = { kind: "byte", value: 1 } as const;

/**
 * What sets a decoder up, in order: nothing is read, scans come in packets and are acknowledged, then the profile's own.
 * In its working memory only: the decoder's permanent memory bears few writes.
 */
export function setUpPackets(profile: Profile): readonly Uint8Array[] {
  return [
    scanDisable(),
    setParameters([{ number: parameter.decodeDataFormat, value: on }]),
    setParameters([{ number: parameter.softwareHandshaking, value: on }]),
    ...profile.init.map(commandPacket),
  ];
}

/** What a profile may send as feedback: `E6 16` beeps, `E7 01` lights, `E8 01` darkens, `CA 0F` shakes. */
const feedbackOpcodes: readonly number[] = [opcode.BEEP, opcode.LED_ON, opcode.LED_OFF, opcode.PAGER_MOTOR_ACTIVATION];

/** Whole packets; what is no feedback is left out, so that no feedback changes how the reader is set. */
export function feedbackPackets(commands: readonly Uint8Array[]): readonly Uint8Array[] {
  return commands.filter(([code = 0]) => feedbackOpcodes.includes(code)).map(commandPacket);
}

/** One set-up command of a profile, such as `C6 FF 38 00`: no beep of its own when a code was read. */
function commandPacket(command: Uint8Array): Uint8Array {
  return hostCommand(command[0] ?? 0, command.subarray(1, packetDataBytesMax + 1));
}

/** The lights that a packet switches on, as a mask; 0 for any other. */
export const lightsOf = (packet: Uint8Array): number => (packet[1] === opcode.LED_ON ? (packet[4] ?? 0) : 0);
