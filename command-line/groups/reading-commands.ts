// Commands that show what documents, reader bytes and the facility's check-ins say.
import { type Command, Option } from "commander";
import { example, jsonOption, positiveNumber } from "../options.ts";

export function readingCommands(program: Command): void {
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
    .action(async (options) => (await import("../commands/decode.ts")).runDecode(options));

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
    .action(async (options) => (await import("../commands/frames.ts")).runFrames(options));

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
    .action(async (options) => (await import("../commands/tail.ts")).runTail(options));
}
