// Measures what work costs in processor time, two ways side by side, and answers rows for one table.

/** One line of the benchmark's table. `ratio` says how many times better ours is, unless `atMost` bounds it from above. */
export interface BenchRow {
  readonly group: string;
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly peer?: string;
  readonly peerValue?: number;
  readonly ratio?: number;
  readonly atLeast?: number;
  readonly atMost?: number;
}

export type Work = () => void | Promise<void>;

/** Rounds of each side; odd, so that the median is one of them. */
const defaultRounds = 7;

/** Processor milliseconds (user and system, all threads of this process) that one run of `work` takes. */
export async function cpuMilliseconds(work: Work): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const used = process.cpuUsage(before);
  return (used.user + used.system) / 1_000;
}

/** Runs both in turn, so that a busy moment of the machine strikes both, and answers the median of each in CPU milliseconds. */
export async function compareCpu(
  ours: Work,
  peer: Work,
  rounds = defaultRounds,
): Promise<{ ours: number; peer: number }> {
  const oursTimes: number[] = [];
  const peerTimes: number[] = [];
  await ours();
  await peer();
  for (let round = 0; round < rounds; round += 1) {
    oursTimes.push(await cpuMilliseconds(ours));
    peerTimes.push(await cpuMilliseconds(peer));
  }
  return { ours: median(oursTimes), peer: median(peerTimes) };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** The value at `share` (0 to 1) of the sorted values: 0.5 is the median, 0.95 the slow end. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Whether the row keeps its bound; a row without one always does. */
export function isMet(row: BenchRow): boolean {
  const judged = row.ratio ?? row.value;
  return (row.atLeast === undefined || judged >= row.atLeast) && (row.atMost === undefined || judged <= row.atMost);
}

/** One row as text, figures first rounded for people. */
export function describeRow(row: BenchRow): string {
  const peer = row.peerValue === undefined ? "" : ` against ${round(row.peerValue)} (${row.peer ?? "peer"})`;
  const ratio = row.ratio === undefined ? "" : `, ratio ${round(row.ratio)}`;
  const bound = row.atLeast === undefined ? "" : `, at least ${row.atLeast}`;
  const ceiling = row.atMost === undefined ? "" : `, at most ${row.atMost}`;
  const verdict = isMet(row) ? "" : "  ** missed **";
  return `${row.group}: ${row.name}: ${round(row.value)} ${row.unit}${peer}${ratio}${bound}${ceiling}${verdict}`;
}

function round(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

/** Whether this file was started by itself, and not imported: `isMain(import.meta.url)`. */
export function isMain(url: string): boolean {
  return process.argv[1] !== undefined && url === new URL(`file://${process.argv[1]}`).href;
}
