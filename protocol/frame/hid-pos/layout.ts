// Where a HID bar code reader keeps what in its reports: found by usage in its descriptor, or known by its maker's name.
import type { HidLayout } from "../../driver/profile.ts";
import type { ReportDescriptor, ReportField, ReportKind } from "./report-descriptor.ts";

/** Usages of HID POS Usage Tables 1.02 (page 8C, bar code scanner), and of the generic desktop page. */
const usages = {
  symbologyIdentifiers: [0x8c00fb, 0x8c00fc, 0x8c00fd],
  decodedData: 0x8c00fe,
  decodeDataContinued: 0x8c00ff,
  byteCount: 0x01003b,
  /** Numbers from a single source; no maker's manual promises them. */
  errorBeep: 0x8c0085,
  goodReadBeep: 0x8c0086,
} as const;
/** Honeywell's own page; its two bytes behind the data are the code id and nothing. */
const honeywellPage = 0xff66;

/** Where one input report keeps a piece of a scan. Positions are bytes from the report's first, its id included. */
export interface PieceLayout {
  /** 0 where reports are not numbered. */
  readonly reportId: number;
  readonly reportBytes: number;
  readonly countAt: number;
  /** The three characters of the AIM identifier. */
  readonly aimAt: readonly [number, number, number] | undefined;
  readonly dataAt: number;
  readonly dataBytesMax: number;
  /** The bits that say that more reports follow; a mask of 0 where none ever do. */
  readonly moreAt: number;
  readonly moreMask: number;
  readonly code: { readonly at: number; readonly of: "honeywell" | "newland" } | undefined;
}

/** An output report that carries a command: its id, the command's length, the command, zeros. */
export interface CommandLayout {
  readonly reportId: number;
  readonly reportBytes: number;
}

/** A single bit of an output report that makes the reader sound. */
export interface BeepLayout {
  readonly reportId: number;
  readonly reportBytes: number;
  readonly at: number;
  readonly mask: number;
}

export interface HidPosLayout {
  readonly pieces: readonly PieceLayout[];
  readonly command: CommandLayout | undefined;
  readonly beeps: { readonly good: BeepLayout | undefined; readonly error: BeepLayout | undefined };
}

const standardReport = { reportId: 0x02, reportBytes: 64, countAt: 1, dataBytesMax: 56, moreAt: 63, moreMask: 1 };

/** The two layouts in use, as their makers' manuals give them; they look alike and are incompatible (READERS chapter 5). */
export const hidPosLayouts: Readonly<Record<HidLayout, HidPosLayout>> = {
  "honeywell-64": {
    pieces: [{ ...standardReport, aimAt: [2, 3, 4], dataAt: 5, code: { at: 61, of: "honeywell" } }],
    command: { reportId: 0xfd, reportBytes: 64 },
    beeps: { good: undefined, error: undefined },
  },
  "newland-64": {
    pieces: [{ ...standardReport, aimAt: undefined, dataAt: 2, code: { at: 62, of: "newland" } }],
    command: { reportId: 0x04, reportBytes: 64 },
    beeps: { good: undefined, error: undefined },
  },
};

/**
 * The descriptor rules; `override` fills in what it does not declare. Undefined when neither says where scans are: the
 * device is no bar code reader, or is in keyboard mode.
 */
export function hidPosLayout(
  descriptor: ReportDescriptor | undefined,
  override: HidLayout | undefined,
): HidPosLayout | undefined {
  const known = override === undefined ? undefined : hidPosLayouts[override];
  const declared = descriptor === undefined ? [] : pieceLayouts(descriptor);
  const pieces = declared.length > 0 ? declared : known?.pieces;
  if (pieces === undefined) return undefined;
  return {
    pieces,
    command: (descriptor && commandLayout(descriptor)) ?? known?.command,
    beeps: {
      good: descriptor && beepLayout(descriptor, usages.goodReadBeep),
      error: descriptor && beepLayout(descriptor, usages.errorBeep),
    },
  };
}

function pieceLayouts(descriptor: ReportDescriptor): PieceLayout[] {
  return reportsOf(descriptor, "input").flatMap((report) => pieceLayout(report) ?? []);
}

/** One report: all fields of one kind with one id. */
interface Report {
  readonly reportId: number;
  readonly reportBytes: number;
  readonly fields: readonly ReportField[];
}

function reportsOf({ fields }: ReportDescriptor, kind: ReportKind): Report[] {
  const byId = new Map<number, ReportField[]>();
  for (const field of fields) {
    if (field.kind !== kind) continue;
    const known = byId.get(field.reportId);
    if (known === undefined) byId.set(field.reportId, [field]);
    else known.push(field);
  }
  return [...byId].map(([reportId, own]) => ({ reportId, reportBytes: Math.ceil(lastBit(own) / 8), fields: own }));
}

const lastBit = (fields: readonly ReportField[]): number =>
  Math.max(...fields.map(({ bitOffset, bits, count }) => bitOffset + bits * count));

/** Without a count nobody can tell data from padding: a QR code may hold zeros. */
function pieceLayout({ reportId, reportBytes, fields }: Report): PieceLayout | undefined {
  const count = findBytes(fields, usages.byteCount);
  const data = findBytes(fields, usages.decodedData);
  if (count === undefined || data === undefined) return undefined;
  const [first, second, third] = usages.symbologyIdentifiers.map((usage) => findBytes(fields, usage)?.at);
  const aimAt =
    first === undefined || second === undefined || third === undefined ? undefined : ([first, second, third] as const);
  const more = findBits(fields, usages.decodeDataContinued);
  const vendor = fields.find(({ usages: [usage = 0] }) => Math.floor(usage / 0x10000) === honeywellPage);
  return {
    reportId,
    reportBytes,
    countAt: count.at,
    aimAt,
    dataAt: data.at,
    dataBytesMax: data.bytes,
    moreAt: more?.at ?? 0,
    moreMask: more?.mask ?? 0,
    code: vendor && isBytes(vendor) ? { at: vendor.bitOffset / 8, of: "honeywell" } : undefined,
  };
}

const isBytes = ({ bits, bitOffset }: ReportField): boolean => bits === 8 && bitOffset % 8 === 0;

/** The bytes that a usage names: one element, or all that are left when the field's last usage is meant. */
function findBytes(fields: readonly ReportField[], usage: number): { at: number; bytes: number } | undefined {
  for (const field of fields) {
    const index = field.usages.indexOf(usage);
    if (index < 0 || index >= field.count || !isBytes(field)) continue;
    const bytes = index === field.usages.length - 1 ? field.count - index : 1;
    return { at: field.bitOffset / 8 + index, bytes };
  }
  return undefined;
}

/** An element of up to eight bits within one byte. */
function findBits(fields: readonly ReportField[], usage: number): { at: number; mask: number } | undefined {
  for (const { usages: own, bitOffset, bits, count } of fields) {
    const index = own.indexOf(usage);
    const bit = bitOffset + index * bits;
    if (index < 0 || index >= count || (bit % 8) + bits > 8) continue;
    return { at: Math.floor(bit / 8), mask: ((1 << bits) - 1) << (bit % 8) };
  }
  return undefined;
}

/** Bytes and nothing else, at least a length and two of a command; Honeywell's and Newland's ids before any other. */
function commandLayout(descriptor: ReportDescriptor): CommandLayout | undefined {
  const fitting = reportsOf(descriptor, "output").filter(
    ({ fields, reportBytes }) => fields.every(isBytes) && reportBytes >= 4 && reportBytes - 2 <= 0xff,
  );
  const preferred = [0xfd, 0x04].map((id) => fitting.find(({ reportId }) => reportId === id));
  const chosen = preferred.find((report) => report !== undefined) ?? fitting[0];
  return chosen && { reportId: chosen.reportId, reportBytes: chosen.reportBytes };
}

function beepLayout(descriptor: ReportDescriptor, usage: number): BeepLayout | undefined {
  for (const { reportId, reportBytes, fields } of reportsOf(descriptor, "output")) {
    const bit = findBits(fields, usage);
    if (bit !== undefined) return { reportId, reportBytes, ...bit };
  }
  return undefined;
}
