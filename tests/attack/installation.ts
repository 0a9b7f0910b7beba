// The product as a facility installs it: an authority, certificates for desks, accounts, and the broker as a process of its own.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { hashPassword } from "../../broker/access/password.ts";
import { Authority, fingerprintOf, newRequest } from "../../broker/authority/authority.ts";
import { enrol } from "../../broker/authority/enrol.ts";
import { readToken, writeToken } from "../../broker/authority/token.ts";
import { freePort } from "../fixtures/free-port.ts";
import { deskName, facility, type Identity, rogueDeskName, type Target } from "./target.ts";

const product = fileURLToPath(new URL("../../dist/tiepdon.cjs", import.meta.url));
const unit = fileURLToPath(new URL("../../systemd/tiepdon-broker.service", import.meta.url));
const password = "only-for-tests-1";
const accounts = [
  { user: "his", role: "his", facility },
  { user: "it", role: "it", facility },
  { user: "his-2", role: "his", facility },
  { user: "it-2", role: "it", facility },
];

/** How often memory is looked at, in milliseconds. */
const memoryLookMs = 50;

export interface Installation {
  readonly target: Target;
  /** Certificates of the good desks, and last one that has not come yet. */
  readonly desks: readonly Identity[];
  readonly freshDesk: Identity;
  /** Resident memory of the broker now, in bytes; 0 once it is gone. */
  memory(): number;
  /** The highest since the last call. */
  takePeak(): number;
  isAlive(): boolean;
  /** The last lines that it logged. */
  readonly log: readonly string[];
  stop(): Promise<void>;
}

async function issue(authority: Authority, name: string): Promise<Identity> {
  const { key, request } = await newRequest(name);
  return { name, key, cert: await authority.issue(request, { purpose: "client", name }) };
}

/** Makes everything in that directory, and resolves when the broker is ready. */
export async function install(directory: string, deskCount: number): Promise<Installation> {
  mkdirSync(join(directory, "data"), { recursive: true });
  const authorityDir = join(directory, "ca");
  const authority = await Authority.create(authorityDir, "Benh vien thu nghiem");
  const foreign = await Authority.create(join(directory, "foreign-ca"), "Benh vien thu nghiem");
  const at = (file: string) => join(directory, file);
  const server = await newRequest("localhost");
  const subject = { purpose: "server", name: "localhost", hosts: ["localhost", "127.0.0.1"] } as const;
  const serverCertificate = await authority.issue(server.request, subject);
  writeFileSync(at("broker.key"), server.key, { mode: 0o600 });
  writeFileSync(at("broker.pem"), serverCertificate);
  const desks = await Promise.all(
    Array.from({ length: deskCount }, (_, index) => issue(authority, `${facility}:${deskName(index + 1)}`)),
  );
  const freshDesk = await issue(authority, `${facility}:quay-99`);
  const rogueDesk = await issue(authority, `${facility}:${rogueDeskName}`);
  const revokedDesk = await issue(authority, `${facility}:quay-97`);
  await authority.revoke(revokedDesk.name);
  const foreignDesk = await issue(foreign, `${facility}:quay-01`);
  const passwordHash = await hashPassword(password);
  const users = accounts.map((account) => ({ ...account, passwordHash }));
  writeFileSync(at("data/users.json"), JSON.stringify({ version: 1, users }), { mode: 0o600 });

  const [port, tlsPort, enrolmentPort] = [await freePort(), await freePort(), await freePort()];
  const { list, certificate } = authority.files;
  const files = { certFile: at("broker.pem"), keyFile: at("broker.key"), caFile: certificate, crlFile: list };
  const broker = {
    port,
    tls: { host: "127.0.0.1", port: tlsPort, ...files },
    enrolment: { host: "127.0.0.1", port: enrolmentPort, authorityDir },
  };
  writeFileSync(at("broker.yaml"), JSON.stringify({ broker }));
  const secret = authority.index.newToken(`${facility}:quay-96`, Date.now() + 3_600_000);
  const fingerprint = fingerprintOf(serverCertificate);
  const usedToken = writeToken({ host: "127.0.0.1", port: enrolmentPort, fingerprint, secret });
  authority.close();
  foreign.close();

  const words = ["broker", "--config", at("broker.yaml"), "--data-dir", at("data")];
  const env = { ...process.env, ...unitEnvironment() };
  const child = spawn(process.execPath, [product, ...words], { stdio: ["ignore", "pipe", "pipe"], env });
  const running = await watch(child);
  const token = readToken(usedToken);
  if (token === undefined || (await enrol(token)).kind !== "enrolled") throw new Error("the token is no good");
  const ports = { plainPort: port, tlsPort, enrolmentPort };
  const target = {
    ...ports,
    ca: readFileSync(certificate, "utf8"),
    password,
    rogueDesk,
    revokedDesk,
    foreignDesk,
    usedToken,
  };
  return {
    ...{ target, desks, freshDesk },
    ...running,
    stop: async () => {
      await running.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** What the service's unit sets: the broker runs as it is installed. */
function unitEnvironment(): Record<string, string> {
  const lines = readFileSync(unit, "utf8").matchAll(/^Environment=(\w+)=(.*)$/gm);
  return Object.fromEntries([...lines].map(([, name = "", value = ""]) => [name, value]));
}

/** Follows the process: its log, its memory, its end. Resolves when it is ready. */
async function watch(child: ChildProcess) {
  const log: string[] = [];
  const keep = (line: string) => {
    log.push(line);
    if (log.length > 1_000) log.splice(0, 500);
  };
  for (const stream of [child.stdout, child.stderr]) if (stream !== null) createInterface(stream).on("line", keep);
  const exited = once(child, "exit");
  const isAlive = () => child.exitCode === null && child.signalCode === null;
  const memory = () => residentBytes(child.pid);
  let peak = 0;
  const look = setInterval(() => {
    peak = Math.max(peak, memory());
  }, memoryLookMs);
  while (!log.some((line) => line.includes("The broker is ready"))) {
    if (!isAlive()) throw new Error(`the broker did not start: ${log.join("\n")}`);
    await sleep(20);
  }
  return {
    log,
    isAlive,
    memory,
    takePeak: () => {
      const highest = Math.max(peak, memory());
      peak = 0;
      return highest;
    },
    stop: async () => {
      clearInterval(look);
      if (isAlive()) child.kill("SIGTERM");
      await exited;
    },
  };
}

function residentBytes(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1_024;
  } catch {
    return 0;
  }
}
