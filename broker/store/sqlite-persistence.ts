// Aedes' persistence contract over the broker's store, whole: what its abstract suite asks for.
import { Readable } from "node:stream";
import { filterMatches } from "../topic/topic-filter.ts";
import type { BrokerStore } from "./broker-store.ts";
import type { QueuedEvent } from "./event-queue.ts";
import type { Message, Qos } from "./message.ts";

/** What the contract hands over for a client. */
export interface ClientRef {
  readonly id: string;
  readonly brokerId?: string | undefined;
}
/** What the contract hands over for a subscription; the last four belong to MQTT 5. */
export interface SubscriptionRef {
  readonly topic: string;
  readonly qos: number;
  readonly rh?: number;
  readonly rap?: boolean;
  readonly nl?: boolean;
  readonly subscriptionIdentifier?: number;
}
/** Any packet of the contract; which members it has depends on the call. */
export interface PacketRef {
  readonly cmd?: string;
  readonly topic?: string;
  readonly payload?: Buffer | string;
  readonly qos?: number;
  readonly retain?: boolean;
  readonly dup?: boolean;
  readonly messageId?: number | undefined;
  readonly brokerId?: string;
  readonly brokerCounter?: number;
}
type WillRef = PacketRef & { clientId?: string; brokerId?: string };
/** What the contract asks of the broker. */
export interface BrokerRef {
  readonly id: string;
}

/** Rows that one call of the contract looks at: more message ids than that don't exist. */
const rowsMax = 65_535;

/** Every promise resolves after the commit. */
export class SqlitePersistence {
  readonly store: BrokerStore;
  #broker: BrokerRef | undefined;

  constructor(store: BrokerStore) {
    this.store = store;
  }

  get broker(): BrokerRef {
    if (this.#broker === undefined) throw new Error("setup() was not called");
    return this.#broker;
  }

  async setup(broker: BrokerRef): Promise<void> {
    this.#broker = broker;
  }

  async destroy(): Promise<void> {
    this.store.close();
  }

  async storeRetained(packet: PacketRef): Promise<void> {
    const { topic, payload, qos, retain, ...others } = packet;
    await this.store.commit.run(() => this.store.retained.put(toMessage(packet), JSON.stringify(others)));
  }

  createRetainedStream(filter: string): Readable {
    return this.createRetainedStreamCombi([filter]);
  }

  createRetainedStreamCombi(filters: readonly string[]): Readable {
    const rows = filters.flatMap((filter) => [...this.store.retained.match(filter)]);
    return Readable.from(rows.map(({ others, ...row }) => ({ ...parse(others), ...row, retain: true })));
  }

  async addSubscriptions(client: ClientRef, subscriptions: readonly SubscriptionRef[]): Promise<void> {
    await this.store.commit.run(() => {
      const session = this.#sessionOf(client.id);
      for (const { topic, qos, ...others } of subscriptions) {
        this.store.sessions.subscribe(session, topic, qos, JSON.stringify(others));
      }
    });
  }

  async removeSubscriptions(client: ClientRef, filters: readonly string[]): Promise<void> {
    await this.store.commit.run(() => {
      const session = this.#sessionOf(client.id);
      for (const filter of filters) this.store.sessions.unsubscribe(session, filter);
    });
  }

  async cleanSubscriptions(client: ClientRef): Promise<void> {
    await this.store.commit.run(() => this.store.sessions.unsubscribeAll(this.#sessionOf(client.id)));
  }

  async subscriptionsByClient(client: ClientRef): Promise<readonly SubscriptionRef[]> {
    const session = this.store.sessions.find(client.id);
    if (session === undefined) return [];
    return this.store.sessions
      .subscriptions(session.id)
      .map(({ filter, qos, others }) => ({ topic: filter, qos, ...parse(others) }));
  }

  /** Only those that are kept for absent clients (QoS 1 and 2), the widest first. */
  async subscriptionsByTopic(topic: string): Promise<readonly (SubscriptionRef & { clientId: string })[]> {
    return this.store.sessions
      .allSubscriptions()
      .filter(({ qos, filter }) => qos > 0 && filterMatches(filter, topic))
      .map(({ clientId, filter, qos, others }) => ({ clientId, topic: filter, qos, ...parse(others) }))
      .reverse();
  }

  async countOffline(): Promise<{ subsCount: number; clientsCount: number }> {
    const all = this.store.sessions.allSubscriptions();
    return {
      subsCount: all.filter(({ qos }) => qos > 0).length,
      clientsCount: new Set(all.map(({ session }) => session)).size,
    };
  }

  getClientList(filter: string): Readable {
    const all = this.store.sessions.allSubscriptions();
    return Readable.from(all.filter((row) => row.filter === filter).map(({ clientId }) => clientId));
  }

  async outgoingEnqueue(subscription: { clientId: string }, packet: PacketRef): Promise<void> {
    await this.outgoingEnqueueCombi([subscription], packet);
  }

  async outgoingEnqueueCombi(subscriptions: readonly { clientId: string }[], packet: PacketRef): Promise<void> {
    if (subscriptions.length === 0) return;
    const { brokerId, brokerCounter } = packet;
    await this.store.commit.run(() => {
      const sessions = new Set(subscriptions.map(({ clientId }) => this.#sessionOf(clientId)));
      const receivers = [...sessions].map((session) => ({ session, qos: toQos(packet.qos) }));
      this.store.queue.keep(this.store.queue.newId(), toMessage(packet), receivers, {
        retain: packet.retain ?? false,
        keptAt: null,
        others: JSON.stringify({ brokerId, brokerCounter }),
      });
    });
  }

  /** Notes the message id under which a packet was sent, or that only its PUBREL is left. Rejects for an unknown one. */
  async outgoingUpdate(client: ClientRef, packet: PacketRef): Promise<void> {
    await this.store.commit.run(() => {
      const session = this.#sessionOf(client.id);
      const found = this.store.queue.after(session, 0, rowsMax).find((row) => isSamePacket(row, packet));
      if (found === undefined) throw new Error("no such packet");
      if (packet.cmd === "pubrel") this.store.queue.release(session, found.event);
      else this.store.queue.assign(session, found.event, packet.messageId ?? 0);
    });
  }

  /** Ends the wait for the packet that was sent under this message id, and answers it; undefined for an unknown one. */
  async outgoingClearMessageId(client: ClientRef, packet: PacketRef): Promise<PacketRef | undefined> {
    return this.store.commit.run(() => {
      const session = this.#sessionOf(client.id);
      const rows = this.store.queue.after(session, 0, rowsMax);
      const found = rows.find(({ messageId }) => messageId !== null && messageId === packet.messageId);
      if (found === undefined) return undefined;
      this.store.queue.remove(session, found.event, found.copies);
      return toPacket(found);
    });
  }

  outgoingStream(client: ClientRef): Readable {
    const session = this.store.sessions.find(client.id);
    return Readable.from(session ? this.store.queue.after(session.id, 0, rowsMax).map(toPacket) : []);
  }

  async incomingStorePacket(client: ClientRef, packet: PacketRef): Promise<void> {
    const { cmd, topic, qos, retain, dup, messageId, brokerId, brokerCounter } = packet;
    const kept = JSON.stringify({ cmd, topic, qos, retain, dup, messageId, brokerId, brokerCounter });
    await this.store.commit.run(() => this.store.incoming.add(client.id, messageId ?? 0, kept, packet.payload));
  }

  /** Rejects for an unknown message id. */
  async incomingGetPacket(client: ClientRef, packet: PacketRef): Promise<PacketRef> {
    const found = this.store.incoming.find(client.id, packet.messageId ?? 0);
    if (found === undefined) throw new Error("no such packet");
    return { ...parse(found.packet), payload: found.payload as Buffer };
  }

  /** Rejects for an unknown message id. */
  async incomingDelPacket(client: ClientRef, packet: PacketRef): Promise<void> {
    await this.store.commit.run(() => {
      if (!this.store.incoming.remove(client.id, packet.messageId ?? 0)) throw new Error("no such packet");
    });
  }

  async cleanIncoming(client: ClientRef): Promise<void> {
    if (!this.store.incoming.hasAny(client.id)) return;
    await this.store.commit.run(() => this.store.incoming.removeAll(client.id));
  }

  /** The contract has the packet marked with its client and broker. */
  async putWill(client: ClientRef, packet: WillRef): Promise<void> {
    packet.clientId = client.id;
    packet.brokerId = this.broker.id;
    const will = { ...toMessage(packet), clientId: client.id, brokerId: this.broker.id };
    const user = this.userOf(client);
    await this.store.commit.run(() => this.store.wills.put({ ...will, user, retain: packet.retain ?? false }));
  }

  async getWill(client: ClientRef): Promise<PacketRef | undefined> {
    const will = this.store.wills.find(client.id);
    if (will === undefined) return undefined;
    const { user: _, ...packet } = will;
    return packet;
  }

  async delWill(client: ClientRef): Promise<PacketRef | undefined> {
    const will = await this.getWill(client);
    if (will !== undefined) await this.store.commit.run(() => this.store.wills.remove(client.id));
    return will;
  }

  /** The wills that were left in runs of other brokers than these. */
  streamWill(brokers: Readonly<Record<string, unknown>> = {}): Readable {
    const left = this.store.wills.all().filter(({ brokerId }) => !Object.hasOwn(brokers, brokerId));
    return Readable.from(left.map(({ user: _, ...packet }) => packet));
  }

  /** Whose session or will it is; the contract itself knows no users. */
  protected userOf(_client: ClientRef): string {
    return "";
  }

  /** The client's session; a new one where there is none. Belongs inside a transaction. */
  #sessionOf(clientId: string): number {
    const found = this.store.sessions.find(clientId);
    if (found !== undefined) return found.id;
    const id = this.store.sessions.newId();
    this.store.sessions.create(id, clientId, "");
    return id;
  }
}

/** A packet with another broker's mark, or without one, is known by its message id alone. */
function isSamePacket(row: QueuedEvent, packet: PacketRef): boolean {
  const { brokerId, brokerCounter } = parse(row.others);
  return brokerId === packet.brokerId ? brokerCounter === packet.brokerCounter : row.messageId === packet.messageId;
}

function toPacket(row: QueuedEvent): PacketRef {
  const messageId = row.messageId ?? undefined;
  if (row.released) return { cmd: "pubrel", messageId };
  const { topic, payload, qos, retain, others } = row;
  return { cmd: "publish", ...parse(others), topic, payload, qos, retain, dup: false, messageId };
}

/** The contract lets a payload be a string; the store gives back whichever it was given. */
function toMessage({ topic = "", payload = "", qos }: PacketRef): Message {
  return { topic, payload: payload as Buffer, qos: toQos(qos) };
}

const toQos = (qos: number | undefined): Qos => (qos === 1 || qos === 2 ? qos : 0);
const parse = (json: string | null): PacketRef => (json === null ? {} : JSON.parse(json));
