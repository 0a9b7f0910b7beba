// The last wills of connected clients, with the user that each belongs to, so that none is lost with the broker.
import type { SqliteFile } from "../../store/sqlite.ts";
import type { Message } from "./message.ts";

export interface StoredWill extends Message {
  readonly clientId: string;
  readonly user: string;
  /** The run of the broker in which it was left. */
  readonly brokerId: string;
  readonly retain: boolean;
}

type Row = Omit<StoredWill, "retain"> & { retain: number };

/** All calls are synchronous; those that write belong inside a transaction. */
export class WillTable {
  readonly #put;
  readonly #find;
  readonly #all;
  readonly #remove;

  constructor(db: SqliteFile) {
    this.#put = db.prepare<[string, string, string, string, unknown, number, number]>(
      "INSERT OR REPLACE INTO wills (client_id, user, broker_id, topic, payload, qos, retain) VALUES (?, ?, ?, ?, ?, ?, ?)",
    );
    const columns = "SELECT client_id AS clientId, user, broker_id AS brokerId, topic, payload, qos, retain FROM wills";
    this.#find = db.prepare<[string], Row>(`${columns} WHERE client_id = ?`);
    this.#all = db.prepare<[], Row>(`${columns} ORDER BY client_id`);
    this.#remove = db.prepare<[string]>("DELETE FROM wills WHERE client_id = ?");
  }

  /** One will a client: a new one replaces the old. */
  put(will: StoredWill): void {
    const { clientId, user, brokerId, topic, payload, qos, retain } = will;
    this.#put.run(clientId, user, brokerId, topic, payload, qos, retain ? 1 : 0);
  }

  find(clientId: string): StoredWill | undefined {
    const row = this.#find.get(clientId);
    return row && toWill(row);
  }

  all(): readonly StoredWill[] {
    return this.#all.all().map(toWill);
  }

  remove(clientId: string): void {
    this.#remove.run(clientId);
  }
}

const toWill = (row: Row): StoredWill => ({ ...row, retain: row.retain === 1 });
