// What is measured of each broker, in order, as a table: the work, the figures that it gives, and their bounds.
import type { Contestant } from "./broker-contestants.ts";
import type { BenchRow } from "./measure.ts";
import { type Answer, deskCount, type HoldWork, type LoadWork, type Work } from "./mqtt-jobs.ts";
import { residentMiB } from "./rig.ts";

/** On our figure divided by a peer's. */
export type Bounds = Pick<BenchRow, "atLeast" | "atMost">;

export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  readonly bounds?: { readonly [name in Contestant["name"]]?: Bounds } | undefined;
}

export interface Step {
  readonly job: Work;
  readonly figures: (answer: Answer) => readonly Figure[];
}

const latencySeconds = 5;
const loadSeconds = 2;
const connectSeconds = 2;

/** PUBACK of mosquitto promises nothing of the disk, ours does. */
const notFarBehind = { mosquitto: { atMost: 4 } } as const;
const withinAnEighth = { mosquitto: { atLeast: 1 / 8 } } as const;
const ahead = { nats: { atLeast: 1 } } as const;

export const hold: HoldWork = { kind: "hold", clients: deskCount, seconds: 2 };

/** Not measured: a broker has run for longer than a moment when a patient comes. */
export const warmUp: LoadWork = { kind: "load", publishers: 1, window: 16, subscribers: 1, isKept: true, seconds: 3 };

export const steps: readonly Step[] = [
  latencyAt(10),
  latencyAt(1_000),
  load("1 publisher, window 16", { publishers: 1, window: 16 }, ahead),
  load("1 publisher, window 1", { publishers: 1, window: 1 }),
  load(`${deskCount} publishers, window 16`, { publishers: deskCount, window: 16 }, withinAnEighth),
  load(`${deskCount} publishers, window 1`, { publishers: deskCount, window: 1 }),
  load("fan-out to 50 kept sessions", { publishers: 1, window: 16, subscribers: 50 }),
  load("fan-out to 50 passing sessions", { publishers: 1, window: 16, subscribers: 50, isKept: false }),
  {
    job: { kind: "connects", clients: deskCount, seconds: connectSeconds },
    figures: ({ connectsPerSecond }) => [
      { name: "CONNECT, CONNACK, DISCONNECT, 8 at once", unit: "a second", value: connectsPerSecond ?? Number.NaN },
    ],
  },
];

function latencyAt(perSecond: number): Step {
  const pace = `at ${perSecond} a second`;
  const figure = (name: string, value = Number.NaN, bounds?: Figure["bounds"]): Figure => ({
    ...{ name: `${name} ${pace}`, unit: "ms", value, bounds },
  });
  return {
    job: { kind: "latency", perSecond, seconds: latencySeconds },
    figures: ({ ackMiddle, ackSlow, deliveryMiddle, deliverySlow }) => [
      figure("PUBLISH to PUBACK, median", ackMiddle, notFarBehind),
      figure("PUBLISH to PUBACK, p99", ackSlow),
      figure("PUBLISH to subscriber, median", deliveryMiddle, notFarBehind),
      figure("PUBLISH to subscriber, p99", deliverySlow),
    ],
  };
}

function load(
  name: string,
  shape: Pick<LoadWork, "publishers" | "window"> & Partial<LoadWork>,
  bounds?: Figure["bounds"],
): Step {
  return {
    job: { kind: "load", subscribers: 1, isKept: true, seconds: loadSeconds, ...shape },
    figures: ({ acknowledgedPerSecond = Number.NaN, deliveredPerSecond = Number.NaN, generatorShare = Number.NaN }) => [
      { name: `${name}, acknowledged`, unit: "a second", value: acknowledgedPerSecond, bounds },
      { name: `${name}, delivered`, unit: "a second", value: deliveredPerSecond },
      { name: `${name}, generator`, unit: "of a core", value: generatorShare },
    ],
  };
}

export function residentFigure(moment: string, pid: number): Figure {
  return { name: `resident memory ${moment}`, unit: "MiB", value: residentMiB(pid) };
}
