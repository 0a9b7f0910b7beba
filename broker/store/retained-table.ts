// The retained message of each topic.
import type { DamageWatch } from "../../store/damage-watch.ts";
import type { SqliteFile } from "../../store/sqlite.ts";
import { filterMatches, literalPrefix } from "../topic/topic-filter.ts";
import type { Message } from "./message.ts";

interface Row extends Message {
  /** Members that only aedes' contract knows, as JSON. */
  readonly others: string | null;
}

/** All calls are synchronous; those that write belong inside a transaction. */
export class RetainedTable {
  readonly #put;
  readonly #remove;
  readonly #topicsFrom;
  readonly #get;
  readonly #count;
  readonly #has;
  readonly #countFrom;
  readonly #damage: DamageWatch;

  constructor(db: SqliteFile, damage: DamageWatch) {
    this.#damage = damage;
    this.#put = db.prepare<[string, unknown, number, string | null]>(
      "INSERT OR REPLACE INTO retained (topic, payload, qos, others) VALUES (?, ?, ?, ?)",
    );
    this.#remove = db.prepare<[string]>("DELETE FROM retained WHERE topic = ?");
    this.#topicsFrom = db
      .prepare<[string, string], string>("SELECT topic FROM retained WHERE topic >= ? AND topic < ? ORDER BY topic")
      .pluck();
    this.#get = db.prepare<[string], Row>("SELECT topic, payload, qos, others FROM retained WHERE topic = ?");
    this.#count = db.prepare<[], number>("SELECT COUNT(*) FROM retained").pluck();
    this.#countFrom = db
      .prepare<[string, string], number>("SELECT COUNT(*) FROM retained WHERE topic >= ? AND topic < ?")
      .pluck();
    this.#has = db.prepare<[string], number>("SELECT 1 FROM retained WHERE topic = ?").pluck();
  }

  /** Replaces what the topic retains; an empty payload clears it (MQTT 3.1.1 clause 3.3.1.3). */
  put(message: Message, others: string | null = null): void {
    if (message.payload.length === 0) this.#remove.run(message.topic);
    else this.#put.run(message.topic, message.payload, message.qos, others);
  }

  /** What the topics retain that the filter matches, in the order of the topics. */
  *match(filter: string): Generator<Row> {
    const prefix = literalPrefix(filter).replace(/\/$/, ""); // `a/#` matches `a`
    for (const topic of this.#topicsFrom.all(prefix, `${prefix}\u{10FFFF}`)) {
      const row = filterMatches(filter, topic) ? this.#damage.guard(() => this.#get.get(topic)) : undefined;
      if (row !== undefined) yield row;
    }
  }

  has(topic: string): boolean {
    return this.#has.get(topic) !== undefined;
  }

  count(): number {
    return this.#count.get() ?? 0;
  }

  /** How many topics below this prefix, which ends with `/`, retain something. */
  countBelow(prefix: string): number {
    return this.#countFrom.get(prefix, `${prefix.slice(0, -1)}0`) ?? 0; // `0` comes next after `/`
  }
}
