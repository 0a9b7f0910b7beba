// The form of a reader profile file, `reader-profile/1` (READERS chapter 13): each member with its limits, default and meaning.
import * as z from "zod";
import {
  ackModes,
  commandSets,
  driverNames,
  hidLayouts,
  quirks,
  transportKinds,
} from "../../protocol/driver/profile.ts";
import { profileRules } from "./profile-rules.ts";

/** Bytes of one command: a HID output report carries 62, a serial set-up line seldom more than 100. */
const commandBytesMax = 256;
/** Commands in one list: a set-up of a reader has about ten. */
const commandsMax = 64;
/** USB numbers under which one model appears. */
const matchesMax = 64;

const text = z.string().min(1).max(64);
const orNull = <T extends z.ZodType>(schema: T) => schema.nullable().default(null);

/** Bytes as hexadecimal pairs; blanks between them are allowed. */
const hex = z
  .string()
  .max(3 * commandBytesMax)
  .regex(
    /^([0-9A-Fa-f]{2} ?)+$/,
    "Phải là các cặp hex, ví dụ 16070d | Must be pairs of hexadecimal digits, such as 16070d",
  )
  .transform((pairs) => pairs.replaceAll(" ", "").toLowerCase());
const commands = z.array(hex).max(commandsMax).default([]);
const hexDigits = (pattern: RegExp, words: string) =>
  z
    .string()
    .regex(pattern, words)
    .transform((digits) => digits.toLowerCase());
const usbNumber = hexDigits(
  /^[0-9A-Fa-f]{4}$/,
  "Phải là 4 chữ số hex, ví dụ 0c2e | Must be four hexadecimal digits, such as 0c2e",
);
const usagePage = hexDigits(
  /^[0-9A-Fa-f]{1,4}$/,
  "Phải là 1–4 chữ số hex, ví dụ 8c | Must be one to four hexadecimal digits, such as 8c",
);
const interfaceNumber = hexDigits(
  /^[0-9A-Fa-f]{2}$/,
  "Phải là 2 chữ số hex, ví dụ 00 | Must be two hexadecimal digits, such as 00",
);

const match = z.strictObject({
  bus: z.enum(["usb"]).default("usb"),
  vid: usbNumber.describe("USB vendor number"),
  pid: usbNumber.describe("USB product number"),
  usagePage: orNull(usagePage).describe("HID usage page; 8c for bar code scanners. A composite has a keyboard besides"),
  interface: orNull(interfaceNumber).describe("USB interface number (bInterfaceNumber); null: any"),
});

const transport = z.strictObject({
  kind: z.enum(transportKinds).describe("What the reader hangs on"),
  baud: orNull(z.int().min(300).max(4_000_000)).describe(
    "Speed of a true RS-232 line; null: USB-CDC, it plays no part",
  ),
  format: orNull(z.enum(["8N1"])).describe(
    "Data bits, parity, stop bits; null means 8N1, the only one that is supported",
  ),
  flow: z.enum(["none"]).default("none").describe("Flow control; none is the only one that is supported"),
  host: orNull(text.max(255)).describe("Network address, where the maker fixes one"),
  port: orNull(z.int().min(1).max(65_535)).describe("Network port, where the maker fixes one"),
});

const framing = z
  .strictObject({
    end: z
      .array(z.enum(["cr", "lf", "crlf", "tab"]))
      .max(4)
      .default(["cr", "lf", "crlf", "tab"])
      .describe("What ends a scan; empty: silence alone"),
    stxEtx: z.boolean().default(false).describe("STX begins a scan that only ETX ends; terminators inside are data"),
    lengthPrefix: orNull(z.enum(["dechdr"])).describe("Frame with a length, safe for any content: Honeywell's DECHDR"),
    idleMs: orNull(z.int().min(5).max(10_000)).describe(
      "Silence that ends a scan, milliseconds; null: 60, over TCP 100",
    ),
    maxBytes: z.int().min(64).max(8_192).default(8_192).describe("A longer scan is dropped and counted"),
    aim: z
      .enum(["none", "optional", "required"])
      .default("none")
      .describe("Symbology identifier such as ]Q1 before the data: left in place, taken off if there, demanded"),
    codeId: orNull(hex).describe("Bytes of the maker's own code id before the data, taken off"),
    stripTerminator: z.boolean().default(true).describe("Takes one terminator off the end of a HID scan"),
  })
  .prefault({});

const feedback = z
  .strictObject({
    accepted: commands.describe("The check-in is on the disk"),
    rejected: commands.describe("It is no document that we know"),
    repeated: commands.describe("The same code again within the window"),
    wait: commands.describe("Nothing can be kept now; receive the patient by hand"),
    result: commands.describe("The hospital's answer has arrived"),
    attention: commands.describe("Somebody should look at the screen"),
    identify: commands.describe("Which reader is this? Asked by IT"),
  })
  .prefault({});

const switching = (on: string, off: string) =>
  z.strictObject({ on: orNull(hex).describe(on), off: orNull(hex).describe(off) }).prefault({});

/** One file. What follows `driver` has defaults except `transport.kind`. Unknown keys are faults. */
export const profileSchema = withRules(
  z.strictObject({
    $schema: z.string().max(255).optional().describe("For editors; not read"),
    schema: z.literal("reader-profile/1"),
    id: z
      .string()
      .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, "Chỉ chữ thường, số, gạch nối | Lower-case letters, digits and hyphens only")
      .max(48)
      .describe("Name of the profile, as the file's; configuration and registry name it"),
    vendor: text.describe("Maker"),
    model: text.describe("Model, or family of models"),
    driver: z.enum(driverNames).describe("The conversation that the reader holds"),
    match: z.array(match).max(matchesMax).default([]).describe("USB numbers; empty: chosen by the configuration alone"),
    transport,
    framing,
    layout: orNull(z.enum(hidLayouts)).describe("HID POS only: fields that the report descriptor does not declare"),
    text: z.enum(["utf-8"]).default("utf-8").describe("UTF-8 is the only text that is taken; set the reader to raw"),
    commands: z.enum(commandSets).default("none").describe("The language of the reader's set-up commands"),
    ack: z
      .strictObject({
        mode: z.enum(ackModes).default("none").describe("What the reader waits for after each scan"),
        timeoutMs: orNull(z.int().min(1).max(60_000)).describe("How long it waits, milliseconds"),
      })
      .prefault({}),
    init: commands.describe("Set-up sent on every claim: into the reader's RAM, never saved"),
    version: z
      .strictObject({
        send: orNull(hex).describe("Asks for the firmware version"),
        expect: orNull(text).describe("Text before the version in the answer; null: the answer is the version"),
      })
      .prefault({}),
    trigger: switching("Starts reading", "Ends reading"),
    arm: switching("Lets the reader read", "Keeps it from reading"),
    feedback,
    quirks: z.array(z.enum(quirks)).max(quirks.length).default([]).describe("What this model does differently"),
    capabilities: z
      .array(z.string().regex(/^[a-z0-9-]{1,32}$/, "Chỉ chữ thường, số, gạch nối | a–z, 0–9 and hyphen only"))
      .max(32)
      .default([])
      .describe("What it can read or do, for lists"),
    confidence: z
      .enum(["certain", "likely", "single-source", "own-design"])
      .default("single-source")
      .describe("How sure this file is; certain only after a test on the device itself or two sources"),
  }),
);

/** A checked file with every default, still plain JSON: bytes are lower-case hexadecimal, what is absent is null. */
export type ProfileFile = z.output<typeof profileSchema>;

function withRules<T extends z.ZodObject>(schema: T): T {
  let ruled = schema;
  for (const { path, isBroken, message, fix } of profileRules) {
    // `when`: also beside other faults, so that a person hears of all at once.
    ruled = ruled.refine((value) => !isBroken(value as object), {
      path: [...path],
      message,
      params: { fix },
      when: () => true,
    });
  }
  return ruled;
}
