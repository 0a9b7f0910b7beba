// Reads the facts of a running broker, from what its parts count anyway.
import { stat } from "node:fs/promises";
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Clock } from "../../protocol/host.ts";
import type { UserBook } from "../access/user-book.ts";
import type { AuditFacts, AuditTrail } from "../audit/audit-trail.ts";
import { alarmStep } from "../delivery/alarm-step.ts";
import type { Counters } from "../delivery/counters.ts";
import type { QueueFacts } from "../delivery/queue-caps.ts";
import type { QueueWatch } from "../delivery/queue-watch.ts";
import type { Sessions } from "../delivery/sessions.ts";
import { admissionRefusals } from "../engine/admission.ts";
import { clientRefusals } from "../engine/gatekeeper.ts";
import type { RefusalLog } from "../engine/refusal-log.ts";
import type { Listeners } from "../listeners.ts";
import { packetRefusals } from "../packet/packet-refusal.ts";
import type { BrokerStore } from "../store/broker-store.ts";
import type { StoreRoom } from "../store/store-room.ts";
import type { TlsFacts } from "../tls/tls-listener.ts";
import type { AuditFigures, Facts, ProcessFacts, QueueFigures, SessionFacts, StoreFacts, TlsFigures } from "./facts.ts";
import { RecentPeak } from "./recent-peak.ts";

export interface ObservedParts {
  readonly version: string;
  readonly clock: Clock;
  readonly storePath: string;
  readonly store: BrokerStore;
  readonly room: StoreRoom;
  readonly sessions: Sessions;
  readonly queues: QueueWatch;
  readonly counters: Counters;
  readonly refusals: RefusalLog;
  readonly listeners: Listeners;
  readonly users: UserBook;
  readonly audit: AuditTrail;
}

/** How long a pause of the event loop is told, in milliseconds: Prometheus asks every 15 to 60 seconds, we look every two. */
const lagKeptMs = 60_000;
/** How finely the event loop's delay is measured, in milliseconds: 20 wake-ups a second cost nothing that shows. */
const loopResolutionMs = 50;

/** Of a second that all queues take to be looked through, so many pass before the next look: a hundredth of the time. */
const queueRestTimes = 100;

const neverRefused: Readonly<Record<string, number>> = Object.fromEntries(
  [...Object.keys(packetRefusals), ...admissionRefusals, ...clientRefusals].map((reason) => [reason, 0]),
);

export class FactsReader {
  readonly #parts: ObservedParts;
  readonly #loopDelay = monitorEventLoopDelay({ resolution: loopResolutionMs });
  readonly #lagPeak = new RecentPeak(lagKeptMs);
  readonly #startSeconds: number;
  #queueStep = 0;
  #queues: { readonly figures: QueueFigures; readonly goodUntilMs: number } | undefined;
  #storeStep = 0;

  constructor(parts: ObservedParts) {
    this.#parts = parts;
    this.#startSeconds = parts.clock.now() / 1_000 - process.uptime();
    this.#loopDelay.enable();
  }

  close(): void {
    this.#loopDelay.disable();
  }

  async read(): Promise<Facts> {
    const { version, clock, counters, listeners, refusals, store, users, audit } = this.#parts;
    const sizes = await this.#storeFacts();
    const tls = listeners.tlsFacts();
    const { received, kept, delivered, droppedUnkept } = counters;
    return {
      version,
      uptimeSeconds: process.uptime(),
      connections: listeners.figures,
      refused: { ...neverRefused, ...refusals.counts(), ...Object.fromEntries(counters.refusedClients) },
      denied: { ...counters.denied },
      messages: { received, kept, delivered, dropped: droppedUnkept },
      publishSeconds: counters.publishSeconds.figures,
      commits: store.commit.figures,
      sessions: this.#sessionFacts(),
      queues: this.#queueFigures(),
      retained: store.retained.count(),
      store: sizes,
      takeOvers: counters.takeOvers,
      disputes: counters.disputes,
      lockOuts: counters.lockedOut,
      secondsSince: secondsSince(counters.lastAtMs, clock.monotonic()),
      users: { count: users.size, isStale: users.isStale },
      audit: auditFigures(audit.facts()),
      tls: tls && tlsFigures(tls, clock.now()),
      enrolment: listeners.enrolmentFacts(),
      process: this.#processFacts(),
    };
  }

  #sessionFacts(): SessionFacts {
    const { sessions, counters } = this.#parts;
    const seen = { connected: 0, keptPresent: 0, keptAbsent: 0, subscriptions: 0 };
    for (const { line, backlog, filters } of sessions.all()) {
      seen.subscriptions += filters.size;
      if (line !== undefined) seen.connected += 1;
      if (backlog !== undefined) seen[line === undefined ? "keptAbsent" : "keptPresent"] += 1;
    }
    return { ...seen, ended: counters.sessionsEnded };
  }

  /** Asks the store for the oldest message of each queue, so the answer is used again for a hundred times what that took. */
  #queueFigures(): QueueFigures {
    const { queues, clock } = this.#parts;
    const beganMs = clock.monotonic();
    if (this.#queues !== undefined && beganMs < this.#queues.goodUntilMs) return this.#queues.figures;
    const figures = this.#sumUp(queues.facts());
    const endedMs = clock.monotonic();
    this.#queues = { figures, goodUntilMs: endedMs + (endedMs - beganMs) * queueRestTimes };
    return figures;
  }

  #sumUp(queues: readonly QueueFacts[]): QueueFigures {
    const sum = { messages: 0, bytes: 0, messagesLongest: 0, bytesLargest: 0, oldestSeconds: 0, fullest: 0 };
    for (const { queued, bytes, oldestMs = 0, share } of queues) {
      sum.messages += queued;
      sum.bytes += bytes;
      sum.messagesLongest = Math.max(sum.messagesLongest, queued);
      sum.bytesLargest = Math.max(sum.bytesLargest, bytes);
      sum.oldestSeconds = Math.max(sum.oldestSeconds, oldestMs / 1_000);
      sum.fullest = Math.max(sum.fullest, share);
    }
    this.#queueStep = alarmStep(sum.fullest, this.#queueStep);
    return { ...sum, alarmStep: this.#queueStep };
  }

  async #storeFacts(): Promise<StoreFacts> {
    const { storePath, room } = this.#parts;
    const [bytes, walBytes] = await Promise.all([sizeOf(storePath), sizeOf(`${storePath}-wal`)]);
    const { storeBytes: usedBytes, diskFreeBytes, share: fill, isFull } = room.facts;
    this.#storeStep = alarmStep(fill, this.#storeStep);
    return { bytes, usedBytes, walBytes, diskFreeBytes, fill, alarmStep: this.#storeStep, isFull };
  }

  #processFacts(): ProcessFacts {
    const { user, system } = process.cpuUsage();
    const loopLagSeconds = Math.max(this.#loopDelay.max / 1e6 - loopResolutionMs, 0) / 1_000; // what is measured is the whole pause
    this.#loopDelay.reset();
    return {
      startSeconds: this.#startSeconds,
      residentBytes: process.memoryUsage.rss(),
      heapBytes: process.memoryUsage().heapUsed,
      cpuSeconds: (user + system) / 1e6,
      loopLagSecondsMax: this.#lagPeak.note(loopLagSeconds, this.#parts.clock.monotonic()),
    };
  }
}

const auditFigures = ({ written, failures, lost, isWritable }: AuditFacts): AuditFigures => ({
  ...{ written, failures, lost, isWritable },
});

const sizeOf = (path: string): Promise<number | undefined> =>
  stat(path).then(
    ({ size }) => size,
    () => undefined,
  );

const secondsSince = (atMs: Counters["lastAtMs"], nowMs: number): Facts["secondsSince"] =>
  Object.fromEntries(Object.entries(atMs).map(([incident, at]) => [incident, (nowMs - at) / 1_000]));

function tlsFigures(
  { certificateExpires, authorityExpires, listExpires, ...counts }: TlsFacts,
  nowMs: number,
): TlsFigures {
  const secondsLeft = (time: string) => (Date.parse(time) - nowMs) / 1_000;
  const { refused, ended, reloadFailures, isStale } = counts;
  return {
    certificateSeconds: secondsLeft(certificateExpires),
    authoritySeconds: secondsLeft(authorityExpires),
    listSeconds: listExpires === undefined ? undefined : secondsLeft(listExpires),
    ...{ refused, ended, reloadFailures, isStale },
  };
}
