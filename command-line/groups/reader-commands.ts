// Commands about readers: their models, what is plugged in, their firmware.
import { type Command, Option } from "commander";
import { defaultProfilesDir } from "../default-paths.ts";
import { baudNumber, configOption, dataDirOption, example, jsonOption, positiveNumber } from "../options.ts";

export function readerCommands(program: Command): void {
  const reader = program.command("reader").description("đầu đọc | readers");
  const profilesDirOption = () =>
    new Option("--profiles-dir <dir>", "hồ sơ tại chỗ | the site's own profiles").default(defaultProfilesDir);
  reader
    .command("profiles [id]")
    .description("các mẫu đầu đọc đã biết, hoặc một mẫu | the reader models that are known, or one of them")
    .addOption(profilesDirOption())
    .addOption(jsonOption())
    .addHelpText("after", example("tiepdon reader profiles honeywell-cdc"))
    .action(async (id, options) => (await import("../commands/reader-profiles.ts")).runReaderProfiles(id, options));
  reader
    .command("list")
    .description("đầu đọc đang cắm, hồ sơ, chứng nhận | readers that are plugged in, their profile and certification")
    .addOption(configOption())
    .addOption(dataDirOption())
    .addOption(profilesDirOption())
    .addOption(jsonOption())
    .addHelpText("after", example("tiepdon reader list --json"))
    .action(async (options) => (await import("../commands/reader-list.ts")).runReaderList(options));
  reader
    .command("learn")
    .description("quét mã thử, tự viết hồ sơ của đầu đọc | scan the test code, and the reader's profile is written")
    .option("--serial <path>", "cổng nối tiếp hoặc USB-CDC | serial or USB-CDC device")
    .option("--tcp <host:port>", "bộ chuyển RS-232 sang mạng, raw TCP | device server, raw TCP")
    .option("--hid <path>", "USB HID POS, ví dụ /dev/hidraw0 | a hidraw node")
    .addOption(
      new Option("--baud <n>", "tốc độ; auto: tự thử | speed; auto tries them").argParser(baudNumber).default("auto"),
    )
    .addOption(new Option("--scans <n>", "số lần quét | scans").argParser(positiveNumber).default(3))
    .addOption(new Option("--wait <seconds>", "chờ tối đa | longest wait").argParser(positiveNumber).default(60))
    .option("--id <name>", "tên hồ sơ | name of the profile")
    .option("--vendor <name>", "hãng | maker")
    .option("--model <name>", "mẫu | model")
    .option("--out <file>", "ghi vào tệp; không có: in ra | write it here; else it is printed")
    .addOption(profilesDirOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      example("tiepdon reader learn --serial /dev/ttyACM0 --out /etc/tiepdon/profiles/site-gate.json"),
    )
    .action(async (options) => (await import("../commands/reader-learn.ts")).runReaderLearn(options));
  const firmware = reader
    .command("firmware")
    .description("phần mềm của đầu đọc ReaderLink | firmware of ReaderLink readers");
  firmware
    .command("sign <image>")
    .description("ký một bản phần mềm, in ra tệp đã ký | sign an image; prints the signed file")
    .requiredOption("--key <file>", "khóa bí mật | private key (tiepdon registry keygen)")
    .requiredOption("--hardware <name>", "loại mạch, như đầu đọc tự khai | the board, as the reader names it")
    .requiredOption("--firmware-version <version>", "phiên bản | version, such as 1.4.0")
    .addHelpText(
      "after",
      example(
        "tiepdon reader firmware sign --key fw-2026a.private.jwk --hardware a1-rev2 --firmware-version 1.4.0 a1.bin > a1-1.4.0.json",
      ),
    )
    .action(async (image, options) => (await import("../commands/reader-firmware.ts")).runFirmwareSign(image, options));
  firmware
    .command("verify <file>")
    .description("kiểm tra tệp đã ký, như quầy sẽ làm | check a signed file as a desk would")
    .requiredOption("--key <file...>", "khóa công khai | public keys")
    .addOption(jsonOption())
    .addHelpText("after", example("tiepdon reader firmware verify a1-1.4.0.json --key fw-2026a.public.jwk"))
    .action(async (file, options) => (await import("../commands/reader-firmware.ts")).runFirmwareVerify(file, options));
}
