// The form of a reader profile file, `reader-profile/1` (READERS chapter 13): each member with its limits, default and meaning (Vietnamese, then English).
import * as z from "zod";
import {
  ackModes,
  commandSets,
  driverNames,
  hidLayouts,
  quirks,
  transportKinds,
} from "../../protocol/driver/profile.ts";
import { namePattern } from "../../protocol/topics.ts";
import { profileRules } from "./profile-rules.ts";

/** Commands in one list: a set-up of a reader has about ten. */
const commandsMax = 64;
/** USB numbers under which one model appears. */
const matchesMax = 64;

const text = z.string().min(1).max(64);
const orNull = <T extends z.ZodType>(schema: T) => schema.nullable().prefault(null);

/**
 * Bytes as hexadecimal pairs; blanks between them are allowed. At most 256: a HID output report carries 62, a serial set-up
 * line seldom more than 100.
 */
const hex = z
  .string()
  .regex(
    /^([0-9A-Fa-f]{2} ?){1,256}$/,
    "Phải là các cặp hex, ví dụ 16070d | Must be pairs of hexadecimal digits, such as 16070d",
  )
  .transform((pairs) => pairs.replaceAll(" ", "").toLowerCase());
const commands = z.array(hex).max(commandsMax).prefault([]);
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
  bus: z.enum(["usb"]).default("usb").describe("Luôn là usb | Always usb"),
  vid: usbNumber.describe("Số nhà sản xuất USB | USB vendor number"),
  pid: usbNumber.describe("Số sản phẩm USB | USB product number"),
  usagePage: orNull(usagePage).describe(
    "Usage page của HID; 8c là đầu đọc mã. Thiết bị ghép còn có bàn phím | HID usage page; 8c for bar code scanners. A composite has a keyboard besides",
  ),
  interface: orNull(interfaceNumber).describe(
    "Số giao diện USB; null: bất kỳ | USB interface number (bInterfaceNumber); null: any",
  ),
});

const transport = z.strictObject({
  kind: z.enum(transportKinds).describe("Đầu đọc nối qua gì | What the reader hangs on"),
  baud: orNull(z.int().min(300).max(4_000_000)).describe(
    "Tốc độ của RS-232 thật; null: USB-CDC, không dùng đến | Speed of a true RS-232 line; null: USB-CDC, it plays no part",
  ),
  format: orNull(z.enum(["8N1"])).describe(
    "Số bit, chẵn lẻ, bit dừng; null là 8N1, loại duy nhất được hỗ trợ | Data bits, parity, stop bits; null means 8N1, the only one that is supported",
  ),
  flow: z
    .enum(["none"])
    .default("none")
    .describe("Điều khiển luồng; chỉ hỗ trợ none | Flow control; none is the only one that is supported"),
  host: orNull(text.max(255)).describe("Địa chỉ mạng, nếu hãng cố định | Network address, where the maker fixes one"),
  port: orNull(z.int().min(1).max(65_535)).describe(
    "Cổng mạng, nếu hãng cố định | Network port, where the maker fixes one",
  ),
});

const framing = z
  .strictObject({
    end: z
      .array(z.enum(["cr", "lf", "crlf", "tab"]))
      .max(4)
      .default(["cr", "lf", "crlf", "tab"])
      .describe("Dấu kết thúc một lượt quét; rỗng: chỉ khoảng lặng | What ends a scan; empty: silence alone"),
    stxEtx: z
      .boolean()
      .default(false)
      .describe(
        "STX mở, chỉ ETX đóng; dấu kết thúc ở giữa là dữ liệu | STX begins a scan that only ETX ends; terminators inside are data",
      ),
    lengthPrefix: orNull(z.enum(["dechdr"])).describe(
      "Khung có độ dài, an toàn với mọi nội dung: DECHDR của Honeywell | Frame with a length, safe for any content: Honeywell's DECHDR",
    ),
    idleMs: orNull(z.int().min(5).max(10_000)).describe(
      "Khoảng lặng kết thúc lượt quét, mili giây; null: 60, qua TCP 100 | Silence that ends a scan, milliseconds; null: 60, over TCP 100",
    ),
    maxBytes: z
      .int()
      .min(64)
      .max(8_192)
      .default(8_192)
      .describe("Lượt quét dài hơn bị bỏ và đếm | A longer scan is dropped and counted"),
    aim: z
      .enum(["none", "optional", "required"])
      .default("none")
      .describe(
        "Mã AIM như ]Q1 ở đầu: để nguyên, bỏ nếu có, bắt buộc phải có | Symbology identifier such as ]Q1 before the data: left in place, taken off if there, demanded",
      ),
    codeId: orNull(hex).describe(
      "Mã loại riêng của hãng ở đầu, được bỏ đi | Bytes of the maker's own code id before the data, taken off",
    ),
    stripTerminator: z
      .boolean()
      .default(true)
      .describe("Bỏ một dấu kết thúc ở cuối lượt quét HID | Takes one terminator off the end of a HID scan"),
  })
  .prefault({});

const feedback = z
  .strictObject({
    accepted: commands.describe("Lượt đến đã ghi xuống đĩa | The check-in is on the disk"),
    rejected: commands.describe("Không phải giấy tờ đã biết | It is no document that we know"),
    repeated: commands.describe("Cùng mã quét lại trong thời gian chờ | The same code again within the window"),
    wait: commands.describe(
      "Hiện không lưu được; tiếp đón bằng tay | Nothing can be kept now; receive the patient by hand",
    ),
    result: commands.describe("Bệnh viện đã trả lời | The hospital's answer has arrived"),
    attention: commands.describe("Cần nhìn màn hình | Somebody should look at the screen"),
    identify: commands.describe("Đây là đầu đọc nào? CNTT hỏi | Which reader is this? Asked by IT"),
  })
  .prefault({});

const switching = (on: string, off: string) =>
  z.strictObject({ on: orNull(hex).describe(on), off: orNull(hex).describe(off) }).prefault({});

/** One file. What follows `driver` has defaults except `transport.kind`. Unknown keys are faults. */
export const profileSchema = withRules(
  z.strictObject({
    $schema: z.string().max(255).optional().describe("Cho trình soạn thảo; không đọc | For editors; not read"),
    schema: z.literal("reader-profile/1").describe("Dạng của tệp | Form of the file"),
    id: z
      .string()
      .regex(namePattern, "1–32 chữ thường, số, gạch nối | 1–32 lower-case letters, digits, hyphens")
      .max(32)
      .describe(
        "Tên hồ sơ, như tên tệp; cấu hình và danh sách chứng nhận gọi tên này | Name of the profile, as the file's; configuration and registry name it",
      ),
    vendor: text.describe("Hãng | Maker"),
    model: text.describe("Mẫu, hoặc họ mẫu | Model, or family of models"),
    driver: z.enum(driverNames).describe("Cách đầu đọc trò chuyện | The conversation that the reader holds"),
    match: z
      .array(match)
      .max(matchesMax)
      .prefault([])
      .describe("Số USB; rỗng: chỉ chọn bằng cấu hình | USB numbers; empty: chosen by the configuration alone"),
    transport,
    framing,
    layout: orNull(z.enum(hidLayouts)).describe(
      "Chỉ HID POS: bố cục mà thiết bị không tự khai | HID POS only: fields that the report descriptor does not declare",
    ),
    text: z
      .enum(["utf-8"])
      .default("utf-8")
      .describe(
        "Chỉ nhận UTF-8; đặt đầu đọc ở chế độ không chuyển mã | UTF-8 is the only text that is taken; set the reader to raw",
      ),
    commands: z
      .enum(commandSets)
      .default("none")
      .describe("Ngôn ngữ lệnh cài đặt của đầu đọc | The language of the reader's set-up commands"),
    ack: z
      .strictObject({
        mode: z
          .enum(ackModes)
          .default("none")
          .describe("Đầu đọc chờ gì sau mỗi lượt quét | What the reader waits for after each scan"),
        timeoutMs: orNull(z.int().min(1).max(60_000)).describe(
          "Chờ bao lâu, mili giây | How long it waits, milliseconds",
        ),
      })
      .prefault({}),
    init: commands.describe(
      "Lệnh gửi mỗi lần mở: vào RAM của đầu đọc, không lưu | Set-up sent on every claim: into the reader's RAM, never saved",
    ),
    version: z
      .strictObject({
        send: orNull(hex).describe("Hỏi phiên bản firmware | Asks for the firmware version"),
        expect: orNull(text).describe(
          "Chữ đứng trước phiên bản trong câu trả lời; null: cả câu là phiên bản | Text before the version in the answer; null: the answer is the version",
        ),
      })
      .prefault({}),
    trigger: switching("Bắt đầu đọc | Starts reading", "Ngừng đọc | Ends reading"),
    arm: switching("Cho phép đọc | Lets the reader read", "Không cho đọc | Keeps it from reading"),
    feedback,
    quirks: z
      .array(z.enum(quirks))
      .max(quirks.length)
      .default([])
      .describe("Mẫu này khác thường ở đâu | What this model does differently"),
    capabilities: z
      .array(z.string().regex(/^[a-z0-9-]{1,32}$/, "Chỉ chữ thường, số, gạch nối | a–z, 0–9 and hyphen only"))
      .max(32)
      .default([])
      .describe("Đọc hay làm được gì, để liệt kê | What it can read or do, for lists"),
    confidence: z
      .enum(["certain", "likely", "single-source", "own-design"])
      .default("single-source")
      .describe(
        "Độ chắc của tệp; certain: đã thử trên máy thật hoặc có hai nguồn | How sure this file is; certain only after a test on the device itself or two sources",
      ),
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
