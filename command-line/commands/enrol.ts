// tiepdon enrol: fetches this desk's certificate from its broker with a one-time token.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { privateMode, publicMode } from "../../broker/authority/authority.ts";
import { enrol } from "../../broker/authority/enrol.ts";
import type { EnrolmentRefusal } from "../../broker/authority/enrolment-line.ts";
import { readToken } from "../../broker/authority/token.ts";
import { CommandFailure, exitCodes } from "../../service/exit-codes.ts";
import { replaceFile } from "../../store/durable-file.ts";
import { print, say } from "../terminal.ts";

const refusals: Readonly<Record<EnrolmentRefusal, string>> = {
  "token-unknown": "Mã không có trong CA này | The authority does not know this token",
  "token-used":
    "Mã đã được dùng; nếu không phải bạn, báo ngay cho CNTT | The token was used before; if not by you, tell IT now",
  "token-expired": "Mã đã hết hạn | The token has run out",
  "request-invalid": "Broker không nhận yêu cầu | The broker does not take the request",
  busy: "Broker đang bận, thử lại sau một phút | The broker is busy, try again in a minute",
  failed: "Broker không cấp được, xem nhật ký của nó | The broker could not issue it, see its log",
};

/** Writes key, certificate and authority; what was there before stays until all three are here. Throws `CommandFailure`. */
export async function runEnrol(text: string, options: { out: string }): Promise<void> {
  const token = readToken(text);
  if (token === undefined)
    throw new CommandFailure(exitCodes.wrongUsage, "Không phải mã ghi danh | This is no enrolment token");
  const place = `${token.host}:${token.port}`;
  const enrolment = await enrol(token);
  switch (enrolment.kind) {
    case "refused":
      throw new CommandFailure(exitCodes.brokerRefused, refusals[enrolment.why]);
    case "wrong-server":
      throw new CommandFailure(
        exitCodes.brokerRefused,
        `${place} không phải broker ghi trong mã; mã chưa bị gửi đi | is not the broker that the token names; nothing was sent`,
      );
    case "unreachable":
      throw new CommandFailure(
        exitCodes.brokerRefused,
        `${place}: không kết nối được | no connection (${enrolment.why})`,
      );
    case "enrolled":
      break;
  }
  const files = {
    keyFile: join(options.out, "desk.key"),
    certFile: join(options.out, "desk.pem"),
    caFile: join(options.out, "ca.pem"),
  };
  try {
    mkdirSync(options.out, { recursive: true, mode: 0o750 });
    await replaceFile(files.keyFile, enrolment.key, privateMode);
    await replaceFile(files.certFile, enrolment.certificate, publicMode);
    await replaceFile(files.caFile, enrolment.authority, publicMode);
  } catch (error) {
    throw new CommandFailure(
      exitCodes.diskTrouble,
      `Không ghi được | can't be written: ${options.out} (${String(error)})`,
      { cause: error },
    );
  }
  say("Đã ghi danh; thêm vào agent.mqtt | enrolled; put this into agent.mqtt:");
  for (const [setting, path] of Object.entries(files)) print(`${setting}: ${path}`);
}
