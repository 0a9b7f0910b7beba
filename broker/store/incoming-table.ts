// QoS 2 messages that a publisher has not released yet, so that each is taken once (MQTT 3.1.1 clause 4.3.3).
import type { SqliteFile } from "../../store/sqlite.ts";

export interface IncomingPacket {
  /** Members of the packet but the payload, as JSON; null where only the message id matters. */
  readonly packet: string | null;
  readonly payload: unknown;
}

/** All calls are synchronous; those that write belong inside a transaction. */
export class IncomingTable {
  readonly #add;
  readonly #find;
  readonly #remove;
  readonly #removeAll;
  readonly #any;

  constructor(db: SqliteFile) {
    this.#add = db.prepare<[string, number, string | null, unknown]>(
      "INSERT OR IGNORE INTO incoming (client_id, message_id, packet, payload) VALUES (?, ?, ?, ?)",
    );
    const where = "WHERE client_id = ? AND message_id = ?";
    this.#find = db.prepare<[string, number], IncomingPacket>(`SELECT packet, payload FROM incoming ${where}`);
    this.#remove = db.prepare<[string, number]>(`DELETE FROM incoming ${where}`);
    this.#removeAll = db.prepare<[string]>("DELETE FROM incoming WHERE client_id = ?");
    this.#any = db.prepare<[string], number>("SELECT 1 FROM incoming WHERE client_id = ? LIMIT 1").pluck();
  }

  /** False when the id is there already: the message was taken before. */
  add(clientId: string, messageId: number, packet: string | null = null, payload: unknown = null): boolean {
    return this.#add.run(clientId, messageId, packet, payload).changes > 0;
  }

  find(clientId: string, messageId: number): IncomingPacket | undefined {
    return this.#find.get(clientId, messageId);
  }

  remove(clientId: string, messageId: number): boolean {
    return this.#remove.run(clientId, messageId).changes > 0;
  }

  removeAll(clientId: string): void {
    this.#removeAll.run(clientId);
  }

  hasAny(clientId: string): boolean {
    return this.#any.get(clientId) !== undefined;
  }
}
