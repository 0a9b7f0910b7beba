// What can be configured of a desk: one schema, with the default and the reason of each setting.
import * as z from "zod";
import { facilityPattern, namePattern } from "../protocol/topics.ts";

const port = z.int().min(1).max(65_535);
const name = z.string().regex(namePattern, "1–32 chữ thường, số, gạch nối | 1–32 of a–z, 0–9, hyphen");
/** A host and a port up to 65535; a user and a password have settings of their own. */
const mqttUrlPattern =
  /^mqtt:\/\/(\[[0-9A-Fa-f:]+\]|[^\s:@/[\]]+)(:([1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d{2}|655[0-2]\d|6553[0-5]))?$/;
/** Bytes for the reader, as hexadecimal pairs; a blank between them is allowed. */
const hexBytes = z
  .string()
  .regex(/^([0-9A-Fa-f]{2} ?){1,64}$/, "các cặp hex, ví dụ 06 | pairs of hexadecimal digits, such as 06")
  .transform((text) => text.replaceAll(" ", "").toLowerCase());

const framing = z
  .strictObject({
    stx: z.boolean().default(true).describe("STX begins a scan that only ETX ends; terminators inside are data"),
    terminators: z
      .array(z.enum(["cr", "lf", "crlf", "tab"]))
      .default(["cr", "lf", "crlf", "tab"])
      .describe("What ends a scan; empty means that only silence does"),
    aim: z
      .enum(["none", "optional", "required"])
      .default("optional")
      .describe("Whether scans carry an AIM identifier such as ]Q1"),
    idleMs: z
      .int()
      .min(5)
      .max(10_000)
      .optional()
      .describe("Silence that ends a scan; default 60 on a serial line, 100 over TCP"),
    scanBytesMax: z.int().min(64).max(8_192).default(8_192).describe("A longer scan is dropped and counted"),
  })
  .prefault({});

const feedback = z
  .strictObject({
    accepted: hexBytes.optional().describe("Sent after the check-in is on the disk, such as 06 (ACK)"),
    duplicate: hexBytes.optional().describe("Sent for a second look at the same code"),
    rejected: hexBytes.optional().describe("Sent when it is no document, such as 15 (NAK)"),
    refused: hexBytes.optional().describe("Sent when nothing can be kept now; the patient must be received by hand"),
  })
  .prefault({})
  .describe("Bytes that make the reader beep or light; none by default");

const readerCommon = {
  id: name.describe("Name of the reader in topics"),
  model: z.string().min(1).max(64).default("generic-serial").describe("Model, as events name it"),
  framing,
  feedback,
};
const readerSchema = z.union([
  z.strictObject({
    ...readerCommon,
    serial: z.string().min(1).describe("Device path; prefer /dev/serial/by-id or by-path, never ttyUSB0"),
    baudRate: z.int().min(300).max(4_000_000).default(9_600).describe("Ignored by USB readers"),
  }),
  z.strictObject({
    ...readerCommon,
    tcp: z.strictObject({ host: z.string().min(1), port }).describe("Raw TCP address of a device server"),
  }),
]);

export const agentConfigSchema = z.strictObject({
  facility: z
    .string()
    .transform((code) => code.toLowerCase())
    .pipe(z.string().regex(facilityPattern, "mã CSKCB gồm 5 ký tự | facility code of five characters, such as 01234"))
    .describe("Facility code (mã CSKCB)"),
  desk: name.describe("Name of this desk, such as quay-01"),
  readers: z
    .array(readerSchema)
    .min(1)
    .max(16)
    .refine(
      (readers) => new Set(readers.map(({ id }) => id)).size === readers.length,
      "hai đầu đọc trùng id | two readers share an id",
    ),
  mqtt: z.strictObject({
    url: z
      .string()
      .regex(
        mqttUrlPattern,
        "dạng mqtt://máy:cổng, không kèm mật khẩu | must look like mqtt://host:port, without a password",
      )
      .default("mqtt://127.0.0.1:1883"),
    username: z.string().min(1).optional(),
    passwordFile: z.string().min(1).optional().describe("File that holds the password and nothing else"),
    keepaliveSeconds: z.int().min(5).max(300).default(30),
  }),
  publish: z
    .strictObject({
      formats: z
        .array(z.enum(["json", "pb"]))
        .min(1)
        .default(["json"])
        .describe("checkin/json, checkin/pb, or both"),
      receipt: z
        .enum(["puback", "result"])
        .default("puback")
        .describe(
          "What ends an event's wait: PUBACK (a broker that keeps what it acknowledges) or the hospital's result",
        ),
      windowMax: z.int().min(1).max(16).default(16).describe("Events that may be unacknowledged at once"),
      resultSeconds: z
        .int()
        .min(5)
        .max(86_400)
        .default(120)
        .describe("Receipt result: after this time the event is sent again"),
    })
    .prefault({}),
  duplicates: z
    .strictObject({
      windowMs: z
        .int()
        .min(0)
        .max(600_000)
        .default(1_500)
        .describe("The same code again within this time is one visit; 0 switches it off"),
    })
    .prefault({}),
  spool: z
    .strictObject({
      waitingMax: z
        .int()
        .min(100)
        .max(5_000_000)
        .default(200_000)
        .describe("Events without a receipt (about 1 KB each); beyond it scans are refused"),
      keepHours: z
        .int()
        .min(0)
        .max(168)
        .default(24)
        .describe("How long an event stays for replay after it was taken; once it has its receipt it is then erased"),
    })
    .prefault({}),
  log: z.strictObject({ level: z.enum(["debug", "info", "warn", "error"]).default("info") }).prefault({}),
});

export type AgentConfig = z.infer<typeof agentConfigSchema>;
export type ReaderConfig = AgentConfig["readers"][number];
