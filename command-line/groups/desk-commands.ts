// Commands of one desk: its spool, and the check of everything it needs.
import type { Command } from "commander";
import { configOption, dataDirOption, example, jsonOption } from "../options.ts";

export function deskCommands(program: Command): void {
  const spool = program.command("spool").description("hàng đợi của quầy | the desk's spool");
  const spoolCommand = (name: string, words: string) =>
    spool.command(name).description(words).addOption(dataDirOption());
  spoolCommand("status", "đếm | counts")
    .addOption(jsonOption())
    .addHelpText("after", example("tiepdon spool status --data-dir ./data"))
    .action(async (options) => (await import("../commands/spool.ts")).runSpoolStatus(options));
  spoolCommand("list", "liệt kê, che thông tin | list, masked")
    .option("--all", "cả những lượt đã gửi | sent ones too")
    .addOption(jsonOption())
    .addHelpText("after", example("tiepdon spool list --all"))
    .action(async (options) => (await import("../commands/spool.ts")).runSpoolList(options));
  spoolCommand("export", "xuất đầy đủ dạng JSON (dữ liệu cá nhân) | whole events as JSON lines (personal data)")
    .option("--all", "cả những lượt đã gửi | sent ones too")
    .addHelpText("after", example("umask 077; tiepdon spool export > cho-gui.jsonl"))
    .action(async (options) => (await import("../commands/spool.ts")).runSpoolExport(options));

  program
    .command("doctor")
    .description(
      "kiểm tra quầy và broker trên máy này | check the desk and the broker of this machine, with the fix for each fault",
    )
    .addOption(configOption())
    .addOption(dataDirOption())
    .addOption(jsonOption())
    .addHelpText("after", example("tiepdon doctor --config tiepdon.yaml"))
    .action(async (options) => (await import("../commands/doctor.ts")).runDoctor(options));
}
