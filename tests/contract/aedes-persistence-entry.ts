// Hands our persistence to aedes-persistence's own abstract suite; run by node --test, which the suite is written for.
import { test } from "node:test";
import abstractPersistence from "aedes-persistence/abstract.js";
import { openBrokerStore } from "../../broker/store/broker-store.ts";
import { SqlitePersistence } from "../../broker/store/sqlite-persistence.ts";

abstractPersistence({
  test,
  testAsync: true,
  persistence: () => new SqlitePersistence(openBrokerStore(":memory:", 0)),
});
