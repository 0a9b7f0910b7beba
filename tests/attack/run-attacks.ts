// Runs attacks one after the other against one installed broker while its desks go on, and measures what came of each.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { attacks } from "./attacks.ts";
import { GoodDesks, type Latency } from "./good-desks.ts";
import { install } from "./installation.ts";
import type { Outcome, Target } from "./target.ts";

export interface AttackOptions {
  /** An empty directory; it is removed afterwards. */
  readonly directory: string;
  readonly names: readonly string[];
  /** Of each attack. */
  readonly seconds: number;
  /** Of the quiet run before each attack; 0 for none. */
  readonly quietSeconds: number;
  readonly desks: number;
  readonly seed: number;
  readonly onResult?: (result: AttackResult) => void;
}

export interface AttackResult extends Outcome {
  readonly name: string;
  readonly quiet: Latency;
  readonly attacked: Latency;
  /** Resident memory of the broker, in bytes. */
  readonly peakBytes: number;
  readonly afterBytes: number;
  /** What happened to honest people and must not; empty is good. */
  readonly faults: readonly string[];
}

/** Whoever attacks is served last on a machine that both share: their own work must not be measured. */
const niceness = "19";
/** After an attack the broker gets so long to calm down, in milliseconds, before its memory is looked at. */
const calmMs = 1_000;
/** What is left of an attack on the wire and in buffers when it ends belongs to no quiet run, in milliseconds. */
const settleMs = 1_000;

export async function runAttacks(options: AttackOptions): Promise<AttackResult[]> {
  const { directory, names, seconds, quietSeconds, seed, onResult } = options;
  const installation = await install(directory, options.desks);
  const desks = new GoodDesks(installation);
  const attackers = await startAttackers(installation.target);
  const results: AttackResult[] = [];
  try {
    await desks.start();
    await sleep(settleMs);
    for (const [index, name] of names.entries()) {
      desks.takeLatency();
      await sleep(quietSeconds * 1_000);
      const quiet = desks.takeLatency();
      installation.takePeak();
      const outcome = await attackers.order({ name, seconds, seed: seed + index });
      const attacked = desks.takeLatency();
      const faults = await desks.check();
      await sleep(calmMs);
      if (!installation.isAlive()) faults.push(`the broker is dead: ${installation.log.slice(-5).join("\n")}`);
      const peakBytes = installation.takePeak();
      const result = { name, ...outcome, quiet, attacked, peakBytes, afterBytes: installation.memory(), faults };
      results.push(result);
      onResult?.(result);
      if (!installation.isAlive()) break;
      await desks.mend();
      await sleep(settleMs);
    }
  } finally {
    await attackers.stop();
    await desks.stop();
    await installation.stop();
  }
  return results;
}

interface Attackers {
  order(order: { name: string; seconds: number; seed: number }): Promise<Outcome>;
  stop(): Promise<void>;
}

/** One process for all attacks, with the lowest claim on the processor. */
async function startAttackers(target: Target): Promise<Attackers> {
  const entry = fileURLToPath(new URL("attackers.ts", import.meta.url));
  const words = ["-n", niceness, process.execPath, "--import", "tsx", entry];
  const child = spawn("nice", words, { stdio: ["pipe", "pipe", "inherit"] });
  const exited = once(child, "exit");
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const ask = async (order: object): Promise<unknown> => {
    child.stdin.write(`${JSON.stringify(order)}\n`);
    const { value, done } = await lines.next();
    if (done === true) throw new Error("the attackers' process has ended");
    return JSON.parse(value);
  };
  await ask({ target });
  return {
    order: async (order) => (await ask(order)) as Outcome,
    stop: async () => {
      child.stdin.end();
      child.kill("SIGTERM");
      await exited;
    },
  };
}

export const attackNames: readonly string[] = attacks.map(({ name }) => name);
