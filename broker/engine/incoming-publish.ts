// Decides about each PUBLISH and each will that comes in: refused, or kept and handed to the router.
import type { Client } from "aedes";
import type { Log } from "../../protocol/host.ts";
import type { Rights } from "../access/rights.ts";
import type { Audit } from "../audit/audit.ts";
import { shownClient } from "../audit/audit-words.ts";
import type { BrokerConfig } from "../config.ts";
import type { Counters } from "../delivery/counters.ts";
import { encodePuback } from "../delivery/publish-packet.ts";
import type { Publication, Router } from "../delivery/router.ts";
import type { Line, Session } from "../delivery/session.ts";
import type { Sessions } from "../delivery/sessions.ts";
import type { BrokerStore } from "../store/broker-store.ts";
import type { Message, Qos } from "../store/message.ts";
import type { PacketRef } from "../store/sqlite-persistence.ts";
import { StoreFull } from "../store/store-room.ts";
import { isTopicName } from "../topic/topic-filter.ts";
import type { Connections } from "./connections.ts";

export interface IncomingPublishOptions {
  readonly config: BrokerConfig;
  readonly store: BrokerStore;
  readonly router: Router;
  readonly sessions: Sessions;
  readonly connections: Connections;
  readonly counters: Counters;
  readonly log: Log;
  readonly audit: Audit;
  /** As much of a topic as may be shown. */
  readonly showTopic: (topic: string) => string;
}

/** Why a message is refused; MQTT 3.1.1 can only close the connection for it. */
export type Refusal = "topic-invalid" | "not-permitted" | "qos-2-closed" | "retained-full";

/** The message of a PUBLISH or a will, with a payload of its own: aedes' lies in a shared network buffer. */
export function toMessage({ topic = "", payload = "", qos }: PacketRef): Message {
  return { topic, payload: Buffer.from(payload), qos: (qos ?? 0) as Qos };
}

/** Answers why a message can't be taken, or undefined. */
export function refusalOf(
  packet: PacketRef,
  rights: Rights,
  { config, store }: Pick<IncomingPublishOptions, "config" | "store">,
): Refusal | undefined {
  const { topic = "", qos, retain = false, payload = "" } = packet;
  const { topicBytesMax, topicLevelsMax } = config.limits;
  if (!isTopicName(topic, topicBytesMax, topicLevelsMax)) return "topic-invalid";
  if (!rights.mayPublish(topic, retain)) return "not-permitted";
  if (qos === 2 && !config.qos2) return "qos-2-closed";
  if (retain && payload.length > 0 && isRetainedFull(topic, config, store)) return "retained-full";
  return undefined;
}

/** Levels of a desk's prefix: `tiepdon/v1/<facility>/<desk>`. */
const deskLevels = 4;

function isRetainedFull(topic: string, { limits }: BrokerConfig, { retained }: BrokerStore): boolean {
  if (retained.has(topic)) return false;
  const levels = topic.split("/");
  const desk = `${levels.slice(0, deskLevels).join("/")}/`;
  const isFullBelowDesk = levels.length > deskLevels && retained.countBelow(desk) >= limits.retainedPerDeskMax;
  return isFullBelowDesk || retained.count() >= limits.retainedMax;
}

/**
 * Aedes' `authorizePublish`, called before a PUBACK is written and before a will is sent. Calls back once the message
 * is kept; with an error aedes closes the connection, without a PUBACK.
 */
export function incomingPublish(options: IncomingPublishOptions) {
  const { connections, router, sessions, counters, log, store, audit, showTopic } = options;
  /** A will that is published is gone with the same commit, so that it comes exactly once. */
  const removeWill = (session: Session, line: Line): true => {
    if (sessions.holdsWill(session, line)) store.wills.remove(session.clientId);
    return true;
  };
  return (client: Client | null, packet: PacketRef, callback: (error?: Error | null) => void): void => {
    const connection = client === null ? undefined : connections.get(client);
    if (client === null || connection === undefined) {
      callback(new Error("unknown client"));
      return;
    }
    const { session } = connection;
    const refusal = refusalOf(packet, session.rights, options);
    if (refusal !== undefined) {
      const action = packet.cmd === undefined ? "will" : "publish";
      counters.denied[action] += 1;
      audit.note({
        ...{ action, result: "refused", why: refusal, ...connection.peer, account: session.user },
        ...{ client: shownClient(session.clientId), object: showTopic(packet.topic ?? "") },
      });
      log.warn({ clientId: session.clientId, user: session.user, refusal }, "A message was refused");
      callback(new Error(`message refused: ${refusal}`));
      return;
    }
    counters.received += 1;
    const isWill = packet.cmd === undefined;
    if (packet.qos === 2 && !isWill) {
      callback(null); // it is kept together with its message id, in EnginePersistence.incomingStorePacket
      return;
    }
    const publication: Publication = {
      message: toMessage(packet),
      retain: packet.retain ?? false,
      publisher: connection,
      ...(isWill && { also: () => removeWill(session, connection.line) }),
    };
    const beganMs = performance.now();
    router.publish(publication, (error) => {
      counters.publishSeconds.note((performance.now() - beganMs) / 1_000);
      if (error !== undefined && !(error instanceof StoreFull))
        log.error({ error, clientId: session.clientId }, "A message could not be kept");
      if (error === undefined && packet.qos === 1 && !isWill) acknowledge(client, connection.line, packet);
      callback(error ?? null);
    });
  };
}

/** Unsent bytes on a connection up to which we write the PUBACK; beyond them aedes does, and waits until the client has read. */
const unsentBytesMax = 16_384;

/**
 * Writes the PUBACK, and leaves aedes a message of QoS 0, for which it has nothing to do. It would write the PUBACK in
 * three chunks and then look for subscribers, who are not its own: a third of what a message costs.
 */
function acknowledge({ connected }: Client, line: Line, packet: PacketRef & { qos?: number }): void {
  if (!connected || line.unsentBytes() > unsentBytesMax) return;
  line.write(encodePuback(packet.messageId ?? 0));
  packet.qos = 0;
}
