// Commands of the audit log.
import { type Command, InvalidArgumentError, Option } from "commander";
import { readHead } from "../../broker/audit/audit-record.ts";
import { dataDirOption, example, jsonOption, positiveNumber } from "../options.ts";

export function auditCommands(program: Command): void {
  const audit = program
    .command("audit")
    .description("nhật ký kiểm toán của broker | the broker's audit log: who connected, was refused, administered");
  audit
    .command("verify")
    .description(
      "kiểm tra chuỗi băm; mã thoát 1: bị sửa hoặc thiếu | check the chain; exit code 1: changed or incomplete",
    )
    .addOption(
      new Option(
        "--head <sequence:hash>",
        "đầu chuỗi đã lưu nơi khác (auditHead trong nhật ký dịch vụ) | a head kept elsewhere: auditHead in the service log",
      ).argParser(headOf),
    )
    .addOption(dataDirOption())
    .addOption(jsonOption())
    .addHelpText("after", example("tiepdon audit verify --head 1042:9f3c…"))
    .action(async (options) => (await import("../commands/audit.ts")).runAuditVerify(options));
  audit
    .command("export")
    .description("xuất, mỗi dòng một bản ghi | one record a line")
    .addOption(
      new Option("--format <format>", "json hoặc | or syslog (RFC 5424)").choices(["json", "syslog"]).default("json"),
    )
    .addOption(new Option("--since <time>", "từ | from: 2026-11-01, 2026-11-01T07:00:00Z (UTC)").argParser(timeOf))
    .addOption(new Option("--until <time>", "đến trước | up to, not included").argParser(timeOf))
    .addOption(dataDirOption())
    .addHelpText("after", example("tiepdon audit export --since 2026-11-01 --format syslog > audit.log"))
    .action(async (options) => (await import("../commands/audit.ts")).runAuditExport(options));
  audit
    .command("show")
    .description("các bản ghi mới nhất | the newest records")
    .addOption(new Option("--count <n>", "số dòng | how many").argParser(positiveNumber).default(50))
    .addOption(dataDirOption())
    .addOption(jsonOption())
    .addHelpText("after", example("tiepdon audit show --count 20"))
    .action(async (options) => (await import("../commands/audit.ts")).runAuditShow(options));
}

function headOf(text: string) {
  const head = readHead(text);
  if (head !== undefined) return head;
  throw new InvalidArgumentError("SEQUENCE:SHA256");
}

/** Without an offset it would be local time, and everything else here is UTC. */
const timePattern = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/;

function timeOf(text: string): number {
  const time = timePattern.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isFinite(time)) return time;
  throw new InvalidArgumentError("2026-11-01, 2026-11-01T07:00:00Z, 2026-11-01T07:00:00+07:00");
}
