// The bench around one contestant: a pseudo-terminal to scan into, a broker, and a subscriber that takes the times.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect as connectTcp, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connectAsync, type MqttClient } from "mqtt";

/** A program that reads scans from `device` and publishes to `url`; `folder` is its own. */
export interface Contestant {
  readonly name: string;
  readonly command: (at: { device: string; url: string; folder: string }) => {
    args: readonly string[];
    env?: Readonly<Record<string, string>>;
  };
}

/** A scan whose old number is `index`, so that its event can be told apart; everything else is one invented person. */
export function scanOf(index: number): string {
  const oldNumber = String(100_000_000 + index);
  return `001090999901|${oldNumber}|Nguyễn Văn Mẫu|15031990|Nam|Số 1, Thôn Mẫu, Xã Ví Dụ, Huyện Thử, Hà Nội|20052021\r`;
}

export class Rig {
  readonly #children: ChildProcess[] = [];
  readonly #folder = mkdtempSync(join(tmpdir(), "tiepdon-bench-"));
  /** Arrival times by index, milliseconds of `performance.now()`. */
  readonly arrivedAt = new Map<number, number>();
  #line: ChildProcess | undefined;
  #client: MqttClient | undefined;
  #url = "";

  /** Starts mosquitto: the same neutral broker for everybody, nothing stored, nothing delayed. */
  async start(): Promise<void> {
    const port = await freePort();
    const file = join(this.#folder, "mosquitto.conf");
    writeFileSync(
      file,
      `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\nset_tcp_nodelay true\nmax_queued_messages 0\n`,
    );
    this.#run("mosquitto", ["-c", file]);
    await answering(port);
    this.#url = `mqtt://127.0.0.1:${port}`;
    const client = await connectAsync(this.#url);
    this.#client = client;
    await client.subscribeAsync("tiepdon/v1/+/+/checkin/json");
    client.on("message", (_topic, payload) => {
      const now = performance.now();
      const index = Number(/"oldNumber":"(\d+)"/.exec(payload.toString("latin1"))?.[1]) - 100_000_000;
      if (!this.arrivedAt.has(index)) this.arrivedAt.set(index, now);
    });
  }

  /** Plugs a reader in and starts the contestant; answers its process. */
  async enter(contestant: Contestant): Promise<ChildProcess> {
    const folder = mkdtempSync(join(this.#folder, "run-"));
    const device = join(folder, "reader");
    this.#line = this.#run("socat", ["-", `pty,raw,echo=0,link=${device}`], "pipe");
    await waitFor(() => tryRead(device));
    const { args, env } = contestant.command({ device, url: this.#url, folder });
    return this.#run(process.execPath, args, "ignore", env);
  }

  /** Writes scans into the reader's line; resolves when the line has taken them. */
  async scan(text: string): Promise<void> {
    const input = this.#line?.stdin;
    if (input && !input.write(text)) await once(input, "drain");
  }

  /** Resolves when the event of this index has arrived; scans it again and again until then when `isImpatient`. */
  async arrival(index: number, isImpatient = false): Promise<void> {
    while (!this.arrivedAt.has(index)) {
      if (isImpatient) await this.scan(scanOf(index));
      await sleep(isImpatient ? 10 : 2);
    }
  }

  /** Ends the contestant and unplugs the reader. */
  async leave(contestant: ChildProcess): Promise<void> {
    this.arrivedAt.clear();
    for (const child of [contestant, this.#line]) {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) continue;
      child.kill("SIGTERM");
      await once(child, "exit");
    }
  }

  async stop(): Promise<void> {
    await this.#client?.endAsync(true);
    for (const child of this.#children) child.kill("SIGKILL");
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #run(program: string, args: readonly string[], stdin: "ignore" | "pipe" = "ignore", env: object = {}): ChildProcess {
    const child = spawn(program, args, { stdio: [stdin, "ignore", "ignore"], env: { ...process.env, ...env } });
    this.#children.push(child);
    return child;
  }
}

/** Resident memory of a process in MiB, as Linux counts it. */
export function residentMiB(pid: number): number {
  const kibibytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kibibytes) / 1_024;
}

/** Processor seconds that a process has used (user and system, all threads). */
export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  const ticksPerSecond = 100;
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** Resolves when something listens on the port. */
export async function answering(port: number): Promise<void> {
  await waitFor(async () => {
    const socket = connectTcp(port, "127.0.0.1");
    try {
      await once(socket, "connect");
      return true;
    } catch {
      return false;
    } finally {
      socket.destroy();
    }
  });
}

function tryRead(path: string): Promise<boolean> {
  return import("node:fs/promises").then(({ access }) =>
    access(path).then(
      () => true,
      () => false,
    ),
  );
}

async function waitFor(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(10);
}
