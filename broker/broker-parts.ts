// The parts of a broker that decide and deliver, joined to each other.
import { dirname, join } from "node:path";
import type { Duplex } from "node:stream";
import { LockOut } from "./access/lock-out.ts";
import { Logins } from "./access/logins.ts";
import { everyonesRights, type Rights, rightsOf } from "./access/rights.ts";
import { UserBook } from "./access/user-book.ts";
import { shownClient, shownTopic } from "./audit/audit-words.ts";
import type { BrokerFiles } from "./broker-files.ts";
import type { BrokerOptions } from "./broker-options.ts";
import { newCounters } from "./delivery/counters.ts";
import { QueueUpkeep } from "./delivery/queue-upkeep.ts";
import { QueueWatch } from "./delivery/queue-watch.ts";
import { Router } from "./delivery/router.ts";
import { Sessions } from "./delivery/sessions.ts";
import type { Connections } from "./engine/connections.ts";
import { DoorNews } from "./engine/door-news.ts";
import { tellOfDuplicate } from "./engine/duplicate-note.ts";
import { Gatekeeper } from "./engine/gatekeeper.ts";
import { SysTopics } from "./observation/sys-topics.ts";
import { StoreRoom } from "./store/store-room.ts";
import { certifiedDeskOf } from "./tls/certificate-name.ts";

export type BrokerParts = ReturnType<typeof joinParts>;

/** `certificateOf` is the name in the certificate of the client at the other end, where it showed one. */
export function joinParts(
  { config, storePath, log, clock }: BrokerOptions,
  { store, accounts, audit }: BrokerFiles,
  certificateOf: (socket: Duplex) => string | undefined,
) {
  const { limits } = config;
  const counters = newCounters();
  const connections: Connections = new WeakMap();
  const usersFile = config.usersFile ?? join(dirname(storePath), "users.json");
  const users = new UserBook(usersFile, log, (changes) => {
    logins.forget(changes.map(({ user }) => user));
    accounts.follow(users.names);
    for (const { user: account, what } of changes)
      audit.note({ action: "account-change", result: "ok", account, why: what });
    sessions.refreshRights();
    gatekeeper.endUngranted();
  });
  const logins: Logins = new Logins({
    ...{ users, accounts, clock, lockOut: new LockOut(config.lockOut) },
    onLock: (lock, attempt) => news.lockedOut(lock, attempt),
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
  const { clientIdBytesMax } = limits;
  const news = new DoorNews({ users, counters, clock, log, audit, certificateOf, clientIdBytesMax });
  const gatekeeper: Gatekeeper = new Gatekeeper({
    ...{ config, everyone, users, accounts, logins, sessions, connections, store, clock, log, news, certificateOf },
    onFight: (clientId) => tellOfDuplicate(clientId, router, clock),
  });
  const room = new StoreRoom({ store, storePath, limits, log });
  room.look();
  const router = new Router({ store, sessions, upkeep, counters, clock, log, caps: limits, room });
  const queues = new QueueWatch({ sessions, caps: limits, log });
  const sysTopics = new SysTopics(router);
  return {
    ...{ counters, connections, users, upkeep, everyone, rightsOfUser, sessions, showTopic },
    ...{ gatekeeper, room, router, queues, sysTopics },
  };
}
