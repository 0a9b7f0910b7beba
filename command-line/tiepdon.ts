// The tiepdon command: every command with its options and an example; the work is loaded when a command is run.
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { type CommandFailure, exitCodes } from "../service/exit-codes.ts";
import {
  defaultAuthorityDir,
  defaultConfigFile,
  defaultDataDir,
  defaultProfilesDir,
  defaultTlsDir,
} from "./default-paths.ts";
import { say, styled } from "./terminal.ts";
import { version } from "./version.ts";

const program = new Command("tiepdon")
  .description(
    "Phần mềm quầy tiếp đón: đọc giấy tờ, gửi lượt đến qua MQTT | Reception desk: reads documents, publishes arrivals over MQTT",
  )
  .version(version)
  .enablePositionalOptions() // `broker` and `broker user add` share option names
  .exitOverride()
  .showSuggestionAfterError()
  .configureHelp({ showGlobalOptions: false })
  .addHelpText(
    "after",
    `
Mã thoát | exit codes: 0 done, 1 failed, 2 wrong usage or configuration, 3 already running or port in use,
  4 broker away or refuses, 5 disk trouble, 6 reader held by another program

Ví dụ | examples:
  tiepdon up --demo                 thử ngay, không cần đầu đọc | try it now, without a reader
  tiepdon doctor                    xem quầy thiếu gì | see what a desk lacks
  tiepdon config example > tiepdon.yaml`,
  );

const configOption = () =>
  new Option("--config <file>", "tệp cấu hình | configuration file").default(defaultConfigFile);
const dataDirOption = () =>
  new Option("--data-dir <dir>", "thư mục dữ liệu | directory of the durable files").default(defaultDataDir);
const jsonOption = () => new Option("--json", "cho chương trình đọc | for programs: one JSON object a line");
const example = (text: string) => `\nVí dụ | example:\n  ${text}`;

program
  .command("up")
  .description("broker và quầy trong một tiến trình | broker and agent together")
  .option("--demo", "đầu đọc giả lập, in từng lượt đến | simulated readers; prints each check-in")
  .addOption(new Option("--mqtt-port <n>", "cổng MQTT | MQTT port").argParser(portNumber))
  .option(
    "--data-dir <dir>",
    `thư mục dữ liệu (mặc định ${defaultDataDir}; demo: thư mục tạm) | default as shown; demo: a temporary one`,
  )
  .addOption(configOption())
  .addHelpText("after", example("tiepdon up --demo --mqtt-port 18830"))
  .action(async (options) => (await import("./commands/up.ts")).runUp(options));

program
  .command("agent")
  .description("dịch vụ của một quầy | the service of one desk")
  .addOption(configOption())
  .addOption(dataDirOption())
  .addHelpText("after", example("tiepdon agent --config tiepdon.yaml --data-dir ./data"))
  .action(async (options) => (await import("./commands/agent.ts")).runAgent(options));

const broker = program
  .command("broker")
  .description("dịch vụ của cơ sở | the facility's service")
  .addOption(configOption())
  .addOption(dataDirOption())
  .addHelpText("after", example("tiepdon broker --config tiepdon.yaml --data-dir ./data"))
  .action(async (options) => (await import("./commands/broker.ts")).runBroker(options));

const user = broker.command("user").description("tài khoản của broker | the broker's users");
const usersOptions = (command: Command) => command.addOption(configOption()).addOption(dataDirOption());
usersOptions(user.command("add <name>"))
  .description("thêm, hoặc đặt lại mật khẩu | add a user, or set a new password")
  .addOption(
    new Option("--role <role>", "desk: một quầy; his: phần mềm bệnh viện; it: CNTT")
      .choices(["desk", "his", "it"])
      .makeOptionMandatory(),
  )
  .option("--facility <code>", "mã CSKCB | facility code")
  .option("--desk <name>", "tên quầy, với --role desk | name of the desk, with --role desk")
  .option(
    "--password-file <file>",
    "đọc mật khẩu từ tệp; không có: tự tạo và in một lần | read it from a file; else one is made and printed once",
  )
  .addHelpText("after", example("tiepdon broker user add quay-01 --role desk --facility 01234 --desk quay-01"))
  .action(async (name, options) => (await import("./commands/broker-user.ts")).runUserAdd(name, options));
usersOptions(user.command("remove <name>"))
  .description("xóa | remove a user")
  .addHelpText("after", example("tiepdon broker user remove quay-01"))
  .action(async (name, options) => (await import("./commands/broker-user.ts")).runUserRemove(name, options));
usersOptions(user.command("list"))
  .description("liệt kê | list the users")
  .addOption(jsonOption())
  .addHelpText("after", example("tiepdon broker user list --json"))
  .action(async (options) => (await import("./commands/broker-user.ts")).runUserList(options));

const ca = program.command("ca").description("CA riêng của cơ sở | the facility's own certificate authority");
const authorityDirOption = () =>
  new Option("--dir <dir>", "thư mục của CA | directory of the authority").default(defaultAuthorityDir);
const hostOption = () =>
  new Option("--host <name...>", "tên hoặc IP của broker | names or addresses that the broker is reached by");
ca.command("init")
  .description("tạo CA; --host: cả chứng thư của broker | make it; with --host the broker's certificate too")
  .addOption(authorityDirOption())
  .option("--name <name>", "tên của CA | its name", "Tiepdon CA")
  .addOption(hostOption())
  .addHelpText("after", example("tiepdon ca init --name 'BV 38xxx CA' --host broker.benhvien.local --host 10.0.0.5"))
  .action(async (options) => (await import("./commands/ca.ts")).runCaInit(options));
ca.command("issue <name>")
  .description("cấp chứng thư; quầy: mã-cơ-sở:tên-quầy | issue a certificate; a desk's name is facility:desk")
  .addOption(authorityDirOption())
  .option("--out <dir>", "nơi ghi khóa và chứng thư | where key and certificate go", ".")
  .option("--csr <file>", "ký khóa của yêu cầu, in chứng thư | sign a request's key and print the certificate")
  .option("--server", "cho broker | for the broker")
  .addOption(hostOption())
  .addHelpText("after", example("tiepdon ca issue his --out ./his"))
  .action(async (name, options) => (await import("./commands/ca.ts")).runCaIssue(name, options));
ca.command("revoke <name-or-serial>")
  .description("thu hồi; broker cắt kết nối trong vài giây | revoke; the broker ends its connections within seconds")
  .addOption(authorityDirOption())
  .addHelpText("after", example("tiepdon ca revoke 38xxx:quay-01"))
  .action(async (name, options) => (await import("./commands/ca.ts")).runCaRevoke(name, options));
ca.command("list")
  .description("liệt kê | what was issued: name, purpose, state, last day, serial number")
  .addOption(authorityDirOption())
  .addOption(jsonOption())
  .addHelpText("after", example("tiepdon ca list --json"))
  .action(async (options) => (await import("./commands/ca.ts")).runCaList(options));
ca.command("token")
  .description("mã ghi danh dùng một lần cho một quầy | a one-time token that enrols a desk")
  .requiredOption("--desk <name>", "tên quầy | name of the desk")
  .requiredOption("--facility <code>", "mã CSKCB | facility code")
  .addOption(new Option("--hours <n>", "hiệu lực | how long it is good").argParser(positiveNumber).default(24))
  .option("--address <host[:port]>", "địa chỉ broker mà quầy thấy | where the desk finds the broker")
  .addOption(configOption())
  .addHelpText("after", example("tiepdon ca token --facility 38xxx --desk quay-01 --address broker.benhvien.local"))
  .action(async (options) => (await import("./commands/ca.ts")).runCaToken(options));

program
  .command("enrol <token>")
  .description("quầy lấy chứng thư bằng mã dùng một lần | fetch this desk's certificate with a one-time token")
  .option("--out <dir>", "nơi ghi khóa và chứng thư | where key and certificate go", defaultTlsDir)
  .addHelpText("after", example("tiepdon enrol tiepdon1_…"))
  .action(async (token, options) => (await import("./commands/enrol.ts")).runEnrol(token, options));

program
  .command("decode")
  .description("giải mã giấy tờ, mỗi dòng một đối tượng JSON | decode documents, one JSON object a line")
  .option(
    "--explain",
    "bằng lời: luật nào quyết định điều gì, che thông tin | in words: which rule decided what, masked",
  )
  .option("--reveal", "với --explain: hiện đầy đủ | with --explain: show everything")
  .option("--optional-fields", "cả dân tộc, tôn giáo, cha mẹ, vợ chồng trên chip | a chip's religion, parents … too")
  .addHelpText("after", example(`echo '{"id":1,"payload":"001090999901"}' | tiepdon decode --explain`))
  .action(async (options) => (await import("./commands/decode.ts")).runDecode(options));

program
  .command("frames")
  .description("khung byte của đầu đọc, mỗi dòng một đối tượng JSON | frames of reader bytes, one JSON object a line")
  .requiredOption("--protocol <name>", "plain, tcp, hidpos, ssi, honeywell-serial, newland-serial, gm65, …")
  .option("--encode", "chiều ngược lại: từ trường thành byte | the other way: members to bytes")
  .addHelpText(
    "after",
    `
Vào | in: {"id":…,"hex":"…"} hoặc | or {"id":…,"bytes":[{"role":"…","hex":"…"}]}, thêm | with "config":{…}
Ra | out: {"id":…,"frames":[{"kind":"frame","payloadHex":"…",…}, {"kind":"discarded","why":"…","bytes":n}, {"kind":"incomplete","bytes":n}]}
--encode: {"id":…,"payloadHex":…,…} hoặc | or {"id":…,"frames":[…]} → {"id":…,"hex":"…"}
Dòng hỏng: báo số dòng, bỏ qua, mã thoát 2 | a bad line is told with its number and passed over; then the exit code is 2
${example(`echo '{"id":1,"hex":"4142430d"}' | tiepdon frames --protocol plain`)}`,
  )
  .action(async (options) => (await import("./commands/frames.ts")).runFrames(options));

program
  .command("tail")
  .description("xem lượt đến, che thông tin | show check-ins, masked")
  .option("--url <url>", "broker", "mqtt://127.0.0.1:1883")
  .option("--credentials <file>", "tệp {url, username, password} | file with url, username, password")
  .option("--username <name>", "tên | user name")
  .option("--password-file <file>", "tệp mật khẩu | password file")
  .option("--facility <code>", "mã CSKCB | facility code; + = all", "+")
  .addOption(new Option("--count <n>", "dừng sau n lượt | stop after n").argParser(positiveNumber))
  .option("--reveal", "hiện đầy đủ | show everything")
  .addOption(jsonOption())
  .addHelpText("after", example("tiepdon tail --credentials /tmp/tiepdon/credentials.json --count 3"))
  .action(async (options) => (await import("./commands/tail.ts")).runTail(options));

const sim = program.command("sim").description("giả lập thiết bị | device simulators");
sim
  .command("reader")
  .description("đầu đọc QR giả lập, người bệnh hư cấu | a QR reader in plain mode, invented patients")
  .option("--tcp-listen <[host:]port>", "như bộ chuyển RS-232 sang mạng | like a serial device server; 0 = a free port")
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
  .action(async (options) => (await import("./commands/sim-reader.ts")).runSimReader(options));

const reader = program.command("reader").description("đầu đọc | readers");
const profilesDirOption = () =>
  new Option("--profiles-dir <dir>", "hồ sơ tại chỗ | the site's own profiles").default(defaultProfilesDir);
reader
  .command("profiles [id]")
  .description("các mẫu đầu đọc đã biết, hoặc một mẫu | the reader models that are known, or one of them")
  .addOption(profilesDirOption())
  .addOption(jsonOption())
  .addHelpText("after", example("tiepdon reader profiles honeywell-cdc"))
  .action(async (id, options) => (await import("./commands/reader-profiles.ts")).runReaderProfiles(id, options));
reader
  .command("list")
  .description("đầu đọc đang cắm, hồ sơ, chứng nhận | readers that are plugged in, their profile and certification")
  .addOption(configOption())
  .addOption(dataDirOption())
  .addOption(profilesDirOption())
  .addOption(jsonOption())
  .addHelpText("after", example("tiepdon reader list --json"))
  .action(async (options) => (await import("./commands/reader-list.ts")).runReaderList(options));
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
  .action(async (options) => (await import("./commands/reader-learn.ts")).runReaderLearn(options));
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
  .action(async (image, options) => (await import("./commands/reader-firmware.ts")).runFirmwareSign(image, options));
firmware
  .command("verify <file>")
  .description("kiểm tra tệp đã ký, như quầy sẽ làm | check a signed file as a desk would")
  .requiredOption("--key <file...>", "khóa công khai | public keys")
  .addOption(jsonOption())
  .addHelpText("after", example("tiepdon reader firmware verify a1-1.4.0.json --key fw-2026a.public.jwk"))
  .action(async (file, options) => (await import("./commands/reader-firmware.ts")).runFirmwareVerify(file, options));

const spool = program.command("spool").description("hàng đợi của quầy | the desk's spool");
const spoolCommand = (name: string, words: string) => spool.command(name).description(words).addOption(dataDirOption());
spoolCommand("status", "đếm | counts")
  .addOption(jsonOption())
  .addHelpText("after", example("tiepdon spool status --data-dir ./data"))
  .action(async (options) => (await import("./commands/spool.ts")).runSpoolStatus(options));
spoolCommand("list", "liệt kê, che thông tin | list, masked")
  .option("--all", "cả những lượt đã gửi | sent ones too")
  .addOption(jsonOption())
  .addHelpText("after", example("tiepdon spool list --all"))
  .action(async (options) => (await import("./commands/spool.ts")).runSpoolList(options));
spoolCommand("export", "xuất đầy đủ dạng JSON (dữ liệu cá nhân) | whole events as JSON lines (personal data)")
  .option("--all", "cả những lượt đã gửi | sent ones too")
  .addHelpText("after", example("umask 077; tiepdon spool export > cho-gui.jsonl"))
  .action(async (options) => (await import("./commands/spool.ts")).runSpoolExport(options));

program
  .command("doctor")
  .description("kiểm tra quầy và cách khắc phục | check a desk, with the fix for each fault")
  .addOption(configOption())
  .addOption(dataDirOption())
  .addOption(jsonOption())
  .addHelpText("after", example("tiepdon doctor --config tiepdon.yaml"))
  .action(async (options) => (await import("./commands/doctor.ts")).runDoctor(options));

const registry = program
  .command("registry")
  .description("danh sách đầu đọc được chứng nhận | the signed list of certified readers");
const keyOption = () =>
  new Option(
    "--key <file...>",
    "tệp khóa công khai; không có: khóa trong cấu hình | public key files; else those of the configuration",
  );
registry
  .command("verify <file>")
  .description(
    "kiểm tra như quầy; mã thoát 1: quầy không nhận | check as a desk does; exit code 1: a desk would not take it",
  )
  .addOption(keyOption())
  .addOption(configOption())
  .addOption(jsonOption())
  .addHelpText("after", example("tiepdon registry verify registry.jws --key reg-2026a.public.jwk"))
  .action(async (file, options) => (await import("./commands/registry.ts")).runRegistryVerify(file, options));
registry
  .command("show [file]")
  .description("xem danh sách, mặc định là bản quầy đang dùng | show a list, by default the one that the desk uses")
  .addOption(keyOption())
  .addOption(configOption())
  .addOption(dataDirOption())
  .addOption(jsonOption())
  .addHelpText("after", example("tiepdon registry show registry.jws"))
  .action(async (file, options) => (await import("./commands/registry.ts")).runRegistryShow(file, options));
registry
  .command("sign <input>")
  .description(
    "ký danh sách JSON; mã thoát 1: version không cao hơn bản trước, 2: danh sách có lỗi | sign a list; exit codes 1: not a higher version, 2: faults in the list",
  )
  .requiredOption("--key <file>", "tệp khóa bí mật | private key file")
  .requiredOption("--kid <id>", "tên khóa, như keyId trong danh sách | name of the key, as keyId in the list")
  .option(
    "--previous <file>",
    "bản đã phát hành: version mới phải cao hơn | the list before: the version must be higher",
  )
  .option("--out <file>", "ghi vào tệp | write to a file; default: standard output")
  .addHelpText(
    "after",
    example("tiepdon registry sign --key reg-2026a.private.jwk --kid reg-2026a list.json > registry.jws"),
  )
  .action(async (input, options) => (await import("./commands/registry.ts")).runRegistrySign(input, options));
registry
  .command("keygen")
  .description("tạo cặp khóa Ed25519 | make an Ed25519 key pair")
  .requiredOption("--kid <id>", "tên khóa | name of the key")
  .option("--out <dir>", "thư mục của hai tệp | directory of the two files", ".")
  .addHelpText("after", example("tiepdon registry keygen --kid reg-2026a --out ./keys"))
  .action(async (options) => (await import("./commands/registry.ts")).runRegistryKeygen(options));

const config = program.command("config").description("cấu hình | configuration");
config
  .command("check <file>")
  .description("báo mọi lỗi cùng lúc, với số dòng | all faults at once, with lines")
  .addHelpText("after", example("tiepdon config check tiepdon.yaml"))
  .action(async (file) => (await import("./commands/config.ts")).runConfigCheck(file));
config
  .command("print <file>")
  .description("cấu hình đã kiểm tra, kèm giá trị mặc định, dạng JSON | the checked file with its defaults, as JSON")
  .addOption(new Option("--part <part>", "chỉ một phần | one part").choices(["agent", "broker"]))
  .option("--desk", "quầy cùng hồ sơ đầu đọc | the desk with its readers' profiles")
  .addHelpText("after", example("tiepdon config print tiepdon.yaml --part agent"))
  .action(async (file, options) => (await import("./commands/config.ts")).runConfigPrint(file, options));
config
  .command("schema")
  .description("JSON Schema của tệp | of the file")
  .addHelpText("after", example("tiepdon config schema > tiepdon.schema.json"))
  .action(async () => (await import("./commands/config.ts")).runConfigSchema());
config
  .command("example")
  .description("ví dụ có chú thích | a commented example")
  .addHelpText("after", example("tiepdon config example > tiepdon.yaml"))
  .action(async () => (await import("./commands/config.ts")).runConfigExample());

function portNumber(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new InvalidArgumentError("0–65535");
}

function positiveNumber(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new InvalidArgumentError("> 0");
}

function baudNumber(text: string): number | "auto" {
  return text === "auto" ? text : positiveNumber(text);
}

function rateNumber(text: string): number {
  const rate = Number(text);
  if (rate > 0 && rate <= 100_000) return rate;
  throw new InvalidArgumentError("> 0");
}

function shareNumber(text: string): number {
  const share = Number(text);
  if (share >= 0 && share <= 1) return share;
  throw new InvalidArgumentError("0–1");
}

/** One clear sentence on standard error, and the exit code that belongs to it. */
function fail(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.wrongUsage;
  // Each command is a file of its own with its own copy of the class, so the name tells and not `instanceof`.
  if (error instanceof Error && error.name === "CommandFailure") {
    say(styled("red", error.message));
    return (error as CommandFailure).exitCode;
  }
  say(styled("red", `Lỗi | error: ${error instanceof Error ? error.message : String(error)}`));
  return exitCodes.failed;
}

process.title = "tiepdon";
process.umask(0o077); // what is written holds patients' data: for this user alone
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(exitCodes.done); // the reader of our output has seen enough
});
program.parseAsync().then(
  () => undefined,
  (error: unknown) => {
    process.exit(fail(error)); // whatever was started before the failure ends with it
  },
);
