// The broker's own topics, $SYS/broker/…: the last value of each, for those who may read them; never stored.
import { encodePublish } from "../delivery/publish-packet.ts";
import type { Router } from "../delivery/router.ts";
import type { Session } from "../delivery/session.ts";
import { filterMatches } from "../topic/topic-filter.ts";

export class SysTopics {
  readonly #router: Pick<Router, "publish">;
  readonly #last = new Map<string, Buffer>();

  constructor(router: Pick<Router, "publish">) {
    this.#router = router;
  }

  /** Publishes these values, by the name below $SYS/broker/, at QoS 0. */
  publish(values: Readonly<Record<string, string | number>>): void {
    for (const [name, value] of Object.entries(values)) {
      const topic = `$SYS/broker/${name}`;
      const payload = Buffer.from(String(value));
      this.#last.set(topic, payload);
      this.#router.publish({ message: { topic, payload, qos: 0 }, retain: false, publisher: { pending: 0 } }, () => {});
    }
  }

  /** Sends the last values to a session that has just subscribed, as a broker does with what is retained. */
  sendTo(session: Session, granted: readonly { readonly filter: string }[]): void {
    for (const { filter } of granted) {
      if (!filter.startsWith("$SYS")) continue;
      for (const [topic, payload] of this.#last) {
        if (!filterMatches(filter, topic) || !session.rights.mayRead(topic)) continue;
        session.sendNow(encodePublish({ topic, payload, qos: 0, retain: true, dup: false, messageId: 0 }));
      }
    }
  }
}
