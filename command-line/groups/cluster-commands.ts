// Commands for what lies beyond one machine: an engine that takes the broker's place.
import { type Command, Option } from "commander";
import { standardAssumptions } from "../../cluster/province.ts";
import { defaultAuthorityDir } from "../default-paths.ts";
import { example, jsonOption, positiveAmount, shareNumber } from "../options.ts";

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
  cluster
    .command("mosquitto <description>")
    .description(
      "cấu hình và quyền cho Mosquitto thay broker | configuration and rights of a Mosquitto in the broker's place",
    )
    .option("--out <dir>", "nơi ghi | where the files go", "./mosquitto")
    .addHelpText("after", example("tiepdon cluster mosquitto mosquitto.yaml --out ./mosquitto"))
    .action(async (description, options) =>
      (await import("../commands/cluster-mosquitto.ts")).runClusterMosquitto(description, options),
    );
  cluster
    .command("bridge <description>")
    .description(
      "cầu nối: Mosquitto của tỉnh lấy lượt đến từ các cơ sở | bridges of a province's Mosquitto to its facilities",
    )
    .addHelpText("after", example("tiepdon cluster bridge bridges.yaml > /etc/mosquitto/conf.d/tiepdon-bridges.conf"))
    .action(async (description) => (await import("../commands/cluster-mosquitto.ts")).runClusterBridge(description));
  const standard = standardAssumptions;
  const number = (flags: string, words: string, value: number) =>
    new Option(flags, words).argParser(positiveAmount).default(value);
  cluster
    .command("plan")
    .description(
      "tính cho một tỉnh: kết nối, mạng, đĩa, sự cố | the arithmetic of a province: connections, network, disk, outages",
    )
    .addOption(number("--facilities <n>", "số cơ sở | facilities", standard.facilities))
    .addOption(number("--desks <n>", "số quầy | desks, all together", standard.desks))
    .addOption(number("--check-ins-per-day <n>", "lượt mỗi ngày | check-ins a day", standard.checkInsPerDay))
    .addOption(
      new Option("--busiest-hour-share <share>", "tỷ lệ của giờ đông nhất, 0–1 | share of the busiest hour")
        .argParser(shareNumber)
        .default(standard.busiestHourShare),
    )
    .addOption(
      number(
        "--minute-factor <n>",
        "phút đông nhất so với giờ ấy | busiest minute over that hour",
        standard.minuteFactor,
      ),
    )
    .addOption(
      new Option("--format <format>", "dạng sự kiện | of the events").choices(["json", "pb"]).default(standard.format),
    )
    .addOption(number("--nodes <n>", "số máy ở trung tâm | servers of the centre", standard.nodes))
    .addOption(number("--replicas <n>", "số bản | copies", standard.replicas))
    .addOption(
      number("--keep-days <n>", "giữ ở trung tâm khi chưa ai lấy | days that the centre keeps", standard.keepDays),
    )
    .addOption(number("--outage-hours <n>", "sự cố kéo dài | length of an outage", standard.outageHours))
    .addOption(number("--link-kbps <n>", "đường truyền của cơ sở | a facility's line", standard.linkKbps))
    .addOption(number("--round-trip-ms <n>", "độ trễ khứ hồi | round trip", standard.roundTripMs))
    .addOption(
      number(
        "--centre-rate <n>",
        "tin mỗi giây trung tâm ghi được | messages a second that the centre keeps",
        standard.centreRate,
      ),
    )
    .addOption(jsonOption())
    .addHelpText("after", example("tiepdon cluster plan --facilities 500 --desks 20000 --check-ins-per-day 1000000"))
    .action(async ({ json, ...given }) =>
      (await import("../commands/cluster-plan.ts")).runClusterPlan(given, json === true),
    );
}
