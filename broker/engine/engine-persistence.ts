// The store as aedes sees it while our router delivers: what the router has kept or will send is not aedes' work any more.
import { Readable } from "node:stream";
import type { Client } from "aedes";
import type { Router } from "../delivery/router.ts";
import type { Sessions } from "../delivery/sessions.ts";
import type { BrokerStore } from "../store/broker-store.ts";
import {
  type ClientRef,
  type PacketRef,
  SqlitePersistence,
  type SubscriptionRef,
} from "../store/sqlite-persistence.ts";
import type { Connections } from "./connections.ts";
import { toMessage } from "./incoming-publish.ts";

export interface EnginePersistenceOptions {
  readonly store: BrokerStore;
  readonly sessions: Sessions;
  readonly router: Router;
  readonly connections: Connections;
}

/**
 * Aedes reports SUBSCRIBE, acknowledgements, QoS 2 steps and wills here, and gets empty answers wherever it would
 * deliver by itself. Where a method is not overridden, the contract's own answer is right.
 */
export class EnginePersistence extends SqlitePersistence {
  readonly #options: EnginePersistenceOptions;

  constructor(options: EnginePersistenceOptions) {
    super(options.store);
    this.#options = options;
  }

  /** The router kept it, in one transaction with the queues. */
  override async storeRetained(): Promise<void> {}

  /** The router sends them at the event `subscribe`, within the session's window and rights. */
  override createRetainedStreamCombi(): Readable {
    return Readable.from([]);
  }

  /** Aedes hands over all filters of a SUBSCRIBE, the denied ones too. */
  override async addSubscriptions(client: ClientRef, subscriptions: readonly SubscriptionRef[]): Promise<void> {
    const { session } = this.#connection(client);
    const granted = subscriptions.filter(({ topic }) => session.hasPermitted(topic));
    const added = granted.map(({ topic, qos }) => ({ filter: topic, qos }));
    // What the disk refused stays in memory: taken back, it would take along what the session had subscribed to before,
    // and publishers would be told of messages as kept that it does not get.
    await this.#options.sessions.subscribe(session, added);
  }

  override async removeSubscriptions(client: ClientRef, filters: readonly string[]): Promise<void> {
    await this.#options.sessions.unsubscribe(this.#connection(client).session, filters);
  }

  /** A session that asked for a clean start was emptied when it was let in. */
  override async cleanSubscriptions(): Promise<void> {}

  override async subscriptionsByClient(client: ClientRef): Promise<readonly SubscriptionRef[]> {
    const session = this.#options.sessions.find(client.id);
    if (session === undefined) return [];
    const filters = [...session.filters].map(([topic, qos]) => ({ topic, qos }));
    // Aedes tells the client "session present" only if there is a subscription (MQTT 3.1.1 clause 3.2.2.2 asks for
    // any state). A filter that nothing is sent to speaks for a session without one.
    return filters.length === 0 && session.isResumed ? [{ topic: "$session", qos: 0 }] : filters;
  }

  override async subscriptionsByTopic(): Promise<readonly []> {
    return [];
  }

  override async outgoingEnqueue(): Promise<void> {}
  override async outgoingEnqueueCombi(): Promise<void> {}

  /** PUBREC came, and aedes is about to answer PUBREL. */
  override async outgoingUpdate(client: ClientRef, packet: PacketRef): Promise<void> {
    if (packet.cmd === "pubrel") this.#connection(client).session.release(packet.messageId ?? 0);
  }

  /** PUBACK or PUBCOMP came. */
  override async outgoingClearMessageId(client: ClientRef, packet: PacketRef): Promise<undefined> {
    this.#connection(client).session.acknowledge(packet.messageId ?? 0);
  }

  override outgoingStream(): Readable {
    return Readable.from([]);
  }

  /** A QoS 2 message is kept for everybody together with its id, before PUBREC is written. */
  override incomingStorePacket(client: ClientRef, packet: PacketRef): Promise<void> {
    const publisher = this.#connection(client);
    const also = () => this.store.incoming.add(client.id, packet.messageId ?? 0);
    return new Promise((resolve, reject) => {
      this.#options.router.publish(
        { message: toMessage(packet), retain: packet.retain ?? false, publisher, also },
        (error) => (error ? reject(error) : resolve()),
      );
    });
  }

  override async putWill(client: ClientRef, packet: PacketRef): Promise<void> {
    const { session, line } = this.#connection(client);
    session.willLine = line;
    await super.putWill(client, packet);
  }

  /**
   * At a CONNECT aedes asks by the client itself. At the end of a connection it asks by the client id alone, which in
   * a take-over hits the will of the newer connection: `Sessions.release` looks after that end.
   */
  override async delWill(client: ClientRef): Promise<undefined> {
    if (this.#options.connections.has(client as Client)) await super.delWill(client);
  }

  /** Wills of earlier runs are published once, at the start. */
  override streamWill(): Readable {
    return Readable.from([]);
  }

  protected override userOf(client: ClientRef): string {
    return this.#connection(client).session.user;
  }

  #connection(client: ClientRef) {
    const found = this.#options.connections.get(client as Client);
    if (found === undefined) throw new Error("the client was never let in");
    return found;
  }
}
