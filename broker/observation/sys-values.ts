// What stands under $SYS/broker, named as mosquitto names it where it has the same.
import type { Facts } from "./facts.ts";
import type { Health } from "./health.ts";
import { Load } from "./load.ts";

export class SysValues {
  readonly #received: Load;
  readonly #sent: Load;
  readonly #connections: Load;

  constructor(nowMs: number) {
    [this.#received, this.#sent, this.#connections] = [new Load(0, nowMs), new Load(0, nowMs), new Load(0, nowMs)];
  }

  /** Every value but the alarms. `nowMs` is monotonic. */
  of(facts: Facts, nowMs: number): Readonly<Record<string, string | number>> {
    const { version, uptimeSeconds, connections, sessions, messages, queues, retained, store, refused } = facts;
    const accepted = connections.accepted.plain + connections.accepted.tls;
    return {
      version: `tiepdon ${version}`,
      uptime: `${Math.floor(uptimeSeconds)} seconds`,
      "clients/connected": sessions.connected,
      "clients/disconnected": sessions.keptAbsent,
      "clients/total": sessions.connected + sessions.keptAbsent,
      "clients/expired": sessions.ended,
      "clients/refused": Object.values(refused).reduce((sum, count) => sum + count, 0),
      "messages/received": messages.received,
      "messages/sent": messages.delivered,
      "messages/stored": queues.messages + retained,
      "publish/messages/dropped": messages.dropped,
      "retained messages/count": retained,
      "store/messages/count": queues.messages,
      "store/messages/bytes": queues.bytes,
      ...(store.bytes !== undefined && { "store/file/bytes": store.bytes + (store.walBytes ?? 0) }),
      ...(store.diskFreeBytes !== undefined && { "store/disk/free": store.diskFreeBytes }),
      "subscriptions/count": sessions.subscriptions,
      ...loads("load/messages/received", this.#received.update(messages.received, nowMs)),
      ...loads("load/messages/sent", this.#sent.update(messages.delivered, nowMs)),
      ...loads("load/connections", this.#connections.update(accepted, nowMs)),
    };
  }
}

/** The active reasons of the health page, as a JSON list; an empty list when all is well. */
export const alarmsOf = ({ reasons }: Health): string => JSON.stringify(reasons);

function loads(name: string, averages: ReadonlyMap<string, number>): Record<string, string> {
  return Object.fromEntries([...averages].map(([span, value]) => [`${name}/${span}`, value.toFixed(2)]));
}
