// What a newer Zebra device tells of itself in a management reply, opcode 80; read from public samples (READERS chapter 6).

/** `bytes` is the value as it came; `text` where the attribute is a string, without its padding. */
export interface Attribute {
  readonly number: number;
  readonly text: string | undefined;
  readonly bytes: Uint8Array;
}

/** Attributes that name the device. */
export const attribute = { model: 533, serial: 534 } as const;

/** Data field: length (2), opcode, state, then the attributes until FF FF; each: number (2), type, rights, value. */
const attributesAt = 4;
const answerToGet = 0x02;
const listEnd = 0xffff;
const attributeHeaderBytes = 4;

/** Bytes between the header of an attribute and its value, where its length stands among them, and the fixed length otherwise. */
const forms: Readonly<Record<string, { lead: number; lengthAt?: number; fixed?: number }>> = {
  B: { lead: 0, fixed: 1 },
  C: { lead: 0, fixed: 1 },
  F: { lead: 0, fixed: 1 },
  W: { lead: 0, fixed: 2 },
  I: { lead: 0, fixed: 2 },
  D: { lead: 0, fixed: 4 },
  L: { lead: 0, fixed: 4 },
  S: { lead: 4, lengthAt: 0 },
  A: { lead: 5, lengthAt: 1 },
};

/** The attributes in the data field of a management reply, as far as they can be read; none when it is another message. */
export function decodeAttributes(data: Uint8Array): readonly Attribute[] {
  const found: Attribute[] = [];
  if (data[2] !== answerToGet || data[3] !== 0) return found;
  for (let at = attributesAt; at + attributeHeaderBytes <= data.length; ) {
    const number = word(data, at);
    const type = String.fromCharCode(data[at + 2] ?? 0);
    const form = forms[type];
    if (number === listEnd || form === undefined) return found;
    const lead = at + attributeHeaderBytes;
    const length = form.fixed ?? word(data, lead + (form.lengthAt ?? 0));
    const start = lead + form.lead;
    at = start + length;
    if (at > data.length) return found;
    const bytes = data.subarray(start, at);
    found.push({ number, bytes, text: type === "S" ? asciiText(bytes) : undefined });
  }
  return found;
}

const word = (data: Uint8Array, at: number): number => ((data[at] ?? 0) << 8) | (data[at + 1] ?? 0);

/** Printable ASCII up to the first NUL, without the spaces around it; any other byte becomes `?`. */
export function asciiText(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  const text = Array.from(end < 0 ? bytes : bytes.subarray(0, end), (byte) =>
    byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "?",
  );
  return text.join("").trim();
}
