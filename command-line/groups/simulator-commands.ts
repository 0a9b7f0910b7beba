// Commands of the device simulators.
import { type Command, Option } from "commander";
import { example, jsonOption, positiveNumber, rateNumber, shareNumber } from "../options.ts";

export function simulatorCommands(program: Command): void {
  const sim = program.command("sim").description("giả lập thiết bị | device simulators");
  sim
    .command("reader")
    .description("đầu đọc QR giả lập, người bệnh hư cấu | a QR reader in plain mode, invented patients")
    .option(
      "--tcp-listen <[host:]port>",
      "như bộ chuyển RS-232 sang mạng | like a serial device server; 0 = a free port",
    )
    .option("--pty <link>", "tạo cổng nối tiếp giả | make a pseudo-terminal under this name (needs socat)")
    .option("--device <path>", "ghi vào thiết bị có sẵn | write into an existing device")
    .addOption(
      new Option("--rate <n>", "lượt quét mỗi giây | scans a second; default: as fast as they are taken").argParser(
        rateNumber,
      ),
    )
    .addOption(new Option("--count <n>", "dừng sau n lượt | stop after n").argParser(positiveNumber))
    .addOption(
      new Option("--seed <n>", "cùng số, cùng người bệnh | same seed, same patients")
        .argParser(positiveNumber)
        .default(1),
    )
    .option("--chunking <how>", "whole, bytes, random, N", "whole")
    .option("--terminator <end>", "cr, lf, crlf, tab, etx (STX…ETX), none (khoảng lặng | silence)", "cr")
    .option("--aim <id>", "định danh mã, ví dụ ]Q1 | symbology identifier", "")
    .option(
      "--kind <kind>",
      "valid, mixed, cccd, can-cuoc, child, short-birth-date, expired, no-diacritics, nfd, damaged",
      "valid",
    )
    .option(
      "--payloads <file>",
      "nội dung từ tệp: mỗi dòng một mã, hoặc JSON payload/payloadHex | from a file, one a line, or JSON",
    )
    .option("--loop", "lặp lại tệp | the file over and over")
    .addOption(
      new Option("--repeat <share>", "tỷ lệ quét lặp, 0–1 | share of repeated scans").argParser(shareNumber).default(0),
    )
    .option(
      "--protocol <name>",
      "đầu đọc nghe được máy chủ: plain, honeywell, newland, gm65, datalogic, ssi, … | a device that hears its host",
    )
    .addOption(
      new Option(
        "--fault <name[:share]>",
        "lỗi đường truyền, lặp lại được: split, merge, corrupt, drop, repeat, delay, stall, unplug, wrong-checksum, never-acknowledging | faults of the line, may be repeated",
      )
        .argParser((text: string, faults: string[]) => [...faults, text])
        .default([], "không | none"),
    )
    .option("--today <date>", "ngày cấp thẻ tính đến | cards are issued before this day, yyyy-MM-dd")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      example(
        "tiepdon sim reader --tcp-listen 4001 --rate 10 --count 100 --seed 7 --chunking random\n" +
          "  tiepdon sim reader --pty /tmp/reader --protocol honeywell --fault split --fault unplug:0.05 --rate 1",
      ),
    )
    .action(async (options) => (await import("../commands/sim-reader.ts")).runSimReader(options));
}
