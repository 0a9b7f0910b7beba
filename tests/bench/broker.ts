// Measures the broker beside Debian's mosquitto and NATS JetStream: one generator, one disk, each measurement in turn.
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type Contestant,
  contestants,
  isInstalled,
  type RunningContestant,
  startContestant,
} from "./broker-contestants.ts";
import { type Bounds, type Figure, hold, residentFigure, type Step, steps, warmUp } from "./broker-steps.ts";
import { type BenchRow, describeRow, isMain, median } from "./measure.ts";
import { Generator } from "./mqtt-generator-process.ts";
import { deskCount, type Target } from "./mqtt-jobs.ts";
import { undisturbed } from "./quiet.ts";
import { cpuSeconds } from "./rig.ts";
import { SyncProbe } from "./sync-probe.ts";

const rounds = 3;
/** Of invented users on loopback. */
const password = "a password for the bench";
/** Between two measurements, so that the one does not pay for what the other left undone. */
const restMs = 300;

/** The values of one figure, by contestant. */
interface Row {
  readonly figure: Figure;
  readonly values: Map<Contestant["name"], number[]>;
}

class Table {
  readonly rows = new Map<string, Row>();
  /** What others used during each measurement, in cores. */
  readonly foreign: number[] = [];
  /** What a synced write took before each measurement, in milliseconds. */
  readonly syncs: number[] = [];

  add(contestant: Contestant["name"], figure: Figure): void {
    const row = this.rows.get(figure.name) ?? { figure, values: new Map<Contestant["name"], number[]>() };
    this.rows.set(figure.name, row);
    row.values.set(contestant, [...(row.values.get(contestant) ?? []), figure.value]);
  }
}

export async function brokerBenchmarks(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), "tiepdon-bench-"));
  const generator = new Generator();
  const probe = new SyncProbe(folder);
  const running: RunningContestant[] = [];
  try {
    for (const contestant of contestants) {
      if (isInstalled(contestant)) running.push(await startContestant(contestant, folder, password));
      else console.log(`broker: ${contestant.name} is left out: ${contestant.program} is not installed`);
    }
    for (const { contestant } of running) console.log(`broker: PUBACK of ${contestant.name}: ${contestant.promise}`);
    const table = await measure(running, generator, probe);
    const [middle, worst] = [median(table.foreign), Math.max(...table.foreign)].map((cores) => cores.toFixed(2));
    console.log(`broker: others used ${middle} of ${cpus().length} cores meanwhile, ${worst} at the worst`);
    const [syncMiddle, syncWorst] = [median(table.syncs), Math.max(...table.syncs)].map((ms) => ms.toFixed(2));
    console.log(`broker: one synced write took ${syncMiddle} ms in ${tmpdir()}, ${syncWorst} at the worst`);
    return [...table.rows.values()].flatMap(compare);
  } finally {
    generator.stop();
    probe.close();
    for (const { process: child } of running) child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(running: readonly RunningContestant[], generator: Generator, probe: SyncProbe): Promise<Table> {
  const table = new Table();
  const note = (moment: string, { contestant, process: child }: RunningContestant) =>
    table.add(contestant.name, residentFigure(moment, child.pid ?? 0));
  for (const each of running) note("before the first client", each);
  for (const each of running) {
    await generator.ask({ ...hold, target: targetOf(each) });
    note(`with ${deskCount} clients that say nothing`, each);
  }
  await sleep(2 * hold.seconds * 1_000);
  for (const each of running) await generator.ask({ ...warmUp, target: targetOf(each) });
  const ownSeconds = () =>
    [process.pid, generator.pid, ...running.map(({ process: child }) => child.pid ?? 0)]
      .map(cpuSeconds)
      .reduce((sum, seconds) => sum + seconds, 0);
  for (let round = 0; round < rounds; round += 1) {
    for (const step of steps) {
      table.syncs.push(probe.milliseconds());
      const { result, foreign } = await undisturbed(() => takeOfEach(step, running, generator), ownSeconds);
      for (const { name, figures } of result) for (const figure of figures) table.add(name, figure);
      table.foreign.push(foreign);
    }
  }
  for (const each of running) note("after all of it", each);
  return table;
}

/** One measurement of each, one after the other, so that all meet the same weather. */
async function takeOfEach(step: Step, running: readonly RunningContestant[], generator: Generator) {
  const taken: { name: Contestant["name"]; figures: readonly Figure[] }[] = [];
  for (const each of running) {
    const answer = await generator.ask({ ...step.job, target: targetOf(each) });
    taken.push({ name: each.contestant.name, figures: step.figures(answer) });
    await sleep(restMs);
  }
  return taken;
}

const targetOf = ({ port }: RunningContestant): Target => ({ port, password });

/** One row against each peer; where there is none, ours alone. */
function compare({ figure: { name, unit, bounds }, values }: Row): BenchRow[] {
  const [ours, ...peers] = [...values].map(([contestant, all]) => ({ contestant, value: median(all) }));
  if (ours === undefined) return [];
  const row = { group: "broker", name, value: ours.value, unit };
  if (peers.length === 0) return [row];
  return peers.map(({ contestant, value }) => {
    const bound: Bounds | undefined = bounds?.[contestant];
    return { ...row, peer: contestant, peerValue: value, ratio: ours.value / value, ...bound };
  });
}

if (isMain(import.meta.url)) for (const row of await brokerBenchmarks()) console.log(describeRow(row));
