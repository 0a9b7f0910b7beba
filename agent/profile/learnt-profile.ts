// Makes a profile file out of what a learning session has found.
import type { Findings } from "../../protocol/driver/learn/findings.ts";
import type { Quirk } from "../../protocol/driver/profile.ts";
import type { ProfileFile } from "./profile-schema.ts";

/** What is known of the reader besides the bytes that it sent. */
export interface LearntReader {
  readonly id: string;
  readonly vendor: string;
  readonly model: string;
  readonly kind: "serial" | "tcp" | "hid";
  /** Of a true RS-232 line. */
  readonly baud: number | undefined;
  /** Undefined where it is not on USB, or the numbers are those of a bridge. */
  readonly usb: { readonly vid: string; readonly pid: string } | undefined;
  readonly isBridge: boolean;
}

/** Silence that ends a scan where a reader pauses no longer (READERS chapter 4), milliseconds. */
const idleMsUsual = { serial: 60, hid: 60, tcp: 100 } as const;
/** A pause that was seen may be twice as long on a busy day. */
const gapFactor = 2;

/** `base` is the known profile whose commands, beeps and quirks the reader keeps; its layout of bytes is what was found. */
export function learntProfile(findings: Findings, reader: LearntReader, base: ProfileFile | undefined): object {
  const usual = idleMsUsual[reader.kind];
  const { protocol } = findings;
  const isPlain = protocol === "plain";
  const quirks = new Set<Quirk>(base?.quirks ?? ["beeps-by-itself"]);
  if (reader.isBridge) quirks.add("bridge-identity");
  if (protocol === "hidpos" && findings.aim === undefined) quirks.add("no-aim-in-report");
  return {
    ...(base ?? {}),
    schema: "reader-profile/1",
    id: reader.id,
    vendor: reader.vendor,
    model: reader.model,
    driver: isPlain || protocol === "dechdr" ? "serial-text" : protocol,
    match:
      reader.usb === undefined ? [] : [{ bus: "usb", ...reader.usb, usagePage: reader.kind === "hid" ? "8c" : null }],
    transport: { kind: reader.kind, baud: reader.baud ?? null, format: reader.baud === undefined ? null : "8N1" },
    framing: {
      end: isPlain ? findings.end : (base?.framing.end ?? ["cr", "lf", "crlf", "tab"]),
      stxEtx: findings.stxEtx,
      lengthPrefix: protocol === "dechdr" ? "dechdr" : null,
      idleMs: findings.gapMsMax * gapFactor <= usual ? usual : Math.ceil((findings.gapMsMax * gapFactor) / 10) * 10,
      aim: isPlain && findings.aim === undefined ? "none" : "optional",
      codeId: findings.codeId === "" ? null : Buffer.from(findings.codeId, "latin1").toString("hex"),
    },
    layout: protocol === "hidpos" ? (findings.layout ?? base?.layout ?? null) : null,
    quirks: [...quirks],
    capabilities: base?.capabilities ?? ["qr", "utf8"],
    confidence: "likely",
  };
}
