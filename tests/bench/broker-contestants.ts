// The brokers that are measured side by side, each as its maker ships it, each with its files in a folder of its own.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { hashPassword } from "../../broker/access/password.ts";
import { deskCount, deskName, facility, readerUser } from "./mqtt-jobs.ts";
import { answering, freePort } from "./rig.ts";

export interface Contestant {
  readonly name: "tiepdon" | "mosquitto" | "nats";
  /** The program that has to be there. */
  readonly program: string;
  /** What PUBACK means, for the reader of the figures. */
  readonly promise: string;
  /** What its service unit sets. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Writes the files into the empty folder, and answers the command. */
  readonly prepare: (folder: string, port: number, password: string) => Promise<readonly string[]>;
}

export interface RunningContestant {
  readonly contestant: Contestant;
  readonly process: ChildProcess;
  readonly port: number;
}

const users = [...Array.from({ length: deskCount }, (_, desk) => deskName(desk)), readerUser];

/** The default configuration, but for what a load from one address and 50 readers of one user need. */
const tiepdon: Contestant = {
  name: "tiepdon",
  program: process.execPath,
  environment: { MALLOC_MMAP_THRESHOLD_: "131072" },
  promise: "synced to the disk for every session that waits for it",
  prepare: async (folder, port, password) => {
    const config = join(folder, "tiepdon.yaml");
    const limits = "{ connectionsPerUserMax: 100, connectsPerSecondPerAddress: 10000 }";
    writeFileSync(config, `broker:\n  port: ${port}\n  limits: ${limits}\n`);
    const passwordHash = await hashPassword(password);
    const listed = users.map((user) =>
      user === readerUser
        ? { user, passwordHash, role: "his" }
        : { user, passwordHash, role: "desk", facility, desk: user },
    );
    writeFileSync(join(folder, "users.json"), JSON.stringify({ version: 1, users: listed }), { mode: 0o600 });
    return [process.execPath, "dist/tiepdon.cjs", "broker", "--config", config, "--data-dir", folder];
  },
};

/** Persistence is on; what came since the last autosave (every 30 minutes by default) is in memory alone. */
const mosquitto: Contestant = {
  name: "mosquitto",
  program: "mosquitto",
  promise: "in memory; on disk with the next autosave, every 30 minutes",
  prepare: async (folder, port, password) => {
    const passwords = join(folder, "passwords");
    writeFileSync(passwords, users.map((user) => `${user}:${password}\n`).join(""), { mode: 0o600 });
    execFileSync("mosquitto_passwd", ["-U", passwords]);
    const config = join(folder, "mosquitto.conf");
    const settings = [
      ...[`listener ${port} 127.0.0.1`, "allow_anonymous false", `password_file ${passwords}`],
      ...["persistence true", `persistence_location ${folder}/`, "set_tcp_nodelay true", "max_queued_messages 0"],
      `user ${userInfo().username}`, // as root it would become another, who can't write here
    ];
    writeFileSync(config, `${settings.join("\n")}\n`);
    return ["mosquitto", "-c", config];
  },
};

const nats: Contestant = {
  name: "nats",
  program: "nats-server",
  promise: "written to a file that is synced every 2 minutes",
  prepare: async (folder, port, password) => {
    const config = join(folder, "nats.conf");
    const listed = users.map((user) => `{ user: "${user}", password: "${password}" }`).join(", ");
    writeFileSync(
      config,
      `server_name: bench\nhost: 127.0.0.1\nport: ${await freePort()}\njetstream { store_dir: "${folder}" }\n` +
        `mqtt { host: 127.0.0.1, port: ${port} }\nauthorization { users: [ ${listed} ] }\n`,
    );
    return ["nats-server", "-c", config];
  },
};

export const contestants: readonly Contestant[] = [tiepdon, mosquitto, nats];

/** Is its program on this machine? */
export function isInstalled({ program }: Contestant): boolean {
  try {
    execFileSync("which", [program], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Resolves when it listens. */
export async function startContestant(
  contestant: Contestant,
  parent: string,
  password: string,
): Promise<RunningContestant> {
  const folder = join(parent, contestant.name);
  mkdirSync(folder, { mode: 0o700 });
  const port = await freePort();
  const [program = "", ...args] = await contestant.prepare(folder, port, password);
  const child = spawn(program, args, { stdio: "ignore", env: { ...process.env, ...contestant.environment } });
  await answering(port);
  return { contestant, process: child, port };
}
