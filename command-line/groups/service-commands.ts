// Commands that run the product as a service: everything together, or one desk.
import { type Command, Option } from "commander";
import { defaultDataDir } from "../default-paths.ts";
import { configOption, dataDirOption, example, portNumber } from "../options.ts";

export function serviceCommands(program: Command): void {
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
    .action(async (options) => (await import("../commands/up.ts")).runUp(options));

  program
    .command("agent")
    .description("dịch vụ của một quầy | the service of one desk")
    .addOption(configOption())
    .addOption(dataDirOption())
    .addHelpText("after", example("tiepdon agent --config tiepdon.yaml --data-dir ./data"))
    .action(async (options) => (await import("../commands/agent.ts")).runAgent(options));
}
