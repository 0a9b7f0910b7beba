// Builds every message that a host sends to an SSI decoder (READERS chapter 6); each answers one whole packet.
import { type nakCause, opcode } from "./opcodes.ts";
import { encodePacket, source, status } from "./packet.ts";
import { encodeParameterList, encodeParameterNumber, type Parameter } from "./parameters.ts";

/** `isPermanent`: the decoder keeps the change without power. Its memory bears few writes, so that nothing here does it unasked. */
export interface HostCommandOptions {
  readonly isPermanent?: boolean;
}

/** A message of any opcode from the host. */
export function hostCommand(
  code: number,
  data: Iterable<number> = [],
  { isPermanent = false }: HostCommandOptions = {},
) {
  const bits = isPermanent ? status.permanent : 0;
  return encodePacket({ opcode: code, source: source.host, status: bits, data: Uint8Array.from(data) });
}

export const ack = (): Uint8Array => hostCommand(opcode.CMD_ACK);
export const nak = (cause: (typeof nakCause)[keyof typeof nakCause]): Uint8Array =>
  hostCommand(opcode.CMD_NAK, [cause]);
/** Answers one segment of a scan in opcode 73; the last segment is answered with `ack`. */
export const segmentAck = (): Uint8Array => hostCommand(opcode.MULTIPACKET_ACK);

export const scanEnable = (options?: HostCommandOptions) => hostCommand(opcode.SCAN_ENABLE, [], options);
export const scanDisable = (options?: HostCommandOptions) => hostCommand(opcode.SCAN_DISABLE, [], options);
/** Throws away what the decoder has not delivered yet: never part of an opening. */
export const flushQueue = () => hostCommand(opcode.FLUSH_QUEUE);
export const requestRevision = () => hostCommand(opcode.REQUEST_REVISION);
export const requestCapabilities = () => hostCommand(opcode.CAPABILITIES_REQUEST);

/** Code 00 to 19 (hexadecimal): short and long, high and low beeps. */
export const beep = (code: number) => hostCommand(opcode.BEEP, [code]);
/** Bit 0 of the mask is the decode light. */
export const ledOn = (mask: number) => hostCommand(opcode.LED_ON, [mask]);
export const ledOff = (mask: number) => hostCommand(opcode.LED_OFF, [mask]);

/** Sets parameters without a beep. */
export const setParameters = (parameters: readonly Parameter[], options?: HostCommandOptions) =>
  hostCommand(opcode.PARAM_SEND, encodeParameterList({ beep: undefined, parameters }), options);
/** Asks for parameters by number; the answer is a PARAM_SEND. */
export const requestParameters = (numbers: readonly number[]) =>
  hostCommand(opcode.PARAM_REQUEST, numbers.flatMap(encodeParameterNumber));
/** The names of the commands without data that stand in no function above, for a technician's tools. */
export const plainCommands = {
  flushMacroPdf: 0x10,
  abortMacroPdf: 0x11,
  aimOff: 0xc4,
  aimOn: 0xc5,
  illuminationOff: 0xc0,
  illuminationOn: 0xc1,
  parameterDefaults: 0xc8,
  startSession: 0xe4,
  stopSession: 0xe5,
  sleep: 0xeb,
  batchRequest: 0xd5,
} as const;
/** `hostCommand` by name. */
export const plainCommand = (name: keyof typeof plainCommands) => hostCommand(plainCommands[name]);
