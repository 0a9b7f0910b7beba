// The facts of a broker at which nothing is wrong and nothing happened, to be changed by tests.
import type { Facts } from "../../../../broker/observation/facts.ts";

export const quietFacts: Facts = {
  version: "1.2.3",
  uptimeSeconds: 61.5,
  connections: { open: { plain: 2, tls: 48 }, accepted: { plain: 3, tls: 50 } },
  refused: { "packet-too-long": 0, "password-wrong": 4 },
  denied: { connect: 4, publish: 1, will: 0, subscribe: 2, delivery: 0 },
  messages: { received: 1_000, kept: 990, delivered: 980, dropped: 1 },
  publishSeconds: { bounds: [0.001, 0.01], counts: [5, 3, 2], sum: 0.25 },
  commits: { commits: 100, steps: 700, failures: 0, isRefused: false },
  sessions: { connected: 50, keptPresent: 2, keptAbsent: 1, subscriptions: 150, ended: 0 },
  queues: {
    messages: 12,
    bytes: 2_400,
    messagesLongest: 10,
    bytesLargest: 2_000,
    oldestSeconds: 90,
    fullest: 0.1,
    alarmStep: 0,
  },
  retained: 500,
  store: {
    ...{ bytes: 1_000_000, usedBytes: 900_000, walBytes: 40_000, diskFreeBytes: 50e9 },
    ...{ fill: 0.1, alarmStep: 0, isFull: false },
  },
  takeOvers: 0,
  disputes: 0,
  lockOuts: 0,
  secondsSince: {},
  users: { count: 4, isStale: false },
  audit: { written: 70, failures: 0, lost: 0, isWritable: true },
  tls: undefined,
  enrolment: undefined,
  process: {
    startSeconds: 1_795_000_000,
    residentBytes: 9e7,
    heapBytes: 3e7,
    cpuSeconds: 4.5,
    loopLagSecondsMax: 0.06,
  },
};

/** Certificates that are good for a year. */
export const quietTls = {
  ...{ certificateSeconds: 3e7, authoritySeconds: 3e8, listSeconds: 3e7 },
  ...{ refused: 0, ended: 0, reloadFailures: 0, isStale: false },
} as const;
