// Every message of Zebra's Simple Serial Interface by its opcode (SSI Programmer's Guide 72E-40451; READERS chapter 6).

/** Who sends a message. */
export type OpcodeUser = "host" | "decoder" | "both";

/** One message: its opcode, the guide's name for it, and who sends it. */
export interface OpcodeEntry {
  readonly code: number;
  readonly name: string;
  readonly from: OpcodeUser;
}

/** Opcodes that this product sends or looks for, by the guide's name. */
export const opcode = {
  MULTIPACKET_SEGMENT: 0x73,
  MULTIPACKET_ACK: 0x74,
  SSI_MGMT_COMMAND: 0x80,
  REQUEST_REVISION: 0xa3,
  REPLY_REVISION: 0xa4,
  IMAGE_DATA: 0xb1,
  VIDEO_DATA: 0xb4,
  PARAM_SEND: 0xc6,
  PARAM_REQUEST: 0xc7,
  PAGER_MOTOR_ACTIVATION: 0xca,
  CMD_ACK: 0xd0,
  CMD_NAK: 0xd1,
  FLUSH_QUEUE: 0xd2,
  CAPABILITIES_REQUEST: 0xd3,
  CAPABILITIES_REPLY: 0xd4,
  CMD_ACK_ACTION: 0xd8,
  BEEP: 0xe6,
  LED_ON: 0xe7,
  LED_OFF: 0xe8,
  SCAN_ENABLE: 0xe9,
  SCAN_DISABLE: 0xea,
  DECODE_DATA: 0xf3,
  EVENT: 0xf6,
} as const;

/** E9 enables: one public header has E9 and EA the other way round. 73 to 96 are seen on newer devices, not in the guide. */
export const opcodes: readonly OpcodeEntry[] = [
  { code: 0x10, name: "FLUSH_MACRO_PDF", from: "host" },
  { code: 0x11, name: "ABORT_MACRO_PDF", from: "host" },
  { code: 0x12, name: "CUSTOM_DEFAULTS", from: "host" },
  { code: opcode.MULTIPACKET_SEGMENT, name: "MULTIPACKET_SEGMENT", from: "decoder" },
  { code: opcode.MULTIPACKET_ACK, name: "MULTIPACKET_ACK", from: "host" },
  { code: opcode.SSI_MGMT_COMMAND, name: "SSI_MGMT_COMMAND", from: "both" },
  { code: 0x90, name: "SCANNER_INIT_COMMAND", from: "host" },
  { code: 0x91, name: "SCANNER_INIT", from: "decoder" },
  { code: 0x96, name: "HOST_ACK", from: "host" },
  { code: opcode.REQUEST_REVISION, name: "REQUEST_REVISION", from: "host" },
  { code: opcode.REPLY_REVISION, name: "REPLY_REVISION", from: "decoder" },
  { code: opcode.IMAGE_DATA, name: "IMAGE_DATA", from: "decoder" },
  { code: opcode.VIDEO_DATA, name: "VIDEO_DATA", from: "decoder" },
  { code: 0xc0, name: "ILLUMINATION_OFF", from: "host" },
  { code: 0xc1, name: "ILLUMINATION_ON", from: "host" },
  { code: 0xc4, name: "AIM_OFF", from: "host" },
  { code: 0xc5, name: "AIM_ON", from: "host" },
  { code: opcode.PARAM_SEND, name: "PARAM_SEND", from: "both" },
  { code: opcode.PARAM_REQUEST, name: "PARAM_REQUEST", from: "host" },
  { code: 0xc8, name: "PARAM_DEFAULTS", from: "host" },
  { code: 0xc9, name: "CHANGE_ALL_CODE_TYPES", from: "host" },
  { code: opcode.PAGER_MOTOR_ACTIVATION, name: "PAGER_MOTOR_ACTIVATION", from: "host" },
  { code: opcode.CMD_ACK, name: "CMD_ACK", from: "both" },
  { code: opcode.CMD_NAK, name: "CMD_NAK", from: "both" },
  { code: opcode.FLUSH_QUEUE, name: "FLUSH_QUEUE", from: "host" },
  { code: opcode.CAPABILITIES_REQUEST, name: "CAPABILITIES_REQUEST", from: "host" },
  { code: opcode.CAPABILITIES_REPLY, name: "CAPABILITIES_REPLY", from: "decoder" },
  { code: 0xd5, name: "BATCH_REQUEST", from: "host" },
  { code: 0xd6, name: "BATCH_DATA", from: "decoder" },
  { code: opcode.CMD_ACK_ACTION, name: "CMD_ACK_ACTION", from: "host" },
  { code: 0xe4, name: "START_SESSION", from: "host" },
  { code: 0xe5, name: "STOP_SESSION", from: "host" },
  { code: opcode.BEEP, name: "BEEP", from: "host" },
  { code: opcode.LED_ON, name: "LED_ON", from: "host" },
  { code: opcode.LED_OFF, name: "LED_OFF", from: "host" },
  { code: opcode.SCAN_ENABLE, name: "SCAN_ENABLE", from: "host" },
  { code: opcode.SCAN_DISABLE, name: "SCAN_DISABLE", from: "host" },
  { code: 0xeb, name: "SLEEP", from: "host" },
  { code: opcode.DECODE_DATA, name: "DECODE_DATA", from: "decoder" },
  { code: opcode.EVENT, name: "EVENT", from: "decoder" },
  { code: 0xf7, name: "IMAGER_MODE", from: "host" },
];

const byCode: readonly (OpcodeEntry | undefined)[] = Array.from({ length: 256 }, (_, code) =>
  opcodes.find((entry) => entry.code === code),
);

/** Undefined for an opcode that no known device uses. */
export const opcodeEntry = (code: number): OpcodeEntry | undefined => byCode[code];

/** Why a message is refused: the data byte of CMD_NAK. */
export const nakCause = { RESEND: 0x01, BAD_CONTEXT: 0x02, DENIED: 0x06, CANCEL: 0x0a } as const;
