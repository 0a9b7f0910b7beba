// tiepdon up: broker and agent in one process, the one place that joins them; --demo adds a simulated reader.
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { agentParts, type RunningAgent, startAgent } from "../../agent/agent.ts";
import { type AgentConfig, agentConfigSchema } from "../../agent/config.ts";
import { openMqttLink } from "../../agent/publisher/mqtt-link.ts";
import { addUser, type NewUser, removeUser } from "../../broker/access/users-file.ts";
import { type RunningBroker, startBroker } from "../../broker/broker.ts";
import { type BrokerConfig, brokerConfigSchema } from "../../broker/config.ts";
import { vietnamDate } from "../../protocol/check-in/vietnam-time.ts";
import type { Log } from "../../protocol/host.ts";
import { facilityTopics } from "../../protocol/topics.ts";
import { systemClock } from "../../service/clock.ts";
import { CommandFailure, exitCodes } from "../../service/exit-codes.ts";
import { keepBuffersFew } from "../../service/external-memory.ts";
import { openLog } from "../../service/log.ts";
import { systemRandom } from "../../service/random.ts";
import { keepYoungGenerationSmall } from "../../service/small-young-generation.ts";
import { defaultReaderOptions } from "../../simulators/reader.ts";
import { runReaderSimulation } from "../../simulators/reader-simulation.ts";
import { brokerStartFailure, storeFileName, usersFileOf } from "../broker-files.ts";
import { partOf, readConfig } from "../config-schema.ts";
import { defaultDataDir } from "../default-paths.ts";
import { describeArrival } from "../describe-arrival.ts";
import { modelsFrom } from "../models-from.ts";
import { ownDataDir } from "../own-data-dir.ts";
import { modelFiles } from "../reader-models.ts";
import { runService, type Service } from "../run-service.ts";
import { print, say, styled } from "../terminal.ts";
import { version } from "../version.ts";

export interface UpOptions {
  readonly demo?: boolean;
  readonly mqttPort?: number;
  readonly dataDir?: string;
  readonly config: string;
}

interface Plan {
  readonly dataDir: string;
  readonly broker: BrokerConfig;
  /** The desk, once the broker listens at `url`. */
  readonly agentAt: (url: string) => AgentConfig;
  /** Where faults of the configuration are, for messages. */
  readonly configFile: string;
  readonly log: Log;
}

/** Runs until it is told to stop. Throws `CommandFailure`. */
export async function runUp(options: UpOptions): Promise<void> {
  keepYoungGenerationSmall();
  keepBuffersFew();
  if (options.demo) await runDemo(options);
  else await runBoth(options);
}

async function runBoth(options: UpOptions): Promise<void> {
  const config = readConfig(options.config);
  const agent = partOf(config, "agent", options.config);
  const broker = partOf(config, "broker", options.config);
  if (!broker.plain) throw new CommandFailure(exitCodes.wrongUsage, plainNeeded);
  const plan: Plan = {
    dataDir: options.dataDir ?? defaultDataDir,
    broker: withPort(broker, options.mqttPort),
    agentAt: (url) => ({ ...agent, mqtt: { ...agent.mqtt, url } }),
    configFile: options.config,
    log: openLog({ level: agent.log.level, service: "up" }),
  };
  await runPlan(plan, () => Promise.resolve({ stop: () => Promise.resolve() }));
}

const plainNeeded =
  "`tiepdon up` cần broker.plain: true (quầy trong cùng tiến trình dùng cổng này) | `tiepdon up` needs broker.plain: true: its own desk uses that port";

/** Two scans a second: slow enough to read, quick enough to see. */
const demoScansPerSecond = 2;
const demoFacility = "99999";

async function runDemo(options: UpOptions): Promise<void> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), "tiepdon-demo-"));
  const stop = new AbortController();
  const reader = await startDemoReader(stop.signal);
  const agentAt = (url: string) =>
    agentConfigSchema.parse({
      facility: demoFacility,
      desk: "quay-01",
      readers: [{ id: "qr-demo", tcp: reader.address }],
      mqtt: { url },
      publish: { formats: ["json", "pb"] },
    });
  const broker = withPort(brokerConfigSchema.parse({}), options.mqttPort);
  const log = openLog({ level: "warn", service: "up" });
  await runPlan({ dataDir, broker, agentAt, configFile: "--demo", log }, (url) =>
    showArrivals(url, dataDir, usersFileOf(broker, dataDir)),
  );
  stop.abort();
  await reader.ended;
  if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
}

/** Starts the broker, then the desk, then what else belongs to the plan; ends them the other way round. */
async function runPlan(plan: Plan, startMore: (url: string) => Promise<{ stop(): Promise<void> }>): Promise<void> {
  const { dataDir, log } = plan;
  const unlock = ownDataDir(dataDir, "up");
  const clock = systemClock();
  const usersFile = usersFileOf(plan.broker, dataDir);
  await runService({
    log,
    parts: agentParts,
    start: async (alive): Promise<Service> => {
      const failed = (error: unknown): never => {
        throw brokerStartFailure(error, plan.broker);
      };
      const account = await makeDeskAccount(plan, usersFile).catch(failed);
      const storePath = join(dataDir, storeFileName);
      const broker: RunningBroker = await startBroker({ config: plan.broker, storePath, clock, log, version }).catch(
        failed,
      );
      const url = `mqtt://127.0.0.1:${broker.address.port}`;
      const more = await startMore(url);
      const agent = await startDesk(plan, url, account, clock, alive);
      return {
        status: () => agent.status(),
        stop: async () => {
          await agent.stop();
          await more.stop();
          await broker.close();
        },
      };
    },
  });
  unlock();
}

interface Account {
  readonly username: string;
  readonly password: string;
}

/** The desk's account lives as long as this process: broker and agent are one, so no password is kept anywhere. */
async function makeDeskAccount({ agentAt }: Plan, usersFile: string): Promise<Account> {
  const { facility, desk } = agentAt(anyUrl);
  const username = `${facility}-${desk}`;
  const password = newPassword();
  await replaceUser(usersFile, { user: username, role: "desk", facility, desk }, password);
  return { username, password };
}

/** Where the broker will listen does not change who the desk is. */
const anyUrl = "mqtt://127.0.0.1";

async function startDesk(
  plan: Plan,
  url: string,
  { username, password }: Account,
  clock: ReturnType<typeof systemClock>,
  onProgress: (part: string) => void,
): Promise<RunningAgent> {
  const config = plan.agentAt(url);
  return startAgent({
    config: { ...config, mqtt: { ...config.mqtt, username } },
    models: modelsFrom(modelFiles(config, plan.configFile)),
    ...{ dataDir: plan.dataDir, password, version, clock, random: systemRandom(), log: plan.log, onProgress },
  });
}

/** Subscribes like hospital software, prints what comes, and says how anybody can do the same. */
async function showArrivals(url: string, dataDir: string, usersFile: string): Promise<{ stop(): Promise<void> }> {
  const username = "demo-his";
  const password = newPassword();
  await replaceUser(usersFile, { user: username, role: "his" }, password);
  const credentials = join(dataDir, "credentials.json");
  writeFileSync(credentials, `${JSON.stringify({ url, username, password })}\n`, { mode: 0o600 });
  const topic = facilityTopics(demoFacility).everyCheckInJson;
  const { port } = new URL(url);
  say(styled("bold", "Tiepdon: thử nghiệm với người bệnh hư cấu | demo with invented patients"));
  say(`Nhận lượt đến như phần mềm bệnh viện | subscribe like hospital software:

  mosquitto_sub -h 127.0.0.1 -p ${port} -u ${username} -P ${password} -q 1 -t '${topic}'

hoặc | or:  tiepdon tail --credentials ${credentials}
Dừng | stop: Ctrl-C
`);
  const link = await openMqttLink(
    { url, username, password, clientId: "demo-his-screen", keepaliveSeconds: 30, will: undefined },
    {
      onMessage: (_topic, payload) => {
        const { what, who } = describeArrival(Buffer.from(payload).toString("utf8"));
        print(`${what}  ${who}`);
      },
      onLost: () => undefined, // only when everything ends
    },
    AbortSignal.timeout(10_000),
  );
  await link.subscribe([topic]);
  return { stop: () => link.close() };
}

async function startDemoReader(signal: AbortSignal) {
  let ended: Promise<unknown> = Promise.resolve();
  const place = await new Promise<string>((resolve, reject) => {
    ended = runReaderSimulation(
      {
        reader: { ...defaultReaderOptions, scansPerSecond: demoScansPerSecond, chunking: "random" },
        medium: { kind: "tcp-listen", host: "127.0.0.1", port: 0 },
        payloads: { kind: "patients", mix: "valid", today: vietnamDate(Date.now()) },
        clock: systemClock(),
        onReady: resolve,
      },
      signal,
    );
    ended.catch(reject);
  });
  const [host = "", port] = place.split(":");
  return { address: { host, port: Number(port) }, ended };
}

function withPort(config: BrokerConfig, port: number | undefined): BrokerConfig {
  return port === undefined ? config : { ...config, port };
}

/** An account of this start: one of an earlier start, with a password that nobody has any more, gives way. */
async function replaceUser(usersFile: string, user: NewUser, password: string): Promise<void> {
  await removeUser(usersFile, user.user).catch(() => undefined);
  await addUser(usersFile, user, password);
}

function newPassword(): string {
  return randomBytes(18).toString("base64url");
}
