// The MQTT broker of a facility: aedes speaks the protocol, our store keeps, our router delivers.
import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { setImmediate } from "node:timers/promises";
import type { Clock, Log } from "../protocol/host.ts";
import { deskTopics } from "../protocol/topics.ts";
import { reportOpening } from "../store/report-opening.ts";
import { AccountStore, accountStoreName } from "./access/account-store.ts";
import { Accounts } from "./access/accounts.ts";
import { LockOut } from "./access/lock-out.ts";
import { Logins } from "./access/logins.ts";
import { everyonesRights, type Rights, rightsOf } from "./access/rights.ts";
import { UserBook } from "./access/user-book.ts";
import { auditFileName } from "./audit/audit-store.ts";
import { type AuditFacts, AuditTrail } from "./audit/audit-trail.ts";
import { shownClient, shownTopic } from "./audit/audit-words.ts";
import type { EnrolmentFacts } from "./authority/enrolment-server.ts";
import { BrokerError } from "./broker-error.ts";
import type { BrokerConfig } from "./config.ts";
import { type CounterTotals, newCounters, totalsOf } from "./delivery/counters.ts";
import { publishLeftWills } from "./delivery/left-wills.ts";
import type { QueueFacts } from "./delivery/queue-caps.ts";
import { QueueUpkeep } from "./delivery/queue-upkeep.ts";
import { QueueWatch } from "./delivery/queue-watch.ts";
import { Router } from "./delivery/router.ts";
import { Sessions } from "./delivery/sessions.ts";
import type { Connections } from "./engine/connections.ts";
import { startEngine } from "./engine/engine.ts";
import { Gatekeeper } from "./engine/gatekeeper.ts";
import { refusalOf } from "./engine/incoming-publish.ts";
import { guardPackets } from "./engine/packet-gate.ts";
import { type RefusalCounts, RefusalLog } from "./engine/refusal-log.ts";
import { type Address, Listeners } from "./listeners.ts";
import { Observation } from "./observation/observation.ts";
import { SysTopics } from "./observation/sys-topics.ts";
import { type BrokerStore, openBrokerStore } from "./store/broker-store.ts";
import { type RoomFacts, StoreRoom } from "./store/store-room.ts";
import { certifiedDeskOf, deskOf } from "./tls/certificate-name.ts";
import type { TlsFacts } from "./tls/tls-listener.ts";

export interface BrokerOptions {
  readonly config: BrokerConfig;
  /** The SQLite file; its directory is made if need be. Only one process may use it. */
  readonly storePath: string;
  readonly log: Log;
  readonly clock: Clock;
  /** Of this build; for those who observe it. */
  readonly version?: string;
}

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
  const { storePath, log, clock } = options;
  const store = openStore(storePath, clock.now(), log);
  const audit = new AuditTrail({
    path: join(dirname(storePath), auditFileName),
    config: options.config.audit,
    clock,
    log,
  });
  let accounts: Accounts | undefined;
  try {
    accounts = openAccounts(options);
    return await run(options, { store, accounts, audit });
  } catch (error) {
    audit.close();
    accounts?.close();
    store.close();
    throw error;
  }
}

/** The durable files of a broker. */
interface Files {
  readonly store: BrokerStore;
  readonly accounts: Accounts;
  readonly audit: AuditTrail;
}

async function run(options: BrokerOptions, { store, accounts, audit }: Files): Promise<RunningBroker> {
  const { config, storePath, log, clock, version = "unknown" } = options;
  const { limits } = config;
  const counters = newCounters();
  const connections: Connections = new WeakMap();
  const usersFile = config.usersFile ?? join(dirname(storePath), "users.json");
  const users = new UserBook(usersFile, log, (changed) => {
    logins.forget(changed);
    accounts.follow(users.names);
    for (const account of changed) audit.note({ action: "account-change", result: "ok", account });
    sessions.refreshRights();
    gatekeeper.endUngranted();
  });
  const logins: Logins = new Logins({
    ...{ users, accounts, clock, lockOut: new LockOut(config.lockOut) },
    onLock: (lock, attempt) => gatekeeper.tellOfLock(lock, attempt),
  });
  const upkeep = new QueueUpkeep(store, log);
  const everyone = config.openTo === "everyone" ? everyonesRights(config.refusedFilters) : undefined;
  const rightsOfUser = (user: string): Rights => {
    const desk = certifiedDeskOf(user);
    return everyone ?? (desk === undefined ? users.rightsOf(user) : rightsOf(desk));
  };
  const sessions: Sessions = new Sessions({
    ...{ store, upkeep, clock, log, counters, limits, rightsOf: rightsOfUser },
    onWithheld: ({ user, clientId }, topic) => {
      const client = shownClient(clientId);
      audit.note({ action: "deliver", result: "refused", account: user, client, object: showTopic(topic) });
    },
  });
  const isDesk = (facility: string, desk: string) =>
    users.hasDesk(facility, desk) || sessions.find(`${facility}:${desk}`) !== undefined;
  const showTopic = (topic: string) => shownTopic(topic, isDesk);
  const gatekeeper: Gatekeeper = new Gatekeeper({
    ...{ config, everyone, users, accounts, logins, sessions, connections, store, counters, clock, log, audit },
    certificateOf: (socket) => listeners.certificateOf(socket),
    onFight: (clientId) => tellOfDuplicate(clientId, router, clock),
  });
  const room = new StoreRoom({ store, storePath, limits, log });
  room.look();
  const router = new Router({ store, sessions, upkeep, counters, clock, log, caps: limits, room });
  const queues = new QueueWatch({ sessions, caps: limits, log });

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
  const sysTopics = new SysTopics(router);
  const engine = await startEngine({
    ...{ config, gatekeeper, sessions, connections, router, store, counters, sysTopics, log, audit, showTopic },
  });
  const refusals = new RefusalLog(log, clock);
  const listeners: Listeners = new Listeners({
    ...{ config, clock, log, audit, refusals },
    onConnection: (socket) => {
      guardPackets(socket, { limits, refusals });
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
      accounts.close();
      store.close();
      audit.note({ action: "broker-stop", result: "ok" });
      audit.close();
      log.info(totalsOf(counters), "The broker has stopped");
    },
  };
}

/** Which configuration it was: the schema puts its members into one order. */
const digestOf = (config: BrokerConfig): string => createHash("sha256").update(JSON.stringify(config)).digest("hex");

function openStore(path: string, now: number, log: Log): BrokerStore {
  try {
    const store = openBrokerStore(path, now);
    reportOpening(store.opened, log);
    return store;
  } catch (error) {
    throw new BrokerError("store-unavailable", error);
  }
}

function openAccounts({ config, storePath, log, clock }: BrokerOptions): Accounts {
  try {
    const store = new AccountStore(join(dirname(storePath), accountStoreName), clock.now());
    const { setAside } = store;
    if (setAside !== undefined) log.error({ setAside }, "The use of accounts was damaged; it was set aside");
    return new Accounts({ store, unusedDays: config.unusedDays, clock, log });
  } catch (error) {
    throw new BrokerError("store-unavailable", error);
  }
}

/** IT reads the events of its desks, so that is where it hears of a second desk under the same name. */
function tellOfDuplicate(clientId: string, router: Router, clock: Clock): void {
  const { facility, desk } = deskOf(clientId) ?? {};
  if (facility === undefined || desk === undefined) return;
  const event = { kind: "duplicate_client", boot: null, ts: new Date(clock.now()).toISOString() };
  const message = {
    topic: deskTopics(facility, desk).event,
    payload: Buffer.from(JSON.stringify(event)),
    qos: 1,
  } as const;
  router.publish({ message, retain: false, publisher: { pending: 0 } }, () => {});
}
