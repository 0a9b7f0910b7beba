// nats-servers on loopback, configured by `tiepdon cluster nats`: made, started, killed and started again.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import mqtt, { type IClientOptions, type MqttClient } from "mqtt";
import { Authority, newRequest } from "../../broker/authority/authority.ts";
import { freePort } from "../fixtures/free-port.ts";

const product = fileURLToPath(new URL("../../dist/tiepdon.cjs", import.meta.url));

export interface NatsSettings {
  readonly servers: 1 | 3;
  readonly facilities: readonly { readonly facility: string; readonly desks: number | readonly string[] }[];
  readonly users: readonly { readonly name: string; readonly role: string; readonly facility?: string | undefined }[];
  /** Further settings of the description. */
  readonly more?: object;
  /** Users beyond what the product would let in, as text of users.conf: a test's own witness. */
  readonly furtherUsers?: string;
}

export interface CertificateFiles {
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
}

/** How long a server may take until it serves MQTT clients; the machine may be busy. */
const readyMsMax = 300_000;

export class NatsServers {
  readonly urls: readonly string[];
  readonly ports: readonly { readonly mqtt: number; readonly client: number; readonly monitor: number }[];
  readonly directory: string;
  readonly #authority: Authority;
  readonly #running = new Map<number, ChildProcess>();

  private constructor(directory: string, authority: Authority, ports: NatsServers["ports"]) {
    this.directory = directory;
    this.#authority = authority;
    this.ports = ports;
    this.urls = ports.map((port) => `mqtts://127.0.0.1:${port.mqtt}`);
  }

  /** Writes everything as a person would: an authority, a description, and the command. Nothing runs yet. */
  static async make(directory: string, settings: NatsSettings): Promise<NatsServers> {
    const authority = await Authority.create(join(directory, "ca"), "Benh vien thu nghiem CA");
    const indices = Array.from({ length: settings.servers }, (_, index) => index);
    const ports = await Promise.all(
      indices.map(async () => ({
        mqtt: await freePort(),
        route: await freePort(),
        client: await freePort(),
        monitor: await freePort(),
      })),
    );
    const nodes = ports.map((port, index) => ({
      ...{ name: `n${index + 1}`, host: "127.0.0.1", mqttPort: port.mqtt, routePort: port.route },
      ...{ clientPort: port.client, monitorPort: port.monitor },
      directory: join(directory, "nats", `n${index + 1}`),
      dataDirectory: join(directory, "streams", `n${index + 1}`),
    }));
    const { facilities, users, more } = settings;
    const description = join(directory, "nats.yaml");
    writeFileSync(description, JSON.stringify({ natsVersion: installedVersion(), nodes, facilities, users, ...more }));
    const words = ["cluster", "nats", description, "--out", join(directory, "nats")];
    execFileSync(process.execPath, [product, ...words, "--authority-dir", join(directory, "ca")], { stdio: "pipe" });
    for (const node of nodes) {
      const file = join(node.directory, "users.conf");
      const text = readFileSync(file, "utf8");
      writeFileSync(
        file,
        text.replace("    users: [\n", (start) => `${start}${settings.furtherUsers ?? ""}`),
      );
    }
    return new NatsServers(directory, authority, ports);
  }

  /** Resolves when every one of them serves. */
  async startAll(): Promise<void> {
    for (const index of this.ports.keys()) this.#spawn(index);
    await Promise.all([...this.ports.keys()].map((index) => this.untilReady(index)));
  }

  /** Starts one again; `untilReady` tells when it serves. */
  start(index: number): void {
    this.#spawn(index);
  }

  /** Kills one (-9) and resolves when it is gone. */
  async kill(index: number): Promise<void> {
    const child = this.#running.get(index);
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#running.keys()].map((index) => this.kill(index)));
    this.#authority.close();
  }

  /** Resolves when the server says that it is healthy, its streams too; rejects when that takes too long. */
  async untilReady(index: number): Promise<void> {
    const until = performance.now() + readyMsMax;
    const { monitor } = this.ports[index] ?? { monitor: 0 };
    for (;;) {
      const child = this.#running.get(index);
      if (child === undefined) throw new Error(`nats-server ${index} was not started`);
      // While it was down, somebody's outgoing connection may have taken its port for a moment.
      if (child.exitCode !== null) this.#spawn(index);
      const answer = await fetch(`http://127.0.0.1:${monitor}/healthz`).catch(() => undefined);
      if (answer?.status === 200) return;
      if (performance.now() > until) throw new Error(`nats-server is not ready: ${this.log(index)}`);
      await sleep(200);
    }
  }

  /** The last lines that a server said. */
  log(index: number): string {
    return readFileSync(join(this.directory, `n${index + 1}.log`), "utf8").slice(-3_000);
  }

  /** Everything that a server said. */
  wholeLog(index: number): string {
    return readFileSync(join(this.directory, `n${index + 1}.log`), "utf8");
  }

  /** A certificate of the facility's authority for a desk or a user. */
  async issue(name: string): Promise<CertificateFiles> {
    const stem = join(this.directory, "issued", name.replaceAll(":", "-"));
    mkdirSync(join(this.directory, "issued"), { recursive: true });
    const { key, request } = await newRequest(name);
    writeFileSync(`${stem}.pem`, await this.#authority.issue(request, { purpose: "client", name }));
    writeFileSync(`${stem}.key`, key);
    return { caFile: this.#authority.files.certificate, certFile: `${stem}.pem`, keyFile: `${stem}.key` };
  }

  #spawn(index: number): void {
    const said = openSync(join(this.directory, `n${index + 1}.log`), "a");
    const config = join(this.directory, "nats", `n${index + 1}`, "nats-server.conf");
    this.#running.set(index, spawn("nats-server", ["-c", config], { stdio: ["ignore", said, said] }));
    closeSync(said);
  }
}

/** Which settings the nats-server of this machine takes. */
function installedVersion(): "2.9" | "2.10" {
  const [, major = "0", minor = "0"] =
    /v(\d+)\.(\d+)/.exec(execFileSync("nats-server", ["--version"], { encoding: "utf8" })) ?? [];
  return Number(major) > 2 || Number(minor) >= 10 ? "2.10" : "2.9";
}

export interface Entered {
  readonly client: MqttClient;
  readonly isSessionPresent: boolean;
}

/** An MQTT client over mutual TLS that connects once. Rejects with what the server answered. */
export function connectWith(url: string, files: CertificateFiles, options: IClientOptions): Promise<Entered> {
  const client = mqtt.connect(url, {
    ...{ ca: readFileSync(files.caFile), cert: readFileSync(files.certFile), key: readFileSync(files.keyFile) },
    ...{ reconnectPeriod: 0, connectTimeout: 20_000, ...options },
  });
  return new Promise((resolve, reject) => {
    const refuse = (error: Error) => {
      client.end(true);
      reject(error);
    };
    client.once("error", refuse);
    client.once("close", () => refuse(new Error("closed before CONNACK")));
    client.once("connect", ({ sessionPresent }) => {
      client.removeAllListeners("error").on("error", () => undefined);
      resolve({ client, isSessionPresent: sessionPresent });
    });
  });
}
