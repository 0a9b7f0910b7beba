// Commands for what lies beyond one machine: an engine that takes the broker's place.
import { type Command, Option } from "commander";
import { defaultAuthorityDir } from "../default-paths.ts";
import { example } from "../options.ts";

export function clusterCommands(program: Command): void {
  const cluster = program.command("cluster").description("nhiều máy | beyond one machine");
  cluster
    .command("nats [description]")
    .description("tạo cấu hình cho cụm NATS JetStream từ một tệp mô tả | configuration of a NATS JetStream cluster")
    .option("--out <dir>", "mỗi máy một thư mục con | one directory for each node", "./nats")
    .addOption(
      new Option(
        "--authority-dir <dir>",
        "CA của cơ sở (tiepdon ca init) | the facility's authority, which issues the nodes' certificates",
      ).default(defaultAuthorityDir),
    )
    .option("--external-authority", "chứng thư do CA khác cấp | certificates come from another authority")
    .option("--example", "in tệp mô tả mẫu | print an example of a description")
    .addHelpText(
      "after",
      example("tiepdon cluster nats --example > nats.yaml\n  tiepdon cluster nats nats.yaml --out ./nats"),
    )
    .action(async (description, options) =>
      (await import("../commands/cluster-nats.ts")).runClusterNats(description, options),
    );
}
