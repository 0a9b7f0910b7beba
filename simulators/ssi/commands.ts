// What a simulated SSI decoder does with each command of its host, as a table.
import { nakCause, opcode, opcodeEntry } from "../../protocol/frame/ssi/opcodes.ts";
import type { Packet } from "../../protocol/frame/ssi/packet.ts";
import {
  decodeParameterList,
  decodeParameterNumber,
  encodeParameterList,
} from "../../protocol/frame/ssi/parameters.ts";
import type { DeviceSign } from "../device.ts";
import { type DecoderParameters, parametersOf, withParameter } from "./decoder-parameters.ts";

/** What a command can change. */
export interface CommandEffects {
  readonly parameters: DecoderParameters;
  readonly revision: string;
  setParameters(parameters: DecoderParameters): void;
  setEnabled(isEnabled: boolean): void;
  sign(sign: DeviceSign): void;
  /** Throws away what was not delivered yet. */
  flush(): void;
}

export type CommandAnswer =
  | { readonly kind: "ack" }
  | { readonly kind: "nak"; readonly cause: number }
  | { readonly kind: "reply"; readonly opcode: number; readonly data: Uint8Array };

const acknowledged: CommandAnswer = { kind: "ack" };
const denied: CommandAnswer = { kind: "nak", cause: nakCause.DENIED };
/** Baud rates, line settings, one packet after the other, then the opcodes it knows. */
const capabilitiesHead = [0x00, 0x20, 0x00, 0x01];

type Behaviour = (packet: Packet, effects: CommandEffects) => CommandAnswer;

const behaviours: ReadonlyMap<number, Behaviour> = new Map<number, Behaviour>([
  [opcode.SCAN_ENABLE, doing((effects) => effects.setEnabled(true))],
  [opcode.SCAN_DISABLE, doing((effects) => effects.setEnabled(false))],
  [opcode.FLUSH_QUEUE, doing((effects) => effects.flush())],
  [opcode.BEEP, doing((effects, code) => effects.sign(soundOf(code)))],
  [opcode.LED_ON, doing((effects) => effects.sign("light"))],
  [opcode.REQUEST_REVISION, (_packet, { revision }) => reply(opcode.REPLY_REVISION, ascii(revision))],
  [opcode.CAPABILITIES_REQUEST, () => reply(opcode.CAPABILITIES_REPLY, [...capabilitiesHead, ...behaviours.keys()])],
  [opcode.PARAM_SEND, setParameters],
  [opcode.PARAM_REQUEST, tellParameters],
]);

/** Commands of the guide that this model has no use for are acknowledged; what is no command is refused. */
export function answerCommand(packet: Packet, effects: CommandEffects): CommandAnswer {
  const behaviour = behaviours.get(packet.opcode);
  if (behaviour !== undefined) return behaviour(packet, effects);
  const entry = opcodeEntry(packet.opcode);
  return entry?.from === "host" ? acknowledged : { kind: "nak", cause: nakCause.BAD_CONTEXT };
}

function setParameters({ data }: Packet, effects: CommandEffects): CommandAnswer {
  const list = decodeParameterList(data);
  let parameters: DecoderParameters | undefined = effects.parameters;
  for (const each of list?.parameters ?? []) {
    parameters = parameters === undefined ? undefined : withParameter(parameters, each);
  }
  if (list === undefined || parameters === undefined) return denied;
  effects.setParameters(parameters);
  if (list.beep !== undefined) effects.sign(soundOf(list.beep));
  return acknowledged;
}

function tellParameters({ data }: Packet, effects: CommandEffects): CommandAnswer {
  const numbers: number[] = [];
  for (let at = 0; at < data.length; ) {
    const found = decodeParameterNumber(data, at);
    if (found === undefined) return denied;
    numbers.push(found.number);
    at = found.end;
  }
  const parameters = parametersOf(effects.parameters, numbers);
  if (parameters === undefined) return denied;
  return reply(opcode.PARAM_SEND, encodeParameterList({ beep: undefined, parameters }));
}

/** Five short high beeps call for whoever looks for the reader; low ones tell of an error. */
function soundOf(code: number): DeviceSign {
  if (code === 0x04) return "identify";
  return (code >= 0x05 && code <= 0x09) || (code >= 0x0f && code <= 0x13) ? "error" : "good-read";
}

/** Does it, and acknowledges; the command's first data byte goes with it. */
function doing(work: (effects: CommandEffects, code: number) => void): Behaviour {
  return ({ data }, effects) => {
    work(effects, data[0] ?? 0);
    return acknowledged;
  };
}

function reply(code: number, data: Iterable<number>): CommandAnswer {
  return { kind: "reply", opcode: code, data: Uint8Array.from(data) };
}

const ascii = (text: string): readonly number[] => Array.from(text, (letter) => letter.charCodeAt(0) & 0x7f);
