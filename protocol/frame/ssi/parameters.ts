// Parameters of a Zebra decoder: how numbers and values are written in PARAM_SEND and PARAM_REQUEST (READERS chapter 6).

/** Parameters that this product sets or simulates. */
export const parameter = {
  /** Whether the decoder beeps by itself when it has read a code: 0 no, 1 yes (default). */
  beepAfterGoodDecode: 0x38,
  /** How long the decoder waits for ACK or NAK, in tenths of a second (default 20). */
  hostResponseTimeout: 0x9b,
  /** ACK and NAK: 0 off, 1 on (default). */
  softwareHandshaking: 0x9f,
  /** Scans as raw bytes without ACK (0, default) or in packets (1). */
  decodeDataFormat: 0xee,
  /** Which packets of a long scan the host acknowledges; how its values count differs between guides, so it is never sent. */
  multipacketOption: 334,
} as const;

/** `text` bytes are ASCII; `array` bytes are as they came. */
export type ParameterValue =
  | { readonly kind: "byte" | "word"; readonly value: number }
  | { readonly kind: "text" | "array"; readonly bytes: Uint8Array };

export interface Parameter {
  readonly number: number;
  readonly value: ParameterValue;
}

/** What PARAM_SEND carries. `beep` is sounded when the parameters are taken; undefined for none. */
export interface ParameterList {
  readonly beep: number | undefined;
  readonly parameters: readonly Parameter[];
}

const noBeep = 0xff;
/** Lead a number of two bytes: it counts on from 256, 512, 768. */
const pageBytes: Readonly<Record<number, number>> = { 240: 256, 241: 512, 242: 768 };
/** Leads a number of three bytes, high byte first. */
const longNumber = 0xf8;
const longNumberFrom = 1024;
const wordValue = 0xf4;
const textValue = 0xf3;
const arrayValue = 0xf6;
/** Numbers of one byte end where the leading bytes begin. */
const shortNumberMax = 0xef;

/** One to three bytes. Throws for a number outside 0 to 65535. */
export function encodeParameterNumber(number: number): readonly number[] {
  if (!Number.isInteger(number) || number < 0 || number > 0xffff) throw new RangeError("no SSI parameter number");
  if (number <= shortNumberMax) return [number];
  if (number < 256 || number >= longNumberFrom) return [longNumber, number >> 8, number & 0xff];
  const page = number >> 8;
  return [0xef + page, number & 0xff];
}

/** Throws for a value that does not fit its kind. */
export function encodeParameter({ number, value }: Parameter): readonly number[] {
  return [...encodeValuePrefix(value), ...encodeParameterNumber(number), ...encodeValue(value)];
}

function encodeValuePrefix({ kind }: ParameterValue): readonly number[] {
  switch (kind) {
    case "byte":
      return [];
    case "word":
      return [wordValue];
    case "text":
      return [textValue];
    case "array":
      return [arrayValue];
  }
}

function encodeValue(value: ParameterValue): readonly number[] {
  switch (value.kind) {
    case "byte":
      if (value.value > 0xff) throw new RangeError("no SSI byte value");
      return [value.value];
    case "word":
      return [(value.value >> 8) & 0xff, value.value & 0xff];
    case "text":
    case "array":
      if (value.bytes.length > 0xff) throw new RangeError("SSI value is too long");
      return [value.bytes.length, ...value.bytes];
  }
}

/** The data field of PARAM_SEND. */
export function encodeParameterList({ beep = noBeep, parameters }: ParameterList): Uint8Array {
  return Uint8Array.from([beep, ...parameters.flatMap(encodeParameter)]);
}

/** Undefined when the bytes end inside a parameter, or hold none of the known forms. */
export function decodeParameterList(data: Uint8Array): ParameterList | undefined {
  const beep = data[0];
  if (beep === undefined) return undefined;
  const parameters: Parameter[] = [];
  for (let at = 1; at < data.length; ) {
    const found = decodeParameter(data, at);
    if (found === undefined) return undefined;
    parameters.push(found.parameter);
    at = found.end;
  }
  return { beep: beep === noBeep ? undefined : beep, parameters };
}

function decodeParameter(data: Uint8Array, at: number): { parameter: Parameter; end: number } | undefined {
  const prefix = data[at];
  const isPrefixed = prefix === wordValue || prefix === textValue || prefix === arrayValue;
  const number = decodeParameterNumber(data, isPrefixed ? at + 1 : at);
  if (number === undefined) return undefined;
  const [first, second] = [data[number.end], data[number.end + 1]];
  if (first === undefined) return undefined;
  if (!isPrefixed) {
    const value = { kind: "byte", value: first } as const;
    return { parameter: { number: number.number, value }, end: number.end + 1 };
  }
  if (prefix === wordValue) {
    if (second === undefined) return undefined;
    const value = { kind: "word", value: (first << 8) | second } as const;
    return { parameter: { number: number.number, value }, end: number.end + 2 };
  }
  const end = number.end + 1 + first;
  if (end > data.length) return undefined;
  const kind = prefix === textValue ? "text" : "array";
  return { parameter: { number: number.number, value: { kind, bytes: data.slice(number.end + 1, end) } }, end };
}

/** The number that begins at `at`, and the position after it. */
export function decodeParameterNumber(data: Uint8Array, at: number): { number: number; end: number } | undefined {
  const [lead, high, low] = [data[at], data[at + 1], data[at + 2]];
  if (lead === undefined) return undefined;
  if (lead <= shortNumberMax) return { number: lead, end: at + 1 };
  const page = pageBytes[lead];
  if (page !== undefined) return high === undefined ? undefined : { number: page + high, end: at + 2 };
  if (lead !== longNumber || high === undefined || low === undefined) return undefined;
  return { number: (high << 8) | low, end: at + 3 };
}
