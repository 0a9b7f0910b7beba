// Stores of earlier versions are brought up to date with everything in them.
import { join } from "node:path";
import { expect, test } from "vitest";
import { openBrokerStore } from "../../../broker/store/broker-store.ts";
import { migrations } from "../../../broker/store/schema.ts";
import { openSqliteFile } from "../../../store/sqlite-file.ts";
import { temporaryDirectory } from "../../fixtures/clean-up.ts";

test("a queue of the first version is weighed when it is opened", () => {
  const path = join(temporaryDirectory(), "broker.sqlite");
  const { db } = openSqliteFile(path, { migrations: migrations.slice(0, 1), now: 0 });
  db.exec(`
    INSERT INTO sessions (id, client_id, user) VALUES (1, 'his', 'his');
    INSERT INTO events VALUES (1, 'đ', x'00ff00', 1, 0, 1, NULL), (2, 'tt', x'', 1, 0, 1, NULL);
    INSERT INTO queue (session, event, qos) VALUES (1, 1, 1), (1, 2, 1), (7, 99, 1);`);
  db.close();
  const store = openBrokerStore(path, 0);
  expect([...store.queue.sums()]).toEqual([
    [1, { queued: 2, bytes: 2 + 3 + 2 }],
    [7, { queued: 1, bytes: 0 }],
  ]);
  expect(store.queue.oldestKeptAt(1)).toBeUndefined();
  store.close();
});
