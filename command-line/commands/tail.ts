// tiepdon tail: subscribes like hospital software and shows each check-in, masked unless asked otherwise.
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { LinkError, type MqttLink, openMqttLink } from "../../agent/publisher/mqtt-link.ts";
import { facilityTopics } from "../../protocol/topics.ts";
import { CommandFailure, exitCodes } from "../../service/exit-codes.ts";
import { describeArrival } from "../describe-arrival.ts";
import { readSecret } from "../read-secret.ts";
import { stopAsked } from "../run-service.ts";
import { print, say, styled } from "../terminal.ts";

export interface TailOptions {
  readonly url: string;
  readonly username?: string;
  readonly passwordFile?: string;
  readonly credentials?: string;
  readonly facility: string;
  readonly count?: number;
  readonly reveal?: boolean;
  readonly json?: boolean;
}

interface Credentials {
  readonly url: string;
  readonly username: string | undefined;
  readonly password: string | undefined;
}

/** A broker that is there answers at once. */
const connectMsMax = 10_000;

/** Shows events until it is stopped or `count` have come. Throws `CommandFailure` (4) when the broker is away or says no. */
export async function runTail(options: TailOptions): Promise<void> {
  const { everyCheckInJson, everyRejectedJson } = facilityTopics(options.facility);
  let shown = 0;
  let finish: (error?: Error) => void = () => undefined;
  const finished = new Promise<void>((resolve, reject) => {
    finish = (error) => (error === undefined ? resolve() : reject(error));
  });
  const link = await connect(readCredentials(options), {
    onMessage: (topic, payload) => {
      show(topic, Buffer.from(payload).toString("utf8"), options);
      shown += 1;
      if (shown === options.count) finish();
    },
    onLost: (error) => finish(brokerFailure(error)),
  });
  const denied = await link.subscribe([everyCheckInJson, everyRejectedJson]);
  if (denied.length > 0) {
    await link.close();
    throw new CommandFailure(exitCodes.brokerRefused, `Không có quyền đọc | Not allowed to read: ${denied.join(", ")}`);
  }
  if (!options.json) say(`Đang chờ lượt tiếp đón | waiting for check-ins: ${everyCheckInJson}   (Ctrl-C)`);
  await Promise.race([finished, stopAsked()]);
  await link.close();
}

function show(topic: string, json: string, options: TailOptions): void {
  if (options.json && options.reveal) {
    print(json);
    return;
  }
  const { what, who } = describeArrival(json, options.reveal);
  const desk = topic.split("/")[3] ?? "?";
  print(options.json ? JSON.stringify({ desk, what, who }) : `${desk}  ${what}  ${who}`);
}

async function connect(credentials: Credentials, listener: Parameters<typeof openMqttLink>[1]): Promise<MqttLink> {
  const clientId = `tiepdon-tail-${randomBytes(4).toString("hex")}`;
  try {
    return await openMqttLink(
      { ...credentials, clientId, keepaliveSeconds: 30, will: undefined },
      listener,
      AbortSignal.timeout(connectMsMax),
    );
  } catch (error) {
    throw brokerFailure(error);
  }
}

/** One sentence for what the broker, or the way to it, said. */
function brokerFailure(error: unknown): CommandFailure {
  const words =
    error instanceof LinkError && error.code === "denied"
      ? "Broker từ chối: sai tên hoặc mật khẩu | The broker refuses: wrong user name or password"
      : "Không kết nối được broker | The broker can't be reached";
  return new CommandFailure(
    exitCodes.brokerRefused,
    `${words} (${error instanceof Error ? error.message : String(error)})`,
  );
}

function readCredentials(options: TailOptions): Credentials {
  if (options.credentials === undefined) {
    const password = options.passwordFile === undefined ? undefined : readSecret(options.passwordFile);
    return { url: options.url, username: options.username, password };
  }
  try {
    const { url, username, password } = JSON.parse(readFileSync(options.credentials, "utf8"));
    return { url, username, password };
  } catch {
    throw new CommandFailure(
      exitCodes.wrongUsage,
      `Không đọc được ${options.credentials} | ${options.credentials} can't be read\n    → ${styled("bold", '{"url","username","password"}')}`,
    );
  }
}
