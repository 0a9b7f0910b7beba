// A store with a million queued messages: how long the broker takes to be back after kill -9, and what it needs for it.
// Run by itself, after `npm run build`: npx tsx tests/endurance/million-queued.ts [messages] [drained]
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect as openSocket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import mqtt from "mqtt";
import { openBrokerStore } from "../../broker/store/broker-store.ts";
import { freePort } from "../fixtures/free-port.ts";

const [messages = 1_000_000, drained = 100_000] = process.argv.slice(2).map(Number);
const product = fileURLToPath(new URL("../../dist/tiepdon.cjs", import.meta.url));
const payloadBytes = 2_048;
/** Steps of one commit while the store is filled. */
const portion = 500;
const clientId = "absent";
const topic = "tiepdon/v1/38xxx/quay-01/checkin/json";

const directory = mkdtempSync(join(tmpdir(), "million-"));
const storePath = join(directory, "broker.db");
const configPath = join(directory, "tiepdon.yaml");
const port = await freePort();
const began = performance.now();
const seconds = (from: number) => Math.round((performance.now() - from) / 10) / 100;

try {
  const filled = performance.now();
  await fill();
  console.log(`filled with ${messages} messages in ${seconds(filled)} s, ${megabytes(statSync(storePath).size)} MB`);
  writeFileSync(
    configPath,
    `broker:\n  port: ${port}\n  openTo: everyone\n  limits: { inFlightMax: 100, queuedMessagesMax: 10000000, queuedBytesMax: 1099511627776 }\n`,
  );
  let broker = await start("after an orderly end");
  const loaded = await publishUntilKilled(broker);
  console.log(
    `killed -9 under load; ${megabytes(statSync(`${storePath}-wal`).size)} MB of log left, ${loaded} more messages acknowledged`,
  );
  execFileSync("dd", [`if=${storePath}`, "iflag=nocache", "count=0", "status=none"]); // out of the page cache: a cold start
  broker = await start("after kill -9");
  await drain(broker);
  broker.child.kill("SIGKILL");
  await broker.exited;
  console.log(`all in ${seconds(began)} s`);
} finally {
  rmSync(directory, { recursive: true });
}

/** Through the store's own code, as the router keeps a message. */
async function fill(): Promise<void> {
  const store = openBrokerStore(storePath, Date.now());
  await store.commit.run(() => {
    store.sessions.create(1, clientId, "");
    store.sessions.subscribe(1, "tiepdon/#", 1);
  });
  for (let kept = 0; kept < messages; kept += portion) {
    const last = Array.from({ length: Math.min(portion, messages - kept) }, (_, index) =>
      store.commit.run(() => {
        const payload = Buffer.alloc(payloadBytes, `${kept + index} `);
        const options = { retain: false, keptAt: Date.now() };
        store.queue.keep(store.queue.newId(), { topic, payload, qos: 1 }, [{ session: 1, qos: 1 }], options);
      }),
    );
    await Promise.all(last);
  }
  store.close();
}

async function start(when: string) {
  const from = performance.now();
  const child = spawn(process.execPath, [product, "broker", "--config", configPath, "--data-dir", directory], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const exited = once(child, "exit");
  while (!(await isListening())) {
    if (child.exitCode !== null) throw new Error("the broker did not start");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  console.log(`${when}: listens after ${seconds(from)} s, ${memory(child.pid)}`);
  return { child, exited };
}
type Broker = Awaited<ReturnType<typeof start>>;

async function isListening(): Promise<boolean> {
  const socket = openSocket(port, "127.0.0.1");
  const isOpen = await Promise.race([
    once(socket, "connect").then(() => true),
    once(socket, "error").then(() => false),
  ]).catch(() => false);
  socket.destroy();
  return isOpen;
}

async function publishUntilKilled({ child, exited }: Broker): Promise<number> {
  const publisher = mqtt.connect({ port, host: "127.0.0.1", reconnectPeriod: 0 }).on("error", () => {});
  await new Promise((resolve) => publisher.once("connect", resolve));
  let acknowledged = 0;
  for (let n = 0; n < 2_000; n += 1) {
    publisher.publish(topic, Buffer.alloc(payloadBytes, "x"), { qos: 1 }, (error) => {
      if (error) return;
      acknowledged += 1;
      if (acknowledged === 1_000) child.kill("SIGKILL");
    });
  }
  await exited;
  publisher.end(true);
  return acknowledged;
}

async function drain({ child }: Broker): Promise<void> {
  const from = performance.now();
  let received = 0;
  const subscriber = mqtt.connect({ port, host: "127.0.0.1", clientId, clean: false, reconnectPeriod: 0 });
  subscriber.on("message", () => {
    received += 1;
  });
  while (received < Math.min(drained, messages)) {
    if (performance.now() - from > 600_000) throw new Error(`drained ${received} only`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  console.log(
    `drained ${received} in ${seconds(from)} s (${Math.round(received / seconds(from))} a second), ${memory(child.pid)}`,
  );
  subscriber.end(true);
}

/** Resident memory now and at most, of Linux' own account. */
function memory(pid = 0): string {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const [now, most] = ["VmRSS", "VmHWM"].map((name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0));
  return `${Math.round((now ?? 0) / 1_024)} MB resident, ${Math.round((most ?? 0) / 1_024)} MB at most`;
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1_048_576);
}
