// The MQTT broker of a facility: aedes speaks the protocol, our store keeps, our router delivers.
import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import type { AuditFacts } from "./audit/audit-trail.ts";
import { shownClient } from "./audit/audit-words.ts";
import type { EnrolmentFacts } from "./authority/enrolment-server.ts";
import { BrokerError } from "./broker-error.ts";
import { type BrokerFiles, closeBrokerFiles, openBrokerFiles } from "./broker-files.ts";
import type { BrokerOptions } from "./broker-options.ts";
import { joinParts } from "./broker-parts.ts";
import type { BrokerConfig } from "./config.ts";
import { type CounterTotals, totalsOf } from "./delivery/counters.ts";
import { publishLeftWills } from "./delivery/left-wills.ts";
import type { QueueFacts } from "./delivery/queue-caps.ts";
import { startEngine } from "./engine/engine.ts";
import { refusalOf } from "./engine/incoming-publish.ts";
import { guardPackets } from "./engine/packet-gate.ts";
import { type RefusalCounts, RefusalLog } from "./engine/refusal-log.ts";
import { type Address, Listeners } from "./listeners.ts";
import { Observation } from "./observation/observation.ts";
import type { RoomFacts } from "./store/store-room.ts";
import type { TlsFacts } from "./tls/tls-listener.ts";

export interface BrokerCounts extends CounterTotals {
  readonly connections: number;
  /** Kept sessions, of present and absent clients. */
  readonly sessions: number;
  /** Messages that kept sessions wait for. */
  readonly queued: number;
  readonly retained: number;
  /** Connections that were refused or ended at the door, by reason. */
  readonly refused: RefusalCounts;
}

export interface RunningBroker {
  /** Of the plain listener, or of TLS where that is the only one. */
  readonly address: Address;
  readonly tlsAddress: Address | undefined;
  readonly enrolmentAddress: Address | undefined;
  /** Of metrics and health; undefined where they are not served. */
  readonly observationAddress: Address | undefined;
  counts(): BrokerCounts;
  /** The queue of each kept session, and how near it is to its bounds. */
  queues(): readonly QueueFacts[];
  /** The room that is left for the store. */
  room(): RoomFacts;
  /** What is to be known of the certificates; undefined without TLS. */
  tlsFacts(): TlsFacts | undefined;
  auditFacts(): AuditFacts;
  /** What came of enrolments; undefined where none are offered. */
  enrolmentFacts(): EnrolmentFacts | undefined;
  /** Disconnects everybody, commits what waits and closes the store; within a second. */
  close(): Promise<void>;
}

/** How often queues are held against their bounds, and present users noted, in milliseconds: a queue that fills fast is told of before it is full. */
const watchMs = 10_000;
/** How often the room for the store is measured, in milliseconds: what comes meanwhile is far less than `diskFreeBytesMin`. */
const roomWatchMs = 1_000;
/** Turns of the event loop that wills and acknowledgements get when the broker closes; each needs three or four. */
const closingTurns = 20;

/** Starts a broker and resolves when it listens. Rejects with `BrokerError`, or `UserError` for the file of users. */
export async function startBroker(options: BrokerOptions): Promise<RunningBroker> {
  const files = openBrokerFiles(options);
  try {
    return await run(options, files);
  } catch (error) {
    closeBrokerFiles(files);
    throw error;
  }
}

async function run(options: BrokerOptions, files: BrokerFiles): Promise<RunningBroker> {
  const { config, storePath, log, clock, version = "unknown" } = options;
  const { limits } = config;
  const { store, audit } = files;
  const parts = joinParts(options, files, (socket) => listeners.certificateOf(socket));
  const { counters, connections, users, upkeep, everyone, rightsOfUser, sessions, showTopic } = parts;
  const { gatekeeper, room, router, queues, sysTopics } = parts;

  await users.refresh();
  if (everyone !== undefined) log.warn({}, "The broker is open to everyone; this is for trials only");
  else if (users.size === 0) log.warn({}, "There are no users yet: nobody can connect");
  sessions.load();
  queues.look();
  publishLeftWills(store, router, log, (will) => {
    const why = refusalOf(will, rightsOfUser(will.user), { config, store });
    const { user: account, clientId, topic } = will;
    const shown = { client: shownClient(clientId), object: showTopic(topic) };
    if (why !== undefined) audit.note({ action: "will", result: "refused", account, ...shown, why });
    return why;
  });
  const engine = await startEngine({
    ...{ config, gatekeeper, sessions, connections, router, store, counters, sysTopics, log, audit, showTopic },
  });
  const refusals = new RefusalLog(log, clock);
  const listeners: Listeners = new Listeners({
    ...{ config, clock, log, audit, refusals },
    onConnection: (socket) => {
      guardPackets(socket, { limits, refusals, clock });
      engine.handle(socket);
    },
  });
  const observation = new Observation({
    ...{ config: config.observation, sysTopics, log },
    parts: { version, clock, storePath, store, room, sessions, queues, counters, refusals, listeners, users, audit },
  });
  store.slowCheck?.start(() => log.info({}, "The store was read whole and found sound"));
  const watch = setInterval(() => {
    queues.look();
    gatekeeper.noteUse();
  }, watchMs);
  const roomWatch = setInterval(() => room.look(), roomWatchMs);
  store.compaction.start();
  users.watch();
  const stop = async () => {
    clearInterval(watch);
    clearInterval(roomWatch);
    store.slowCheck?.stop();
    store.compaction.stop();
    observation.close();
    users.close();
    listeners.close();
    await new Promise<void>((resolve) => engine.close(resolve));
    listeners.cut();
  };

  try {
    await listeners.open();
    await observation.open();
  } catch (error) {
    await stop();
    throw error;
  }
  const { plainAddress, tlsAddress, enrolmentAddress } = listeners;
  const address = plainAddress ?? tlsAddress;
  if (address === undefined) throw new BrokerError("no-listener", undefined);
  log.info({ sessions: sessions.keptCount }, "The broker is ready");
  audit.note({ action: "broker-start", result: "ok", object: `config sha256:${digestOf(config)}` });
  audit.tellHead();
  return {
    address,
    tlsAddress,
    enrolmentAddress,
    observationAddress: observation.address,
    enrolmentFacts: () => listeners.enrolmentFacts(),
    auditFacts: () => audit.facts(),
    queues: () => queues.facts(),
    room: () => room.facts,
    tlsFacts: () => listeners.tlsFacts(),
    counts: () => {
      const kept = [...sessions.all()].flatMap(({ backlog }) => backlog ?? []);
      const queued = kept.reduce((sum, backlog) => sum + backlog.queued, 0);
      const retained = store.retained.count();
      const refused = refusals.counts();
      return {
        ...totalsOf(counters),
        connections: listeners.connections,
        sessions: kept.length,
        queued,
        retained,
        refused,
      };
    },
    close: async () => {
      await stop();
      upkeep.settle(() => {});
      for (let turn = 0; turn < closingTurns; turn += 1) await setImmediate();
      upkeep.stop();
      audit.note({ action: "broker-stop", result: "ok" });
      closeBrokerFiles(files);
      log.info(totalsOf(counters), "The broker has stopped");
    },
  };
}

/** Which configuration it was: the schema puts its members into one order. */
const digestOf = (config: BrokerConfig): string => createHash("sha256").update(JSON.stringify(config)).digest("hex");
