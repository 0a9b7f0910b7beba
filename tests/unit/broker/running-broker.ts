// A broker on a free port with its own directory, and real clients for it; for the tests of the broker.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import mqtt, { type IClientOptions, type MqttClient } from "mqtt";
import { addUser, type NewUser } from "../../../broker/access/users-file.ts";
import { type RunningBroker, startBroker } from "../../../broker/broker.ts";
import { brokerConfigSchema } from "../../../broker/config.ts";

export const password = "only-for-tests-1";

/** Users that most tests need: two desks, the hospital's software, IT. */
export const testUsers: readonly NewUser[] = [
  { user: "desk1", role: "desk", facility: "38xxx", desk: "quay-01" },
  { user: "desk2", role: "desk", facility: "38xxx", desk: "quay-02" },
  { user: "his", role: "his", facility: "38xxx" },
  { user: "his2", role: "his", facility: "38xxx" },
  { user: "it", role: "it", facility: "38xxx" },
];

export interface LogLine {
  readonly level: string;
  readonly sentence: string;
  readonly facts: object;
}

export interface TestBroker {
  readonly directory: string;
  readonly port: number;
  readonly tlsPort: number | undefined;
  readonly observationPort: number | undefined;
  readonly lines: readonly LogLine[];
  counts(): ReturnType<RunningBroker["counts"]>;
  tlsFacts(): ReturnType<RunningBroker["tlsFacts"]>;
  auditFacts(): ReturnType<RunningBroker["auditFacts"]>;
  close(): Promise<void>;
}

/** Without users the broker is open to everyone. Give `directory` to start on what another one left, `ahead` (milliseconds) to start later. */
export async function runBroker(
  options: { users?: readonly NewUser[]; directory?: string; config?: object; ahead?: number } = {},
): Promise<TestBroker> {
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), "broker-"));
  const isFirst = options.directory === undefined;
  if (isFirst && options.users !== undefined) await writeUsers(join(directory, "users.json"), options.users);
  const lines: LogLine[] = [];
  const note = (level: string) => (facts: object, sentence: string) => lines.push({ level, facts, sentence });
  const ahead = options.ahead ?? 0;
  const broker = await startBroker({
    config: brokerConfigSchema.parse({
      port: 0,
      openTo: options.users === undefined ? "everyone" : "users",
      ...options.config,
    }),
    storePath: join(directory, "broker.sqlite"),
    log: { debug: note("debug"), info: note("info"), warn: note("warn"), error: note("error") },
    clock: { now: () => Date.now() + ahead, monotonic: () => performance.now(), isSynced: () => true },
  });
  return {
    directory,
    port: broker.address.port,
    tlsPort: broker.tlsAddress?.port,
    observationPort: broker.observationAddress?.port,
    lines,
    counts: () => broker.counts(),
    tlsFacts: () => broker.tlsFacts(),
    auditFacts: () => broker.auditFacts(),
    close: () => broker.close(),
  };
}

/** Files of users made before: hashing a password is slow on purpose. */
const usersFiles = new Map<readonly NewUser[], string>();

async function writeUsers(path: string, users: readonly NewUser[]): Promise<void> {
  const known = usersFiles.get(users);
  if (users.length === 0) return;
  if (known !== undefined) return writeFileSync(path, known);
  for (const user of users) await addUser(path, user, password);
  usersFiles.set(users, readFileSync(path, "utf8"));
}

export function removeDirectory(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
}

export interface Received {
  readonly topic: string;
  readonly text: string;
  readonly qos: number;
  readonly retain: boolean;
  readonly dup: boolean;
}

export interface TestClient {
  readonly mqtt: MqttClient;
  readonly received: Received[];
  readonly isSessionPresent: boolean;
  /** Resolves when that many messages are here; rejects after ten seconds. */
  waitFor(count: number): Promise<readonly Received[]>;
}

/** Connects once, without reconnecting. Rejects with what the broker answered. */
export function connect(port: number, options: IClientOptions = {}): Promise<TestClient> {
  const received: Received[] = [];
  const client = mqtt.connect(`mqtt://127.0.0.1:${port}`, {
    reconnectPeriod: 0,
    ...(options.username !== undefined && { password }),
    ...options,
  });
  client.on("message", (topic, payload, { qos, retain, dup }) => {
    received.push({ topic, text: payload.toString(), qos, retain, dup });
  });
  return new Promise((resolve, reject) => {
    client.once("error", reject);
    client.once("close", () => reject(new Error("closed before CONNACK")));
    client.once("connect", ({ sessionPresent }) => {
      client.removeAllListeners("error").on("error", () => {});
      const waitFor = (count: number) =>
        until(
          () => received.length >= count,
          () => received,
        );
      resolve({ mqtt: client, received, isSessionPresent: sessionPresent, waitFor });
    });
  });
}

/** Ends a client's connection as it does when the network fails: without DISCONNECT. */
export async function cut(client: TestClient): Promise<void> {
  const closed = new Promise<void>((resolve) => client.mqtt.once("close", resolve));
  client.mqtt.stream.destroy();
  await closed;
}

/** Milliseconds after which a wait has failed. */
const patienceMs = 10_000;

export async function until<T>(isTrue: () => boolean, answer: () => T): Promise<T> {
  const end = performance.now() + patienceMs;
  while (!isTrue()) {
    if (performance.now() > end) throw new Error(`waited in vain: ${JSON.stringify(answer())?.slice(0, 2_000)}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return answer();
}
