// Commands of the signed list of certified readers.
import { type Command, Option } from "commander";
import { configOption, dataDirOption, example, jsonOption } from "../options.ts";

export function registryCommands(program: Command): void {
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
    .action(async (file, options) => (await import("../commands/registry.ts")).runRegistryVerify(file, options));
  registry
    .command("show [file]")
    .description("xem danh sách, mặc định là bản quầy đang dùng | show a list, by default the one that the desk uses")
    .addOption(keyOption())
    .addOption(configOption())
    .addOption(dataDirOption())
    .addOption(jsonOption())
    .addHelpText("after", example("tiepdon registry show registry.jws"))
    .action(async (file, options) => (await import("../commands/registry.ts")).runRegistryShow(file, options));
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
    .action(async (input, options) => (await import("../commands/registry.ts")).runRegistrySign(input, options));
  registry
    .command("keygen")
    .description("tạo cặp khóa Ed25519 | make an Ed25519 key pair")
    .requiredOption("--kid <id>", "tên khóa | name of the key")
    .option("--out <dir>", "thư mục của hai tệp | directory of the two files", ".")
    .addHelpText("after", example("tiepdon registry keygen --kid reg-2026a --out ./keys"))
    .action(async (options) => (await import("../commands/registry.ts")).runRegistryKeygen(options));
}
