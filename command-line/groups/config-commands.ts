// Commands of the configuration file.
import { type Command, Option } from "commander";
import { example } from "../options.ts";

export function configCommands(program: Command): void {
  const config = program.command("config").description("cấu hình | configuration");
  config
    .command("check <file>")
    .description("báo mọi lỗi cùng lúc, với số dòng | all faults at once, with lines")
    .addHelpText("after", example("tiepdon config check tiepdon.yaml"))
    .action(async (file) => (await import("../commands/config.ts")).runConfigCheck(file));
  config
    .command("print <file>")
    .description("cấu hình đã kiểm tra, kèm giá trị mặc định, dạng JSON | the checked file with its defaults, as JSON")
    .addOption(new Option("--part <part>", "chỉ một phần | one part").choices(["agent", "broker"]))
    .option("--desk", "quầy cùng hồ sơ đầu đọc | the desk with its readers' profiles")
    .addHelpText("after", example("tiepdon config print tiepdon.yaml --part agent"))
    .action(async (file, options) => (await import("../commands/config.ts")).runConfigPrint(file, options));
  config
    .command("schema")
    .description("JSON Schema của tệp | of the file")
    .addHelpText("after", example("tiepdon config schema > tiepdon.schema.json"))
    .action(async () => (await import("../commands/config.ts")).runConfigSchema());
  config
    .command("example")
    .description("ví dụ có chú thích | a commented example")
    .addHelpText("after", example("tiepdon config example > tiepdon.yaml"))
    .action(async () => (await import("../commands/config.ts")).runConfigExample());
}
