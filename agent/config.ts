// What can be configured of a desk: one schema, with the default and the reason of each setting.
import * as z from "zod";
import { facilityPattern, namePattern } from "../protocol/topics.ts";
import { pinnedKeys, registryConfigSchema } from "./registry/registry-config.ts";

const port = z.int().min(1).max(65_535);
const name = z.string().regex(namePattern, "1–32 chữ thường, số, gạch nối | 1–32 of a–z, 0–9, hyphen");
/** A host and a port up to 65535; a user and a password have settings of their own. */
const mqttUrlPattern =
  /^mqtts?:\/\/(\[[0-9A-Fa-f:]+\]|[^\s:@/[\]]+)(:([1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d{2}|655[0-2]\d|6553[0-5]))?$/;
const mqttUrl = z
  .string()
  .regex(
    mqttUrlPattern,
    "dạng mqtts://máy:cổng, không kèm mật khẩu | must look like mqtts://host:port, without a password",
  );
/** A cluster has three or five servers; more addresses would only make a round longer. */
const brokersMax = 8;
/** Bytes for the reader, as hexadecimal pairs; a blank between them is allowed. */
const hexBytes = z
  .string()
  .regex(/^([0-9A-Fa-f]{2} ?){1,64}$/, "các cặp hex, ví dụ 06 | pairs of hexadecimal digits, such as 06")
  .transform((text) => text.replaceAll(" ", "").toLowerCase());

/** Settings of the reader's profile that a site may replace; what is left out stays as the profile says. */
const framing = z
  .strictObject({
    stxEtx: z.boolean().describe("STX begins a scan that only ETX ends; terminators inside are data"),
    end: z.array(z.enum(["cr", "lf", "crlf", "tab"])).describe("What ends a scan; empty means that only silence does"),
    aim: z.enum(["none", "optional", "required"]).describe("Whether scans carry an AIM identifier such as ]Q1"),
    idleMs: z.int().min(5).max(10_000).describe("Silence that ends a scan; 60 on a serial line, 100 over TCP"),
    maxBytes: z.int().min(64).max(8_192).describe("A longer scan is dropped and counted"),
  })
  .partial()
  .prefault({});

const feedback = z
  .strictObject({
    accepted: hexBytes.describe("Sent after the check-in is on the disk, such as 06 (ACK)"),
    repeated: hexBytes.describe("Sent for a second look at the same code"),
    rejected: hexBytes.describe("Sent when it is no document, such as 15 (NAK)"),
    wait: hexBytes.describe("Sent when nothing can be kept now; the patient must be received by hand"),
    result: hexBytes.describe("Sent when the hospital's answer has arrived"),
    attention: hexBytes.describe("Sent when somebody should look at the screen"),
    identify: hexBytes.describe("Sent to show which reader this is"),
  })
  .partial()
  .prefault({})
  .describe("Bytes that make the reader beep or light; those of the profile by default");

const path = z.string().min(1);
const profileName = (profile: string) =>
  name.default(profile).describe("What is known of the model: `tiepdon reader profiles`");
const readerCommon = { id: name.describe("Name of the reader in topics"), framing, feedback };
const usbNumbers = z.string().regex(/^[0-9a-f]{4}:[0-9a-f]{4}$/, "dạng 1eab:1d10 | must look like 1eab:1d10");

const readerSchema = z.union([
  z.strictObject({
    ...readerCommon,
    profile: profileName("generic-serial"),
    serial: path.describe("Device path; prefer /dev/serial/by-id or by-path, never ttyUSB0"),
    baudRate: z
      .int()
      .min(300)
      .max(4_000_000)
      .optional()
      .describe("That of the profile by default (9600 for generic-serial); ignored by USB readers"),
  }),
  z.strictObject({
    ...readerCommon,
    profile: profileName("generic-tcp"),
    tcp: z.strictObject({ host: z.string().min(1), port }).describe("Raw TCP address of a device server"),
  }),
  z.strictObject({
    ...readerCommon,
    profile: name.describe("What is known of the model: `tiepdon reader profiles`"),
    usb: z
      .strictObject({
        id: usbNumbers.optional().describe("Vendor and product; those of the profile by default"),
        serial: z.string().min(1).max(128).optional().describe("Serial number, where two of one model are plugged in"),
        port: z
          .string()
          .regex(/^\d{1,3}-\d{1,3}(\.\d{1,3}){0,6}$/, "dạng 1-1.2 | must look like 1-1.2")
          .optional()
          .describe("USB port, where readers have no serial number: `tiepdon reader list` shows it"),
      })
      .describe("Found by what it is, wherever it is plugged in; {} takes the profile's model"),
    baudRate: z.int().min(300).max(4_000_000).optional(),
  }),
  z.strictObject({
    ...readerCommon,
    profile: profileName("generic-hidpos"),
    hid: path.describe("Path of a hidraw node; prefer `usb`, which finds it by itself"),
  }),
  z.strictObject({
    ...readerCommon,
    profile: profileName("hn212-socketio"),
    socketio: z
      .strictObject({
        host: z.string().min(1).default("192.168.5.1"),
        port: port.default(8_000),
        fingerprint256: z
          .string()
          .regex(/^([0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}$/, "SHA-256, dạng AB:CD:… | SHA-256 as AB:CD:…")
          .transform((text) => text.replaceAll(":", "").toLowerCase())
          .optional()
          .describe("SHA-256 of the reader's certificate; with it the reader is reached over https"),
        localAddress: z.string().min(1).optional().describe("Our own address on the reader's network interface"),
      })
      .describe("A network chip reader of the HN-212 kind"),
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
  mqtt: z
    .strictObject({
      url: z
        .union([mqttUrl, z.array(mqttUrl).min(1).max(brokersMax)])
        .refine((url) => new Set(brokerAddresses(url)).size === brokerAddresses(url).length, {
          error: "hai địa chỉ giống nhau | two addresses are the same",
        })
        .refine((url) => new Set(brokerAddresses(url).map((address) => address.split(":")[0])).size === 1, {
          error: "tất cả mqtts:// hoặc tất cả mqtt:// | all of them mqtts:// or all of them mqtt://",
        })
        .default("mqtt://127.0.0.1:1883")
        .describe(
          "mqtts:// speaks TLS (port 8883), mqtt:// is for this machine and for trials (port 1883). A list for a cluster: any server of it will do, the next is tried when one fails",
        ),
      username: z.string().min(1).optional(),
      passwordFile: path.optional().describe("File that holds the password and nothing else"),
      caFile: path.optional().describe("mqtts: the authority that the broker's certificate must come from, PEM"),
      certFile: path.optional().describe("mqtts: this desk's certificate, PEM; its name is facility:desk"),
      keyFile: path.optional().describe("mqtts: the private key of it, PEM"),
      keepaliveSeconds: z.int().min(5).max(300).default(30),
      subscribeQos: z
        .union([z.literal(0), z.literal(1)])
        .default(1)
        .describe(
          "QoS of requests and results; 0 for a NATS cluster, where each filter of QoS 1 costs a group of three servers. Nothing is lost by it that a break would not lose anyway: a desk's session is clean",
        ),
    })
    .refine(({ certFile, keyFile }) => (certFile === undefined) === (keyFile === undefined), {
      error: "certFile và keyFile đi cùng nhau | certFile and keyFile go together",
    })
    .refine(
      ({ url, caFile, certFile }) =>
        brokerAddresses(url).every((address) => address.startsWith("mqtts:")) ||
        (caFile === undefined && certFile === undefined),
      {
        error: "caFile, certFile cần mqtts:// | caFile and certFile need mqtts://",
      },
    ),
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
  chip: z
    .strictObject({
      optionalFields: z
        .boolean()
        .default(false)
        .describe("Ethnicity, religion, marks, parents and spouse of a chip: only with a legal basis of the facility"),
    })
    .prefault({}),
  profilesDir: z
    .string()
    .min(1)
    .default("/etc/tiepdon/profiles")
    .describe("Folder of the site's own reader profiles, one JSON file each; it need not exist"),
  firmware: z
    .strictObject({ keys: pinnedKeys.describe("Public keys of who may sign firmware of ReaderLink readers") })
    .prefault({}),
  registry: registryConfigSchema.describe("The signed list of certified readers, and what is done with others"),
  log: z.strictObject({ level: z.enum(["debug", "info", "warn", "error"]).default("info") }).prefault({}),
});

/** The addresses of the setting `mqtt.url`, which is one of them or a list. */
export function brokerAddresses(url: string | readonly string[]): readonly string[] {
  return typeof url === "string" ? [url] : url;
}

export type AgentConfig = z.infer<typeof agentConfigSchema>;
export type ReaderConfig = AgentConfig["readers"][number];
