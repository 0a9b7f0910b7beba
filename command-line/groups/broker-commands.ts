// Commands of the broker: its service, its store and its users.
import { Argument, type Command, Option } from "commander";
import { roles } from "../../protocol/access.ts";
import { configOption, dataDirOption, example, jsonOption } from "../options.ts";

export function brokerCommands(program: Command): void {
  const broker = program
    .command("broker")
    .description("dịch vụ của cơ sở | the facility's service")
    .addOption(configOption())
    .addOption(dataDirOption())
    .addHelpText("after", example("tiepdon broker --config tiepdon.yaml --data-dir ./data"))
    .action(async (options) => (await import("../commands/broker.ts")).runBroker(options));

  storeCommands(broker);
  const user = broker.command("user").description("tài khoản của broker | the broker's users");
  const usersOptions = (command: Command) => command.addOption(configOption()).addOption(dataDirOption());
  usersOptions(user.command("add <name>"))
    .description("thêm, hoặc đặt lại mật khẩu | add a user, or set a new password")
    .addOption(
      new Option("--role <role>", "desk: một quầy; his: phần mềm bệnh viện; it: CNTT; gateway: cổng BHXH")
        .choices(roles)
        .makeOptionMandatory(),
    )
    .option("--facility <code>", "mã CSKCB | facility code")
    .option("--desk <name>", "tên quầy, với --role desk | name of the desk, with --role desk")
    .option(
      "--password-file <file>",
      "đọc mật khẩu từ tệp; không có: tự tạo và in một lần | read it from a file; else one is made and printed once",
    )
    .addHelpText("after", example("tiepdon broker user add quay-01 --role desk --facility 01234 --desk quay-01"))
    .action(async (name, options) => (await import("../commands/broker-user.ts")).runUserAdd(name, options));
  usersOptions(user.command("remove <name>"))
    .description("xóa | remove a user")
    .addHelpText("after", example("tiepdon broker user remove quay-01"))
    .action(async (name, options) => (await import("../commands/broker-user.ts")).runUserRemove(name, options));
  usersOptions(user.command("enable <name>"))
    .description("mở lại tài khoản bị đóng vì lâu không dùng | open an account again that was closed for want of use")
    .addHelpText("after", example("tiepdon broker user enable his"))
    .action(async (name, options) => (await import("../commands/broker-user.ts")).runUserEnable(name, options));
  usersOptions(user.command("list"))
    .description("liệt kê, kèm ngày dùng cuối | list the users, with the day of their last use")
    .addOption(jsonOption())
    .addHelpText("after", example("tiepdon broker user list --json"))
    .action(async (options) => (await import("../commands/broker-user.ts")).runUserList(options));
}

/** What lies in the broker's store: to see it, to carry it elsewhere, to keep a copy. */
function storeCommands(broker: Command): void {
  broker
    .command("inspect")
    .description(
      "xem kho của broker đang chạy, không có nội dung tin | look into the store of a running broker; no payloads",
    )
    .addArgument(new Argument("[what]").choices(["sessions", "queues", "retained"]).default("sessions"))
    .option("--check", "kiểm tra toàn bộ tệp | check the whole file")
    .addOption(dataDirOption())
    .addOption(jsonOption())
    .addHelpText("after", example("tiepdon broker inspect queues --json"))
    .action(async (what, options) => (await import("../commands/broker-inspect.ts")).runBrokerInspect(what, options));
  broker
    .command("export <file>")
    .description("xuất phiên, hàng đợi, tin lưu ra JSON | sessions, queues and retained messages as lines of JSON")
    .addOption(dataDirOption())
    .addHelpText("after", example("tiepdon broker export broker.jsonl"))
    .action(async (file, options) => (await import("../commands/broker-export.ts")).runBrokerExport(file, options));
  broker
    .command("import <file>")
    .description(
      "nhập vào broker đã dừng, trọn vẹn hoặc không gì cả | take an export into a stopped broker, whole or not at all",
    )
    .addOption(configOption())
    .addOption(dataDirOption())
    .addHelpText("after", example("tiepdon broker import broker.jsonl --config tiepdon.yaml"))
    .action(async (file, options) => (await import("../commands/broker-import.ts")).runBrokerImport(file, options));
  broker
    .command("backup <file>")
    .description("sao lưu kho khi broker đang chạy | copy the store while the broker runs")
    .addOption(dataDirOption())
    .addHelpText("after", example("tiepdon broker backup /backup/broker-$(date +%F).db"))
    .action(async (file, options) => (await import("../commands/broker-backup.ts")).runBrokerBackup(file, options));
  broker
    .command("restore <file>")
    .description("khôi phục vào broker đã dừng; kho cũ được để riêng | put a copy back; the earlier store is set aside")
    .addOption(dataDirOption())
    .addHelpText("after", example("tiepdon broker restore /backup/broker-2026-11-21.db"))
    .action(async (file, options) => (await import("../commands/broker-restore.ts")).runBrokerRestore(file, options));
}
