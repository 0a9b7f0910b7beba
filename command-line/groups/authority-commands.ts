// Commands of the facility's own certificate authority, and of a desk that enrols itself with it.
import { type Command, Option } from "commander";
import { defaultAuthorityDir, defaultDataDir, defaultTlsDir } from "../default-paths.ts";
import { configOption, example, jsonOption, positiveNumber } from "../options.ts";

export function authorityCommands(program: Command): void {
  const ca = program.command("ca").description("CA riêng của cơ sở | the facility's own certificate authority");
  const authorityDirOption = () =>
    new Option("--dir <dir>", "thư mục của CA | directory of the authority").default(defaultAuthorityDir);
  const hostOption = () =>
    new Option("--host <name...>", "tên hoặc IP của broker | names or addresses that the broker is reached by");
  const dataDirOption = () =>
    new Option("--data-dir <dir>", "nơi có nhật ký kiểm toán | where the audit log is").default(defaultDataDir);
  ca.command("init")
    .description("tạo CA; --host: cả chứng thư của broker | make it; with --host the broker's certificate too")
    .addOption(authorityDirOption())
    .option("--name <name>", "tên của CA | its name", "Tiepdon CA")
    .addOption(hostOption())
    .addOption(dataDirOption())
    .addHelpText("after", example("tiepdon ca init --name 'BV 38xxx CA' --host broker.benhvien.local --host 10.0.0.5"))
    .action(async (options) => (await import("../commands/ca.ts")).runCaInit(options));
  ca.command("issue <name>")
    .description("cấp chứng thư; quầy: mã-cơ-sở:tên-quầy | issue a certificate; a desk's name is facility:desk")
    .addOption(authorityDirOption())
    .option("--out <dir>", "nơi ghi khóa và chứng thư | where key and certificate go", ".")
    .option("--csr <file>", "ký khóa của yêu cầu, in chứng thư | sign a request's key and print the certificate")
    .option("--server", "cho broker | for the broker")
    .addOption(hostOption())
    .addOption(dataDirOption())
    .addHelpText("after", example("tiepdon ca issue his --out ./his"))
    .action(async (name, options) => (await import("../commands/ca.ts")).runCaIssue(name, options));
  ca.command("revoke <name-or-serial>")
    .description("thu hồi; broker cắt kết nối trong vài giây | revoke; the broker ends its connections within seconds")
    .addOption(authorityDirOption())
    .addOption(dataDirOption())
    .addHelpText("after", example("tiepdon ca revoke 38xxx:quay-01"))
    .action(async (name, options) => (await import("../commands/ca.ts")).runCaRevoke(name, options));
  ca.command("list")
    .description("liệt kê | what was issued: name, purpose, state, last day, serial number")
    .addOption(authorityDirOption())
    .addOption(jsonOption())
    .addHelpText("after", example("tiepdon ca list --json"))
    .action(async (options) => (await import("../commands/ca.ts")).runCaList(options));
  ca.command("token")
    .description("mã ghi danh dùng một lần cho một quầy | a one-time token that enrols a desk")
    .requiredOption("--desk <name>", "tên quầy | name of the desk")
    .requiredOption("--facility <code>", "mã CSKCB | facility code")
    .addOption(new Option("--hours <n>", "hiệu lực | how long it is good").argParser(positiveNumber).default(24))
    .option("--address <host[:port]>", "địa chỉ broker mà quầy thấy | where the desk finds the broker")
    .addOption(configOption())
    .addOption(dataDirOption())
    .addHelpText("after", example("tiepdon ca token --facility 38xxx --desk quay-01 --address broker.benhvien.local"))
    .action(async (options) => (await import("../commands/ca.ts")).runCaToken(options));

  program
    .command("enrol <token>")
    .description("quầy lấy chứng thư bằng mã dùng một lần | fetch this desk's certificate with a one-time token")
    .option("--out <dir>", "nơi ghi khóa và chứng thư | where key and certificate go", defaultTlsDir)
    .addHelpText("after", example("tiepdon enrol tiepdon1_…"))
    .action(async (token, options) => (await import("../commands/enrol.ts")).runEnrol(token, options));
}
