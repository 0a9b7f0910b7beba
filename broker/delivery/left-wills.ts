// The wills of clients that were connected when the last run of the broker ended without a word.
import type { Log } from "../../protocol/host.ts";
import type { BrokerStore } from "../store/broker-store.ts";
import type { StoredWill } from "../store/will-table.ts";
import type { Publisher, Router } from "./router.ts";

/** Publishes each once: it is removed in the transaction that keeps it. `refusal` says why its owner may not leave it any more. */
export function publishLeftWills(
  store: BrokerStore,
  router: Router,
  log: Log,
  refusal: (will: StoredWill) => string | undefined,
): void {
  const publisher: Publisher = { pending: 0 };
  for (const will of store.wills.all()) {
    const { topic, payload, qos, retain, clientId, user } = will;
    const refused = refusal(will);
    if (refused !== undefined) {
      log.warn({ clientId, user, refusal: refused }, "A will that an earlier run left was refused");
      store.commit.add(
        () => store.wills.remove(clientId),
        () => {},
      );
      continue;
    }
    const also = () => {
      store.wills.remove(clientId);
      return true;
    };
    router.publish({ message: { topic, payload, qos }, retain, publisher, also }, (error) => {
      if (error !== undefined) log.error({ error, clientId }, "A will that an earlier run left could not be kept");
    });
  }
}
