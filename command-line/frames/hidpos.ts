// The family `hidpos`: reports of USB HID bar code readers (READERS chapter 5).
import { type HidLayout, hidLayouts } from "../../protocol/driver/profile.ts";
import { leadingAim } from "../../protocol/frame/aim-identifier.ts";
import { type Assembled, HidPosAssembler } from "../../protocol/frame/hid-pos/assembler.ts";
import { honeywellCodeId, honeywellSymbology } from "../../protocol/frame/hid-pos/code-id.ts";
import { encodePieces } from "../../protocol/frame/hid-pos/encode-pieces.ts";
import {
  type CommandLayout,
  type HidPosLayout,
  hidPosLayout,
  hidPosLayouts,
  type PieceLayout,
} from "../../protocol/frame/hid-pos/layout.ts";
import { decodeCommand, encodeCommand, useHidPos } from "../../protocol/frame/hid-pos/output-report.ts";
import { readReportDescriptor } from "../../protocol/frame/hid-pos/report-descriptor.ts";
import { trailingTerminator } from "../../protocol/frame/hid-pos/trailing-terminator.ts";
import { type Terminator, terminators } from "../../protocol/frame/plain-framing.ts";
import { type DecodeInput, type Family, type FrameReport, type Members, type NamedHex, UnfitLine } from "./family.ts";
import {
  bytesMember,
  flagMember,
  hexOf,
  isMembers,
  listMember,
  numberMember,
  objectMember,
  payloadMember,
  scanMembers,
  textMember,
} from "./members.ts";
import { framingOf } from "./plain.ts";

/** `config` may hold `layout`, `framing` and `commandPending` (`]X0` then is an answer); `descriptor` is a report descriptor. */
export const hidpos: Family = {
  decode(input) {
    const reports = input.parts.filter(({ role }) => role !== "descriptor").map(({ bytes }) => bytes);
    const { layout, named } = layoutOf(input.config, descriptorOf(input), reports[0]);
    return new Decoding(input.config, layout, named).decode(reports);
  },
  encode(members) {
    const reportKind = textMember(members, "reportKind");
    if (reportKind === "feature") return encodeFeature(members);
    if (reportKind === "output") return encodeOutput(members);
    return (listMember(members, "scans")?.map(asScan) ?? [members]).flatMap((scan) => encodeInput(scan, members));
  },
};

/** What told the layout, as members of a frame, so that it can be encoded again. */
type NamedLayout = { readonly layout?: HidLayout; readonly descriptor?: string };

class Decoding {
  readonly #reports: FrameReport[] = [];
  readonly #layout: HidPosLayout;
  readonly #named: NamedLayout;
  readonly #terminators: readonly Terminator[];
  readonly #assembler: HidPosAssembler;
  #isOver = false;

  constructor(config: Members, layout: HidPosLayout, named: NamedLayout) {
    const framing = framingOf(config);
    const aim = textMember(objectMember(config, "framing") ?? {}, "aim") === undefined ? "none" : framing.aim;
    const strips = flagMember(objectMember(config, "framing") ?? {}, "stripTerminator") ?? true;
    this.#layout = layout;
    this.#named = named;
    this.#terminators = strips ? framing.terminators : [];
    this.#assembler = new HidPosAssembler(
      {
        layout,
        // The terminator is taken off here, so that the frame can name it.
        framing: { terminators: [], aim, scanBytesMax: framing.scanBytesMax },
        isCommandPending: () => flagMember(config, "commandPending") ?? false,
      },
      {
        scan: (scan) => this.#scanned(scan),
        answer: (bytes) => this.#discarded("not-a-scan", bytes.length),
        discarded: (why, bytes) => this.#discarded(why, bytes),
      },
    );
  }

  /** The end of the line in leaves a scan incomplete. */
  decode(parts: readonly Uint8Array[]): readonly FrameReport[] {
    for (const part of parts) for (const report of cutReports(part, this.#layout)) this.#take(report);
    this.#isOver = true;
    this.#assembler.idle();
    return this.#reports;
  }

  #take(report: Uint8Array): void {
    const sent = readSentReport(report, this.#layout);
    if (sent === undefined) this.#assembler.push(report);
    else this.#reports.push(sent);
  }

  #scanned({ bytes, aim, codeId }: Assembled): void {
    const terminator = trailingTerminator(bytes, this.#terminators);
    const payload = bytes.subarray(0, bytes.length - (terminator?.length ?? 0));
    if (payload.length === 0) {
      this.#discarded("empty", bytes.length);
      return;
    }
    const symbology = this.#layout.pieces[0]?.code?.of === "honeywell" ? honeywellSymbology(codeId) : undefined;
    this.#reports.push({
      kind: "frame",
      payloadHex: hexOf(payload),
      ...scanMembers(payload),
      aim: aim ?? null,
      ...(codeId > 0 && { codeId: hexOf(Uint8Array.of(codeId)) }),
      ...(symbology !== undefined && { symbology }),
      endedBy: "report",
      ...(terminator !== undefined && { terminator: terminator.name }),
      ...this.#named,
    });
  }

  #discarded(why: string, bytes: number): void {
    const isCutOff = this.#isOver && why === "unfinished";
    this.#reports.push(isCutOff ? { kind: "incomplete", bytes } : { kind: "discarded", why, bytes });
  }
}

/** Several reports in one byte string stand one behind the other. */
function* cutReports(bytes: Uint8Array, { pieces }: HidPosLayout): Iterable<Uint8Array> {
  const piece = pieces.find(({ reportId }) => reportId === 0 || reportId === bytes[0]);
  const size = piece?.reportBytes ?? bytes.length;
  if (bytes.length === 0) return;
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** A report of the host: a command, or the switch to HID POS; undefined for what a reader sends. */
function readSentReport(report: Uint8Array, layout: HidPosLayout): FrameReport | undefined {
  const [id = 0] = report;
  if (layout.pieces.some(({ reportId }) => reportId === 0 || reportId === id)) return undefined;
  const reportId = hexOf(Uint8Array.of(id));
  if (id === useHidPos[0] && report.length === useHidPos.length) {
    const value = report[1] ?? 0;
    return { kind: "frame", payloadHex: hexOf(report.subarray(1)), reportKind: "feature", reportId, value };
  }
  const command = commandLayouts(layout).find((known) => known.reportId === id);
  if (command === undefined) return undefined;
  const bytes = decodeCommand(command, report);
  if (bytes === undefined) return { kind: "discarded", why: "bad-length", bytes: report.length };
  return {
    kind: "frame",
    payloadHex: hexOf(bytes),
    reportKind: "output",
    reportId,
    length: bytes.length,
    command_hex: hexOf(bytes),
    padded_hex: hexOf(encodeCommand(command, bytes) ?? report),
  };
}

const commandLayouts = (own?: HidPosLayout): CommandLayout[] =>
  [own, ...Object.values(hidPosLayouts)].flatMap((layout) => layout?.command ?? []);

/** Without padding, as the golden vectors write it; `padded_hex` of the frame is what goes over the wire. */
function encodeOutput(members: Members): string {
  const command = bytesMember(members, "command_hex") ?? payloadMember(members);
  const id = bytesMember(members, "reportId")?.[0];
  const layout = commandLayouts().find(({ reportId }) => reportId === id);
  const report = layout && command && encodeCommand(layout, command);
  if (command === undefined || report === undefined)
    throw new UnfitLine("`command_hex`, `reportId` (fd, 04): 1–62 byte | 1 to 62 bytes for report fd or 04");
  return hexOf(report.subarray(0, 2 + command.length));
}

function encodeFeature(members: Members): string {
  const id = bytesMember(members, "reportId")?.[0];
  const value = numberMember(members, "value");
  if (id === undefined || value === undefined || value < 0 || value > 0xff)
    throw new UnfitLine("`reportId` (fe), `value` (0–255)");
  return hexOf(Uint8Array.of(id, value));
}

function encodeInput(scan: Members, line: Members): NamedHex[] {
  const payload = payloadMember(scan);
  if (payload === undefined) throw new UnfitLine("Thiếu `payloadHex` hoặc `data` | Give `payloadHex` or `data`");
  const aim = textMember(scan, "aim") ?? "";
  const named = { ...objectMember(line, "config"), ...line };
  const { layout } = layoutOf(named, bytesMember(named, "descriptor"), undefined, aim);
  const end = textMember(scan, "terminator") ?? "";
  const bytes = Uint8Array.from([
    ...payload,
    ...(Object.hasOwn(terminators, end) ? terminators[end as Terminator] : []),
  ]);
  return encodePieces(firstPiece(layout), { bytes, aim, codeId: codeIdOf(scan) }).map((report) => ({
    role: "report",
    hex: hexOf(report),
  }));
}

function codeIdOf(scan: Members): number {
  const symbology = textMember(scan, "symbology");
  return bytesMember(scan, "codeId")?.[0] ?? (symbology === undefined ? 0 : (honeywellCodeId(symbology) ?? 0));
}

function firstPiece({ pieces: [piece] }: HidPosLayout): PieceLayout {
  if (piece === undefined) throw new UnfitLine("Không có báo cáo quét | No report that carries scans");
  return piece;
}

function asScan(value: unknown): Members {
  if (!isMembers(value)) throw new UnfitLine("`scans`: danh sách đối tượng | a list of objects");
  return value;
}

function descriptorOf({ parts, config }: DecodeInput): Uint8Array | undefined {
  return parts.find(({ role }) => role === "descriptor")?.bytes ?? bytesMember(config, "descriptor");
}

/** A line that names no layout is read as its first report, or the AIM identifier to be written, suggests. */
function layoutOf(
  config: Members,
  descriptor: Uint8Array | undefined,
  report: Uint8Array | undefined,
  aim?: string,
): { layout: HidPosLayout; named: NamedLayout } {
  const name = textMember(config, "layout");
  const override = hidLayouts.find((each) => each === name);
  if (name !== undefined && override === undefined) throw new UnfitLine(`\`layout\`: ${hidLayouts.join(", ")}`);
  const declared = descriptor && hidPosLayout(readReportDescriptor(descriptor), undefined);
  if (declared !== undefined) return { layout: declared, named: { descriptor: hexOf(descriptor ?? new Uint8Array()) } };
  const hasAim = (report && leadingAim(report.subarray(2))) ?? aim ?? "";
  const layout = override ?? (hasAim === "" ? "newland-64" : "honeywell-64");
  return { layout: hidPosLayouts[layout], named: { layout } };
}
