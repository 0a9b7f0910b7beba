// Aedes, wired to our parts: it speaks the protocol; who may do what, what is kept and what is sent is decided here.
import { Aedes, type Client } from "aedes";
import type { Log } from "../../protocol/host.ts";
import type { Audit } from "../audit/audit.ts";
import { shownClient } from "../audit/audit-words.ts";
import type { BrokerConfig } from "../config.ts";
import type { Counters } from "../delivery/counters.ts";
import type { Router } from "../delivery/router.ts";
import type { Sessions } from "../delivery/sessions.ts";
import type { SysTopics } from "../observation/sys-topics.ts";
import type { BrokerStore } from "../store/broker-store.ts";
import { isTopicFilter } from "../topic/topic-filter.ts";
import type { Connections } from "./connections.ts";
import { EnginePersistence } from "./engine-persistence.ts";
import { attachSession, type Gatekeeper } from "./gatekeeper.ts";
import { incomingPublish } from "./incoming-publish.ts";
import { OwnTopics } from "./own-topics.ts";

export interface EngineOptions {
  readonly config: BrokerConfig;
  readonly gatekeeper: Gatekeeper;
  readonly sessions: Sessions;
  readonly connections: Connections;
  readonly router: Router;
  readonly store: BrokerStore;
  readonly counters: Counters;
  readonly sysTopics: SysTopics;
  readonly log: Log;
  readonly audit: Audit;
  /** As much of a topic as may be shown. */
  readonly showTopic: (topic: string) => string;
}

/** The most that aedes knows. */
const engineLevelsMax = 100;

/** SUBACK's return code for a refused filter (MQTT 3.1.1 clause 3.9.3). */
const subscribeFailure = 128;

/** Refused filters of one connection that are logged one by one; further ones are in the counters and the audit log alone: a flood must not fill the log. */
const refusedFiltersLoggedMax = 16;

/** Resolves when connections may be handed to `handle`. */
export async function startEngine(options: EngineOptions): Promise<Aedes> {
  const { config, gatekeeper, sessions, connections, router, counters, sysTopics, log, audit, showTopic } = options;
  const { limits } = config;
  const ownTopics = new OwnTopics();
  const refusedFilters = new WeakMap<Client, number>();
  const maySubscribe = (client: Client, filter: string) =>
    isTopicFilter(filter, limits.topicBytesMax, limits.topicLevelsMax) &&
    connections.get(client)?.session.permits(filter, limits.filtersPerSessionMax) === true;

  const aedes = new Aedes({
    mq: ownTopics,
    persistence: new EnginePersistence(options),
    connectTimeout: limits.connectSeconds * 1_000,
    drainTimeout: limits.drainSeconds * 1_000,
    maxInflightInbound: limits.inboundQos2Max,
    maxTopicLevels: engineLevelsMax, // ours is lower, and answers a filter with SUBACK where aedes would hang up
    preConnect: gatekeeper.preConnect,
    authenticate: gatekeeper.authenticate,
    authorizePublish: incomingPublish(options),
    authorizeSubscribe: (client, subscription, callback) => {
      const isPermitted = maySubscribe(client, subscription.topic);
      if (!isPermitted) {
        counters.denied.subscribe += 1;
        const filter = showTopic(subscription.topic);
        const refused = (refusedFilters.get(client) ?? 0) + 1;
        refusedFilters.set(client, refused);
        if (refused <= refusedFiltersLoggedMax) {
          log.warn({ clientId: client.id, filter, refused }, "A subscription was refused");
        }
        const { session, peer } = connections.get(client) ?? {};
        audit.note({
          ...{ action: "subscribe", result: "refused", ...peer, account: session?.user },
          ...{ client: shownClient(client.id), object: filter },
        });
      }
      callback(null, isPermitted ? subscription : null);
    },
    authorizeForward: () => null, // our router delivers, so whatever reaches this was not meant to be sent
  });
  await aedes.listen();
  ownTopics.seal();

  aedes.on("connackSent", ({ returnCode }, client) => {
    if (returnCode === 0) attachSession(client, connections, sessions);
  });
  aedes.on("subscribe", (subscriptions, client) => {
    const session = connections.get(client)?.session;
    if (session === undefined) return;
    const granted = subscriptions
      .filter(({ qos }) => Number(qos) !== subscribeFailure)
      .map(({ topic, qos }) => ({ filter: topic, qos }));
    if (session.backlog === undefined) void sessions.subscribe(session, granted); // in memory only, so at once
    router.sendRetained(session, granted);
    sysTopics.sendTo(session, granted);
  });
  aedes.on("unsubscribe", (filters, client) => {
    const session = connections.get(client)?.session;
    if (session !== undefined && session.backlog === undefined) void sessions.unsubscribe(session, filters);
  });
  aedes.on("clientError", (client, error) => {
    if (connections.has(client)) log.info({ clientId: client.id, error }, "A client was disconnected");
  });
  aedes.on("connectionError", (_client, error) => log.info({ error }, "A connection was closed before it was let in"));
  return aedes;
}
