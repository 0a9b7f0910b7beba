// Tells IT, where it reads the events of its desks, of a second desk under the same name.
import type { Clock } from "../../protocol/host.ts";
import { deskTopics } from "../../protocol/topics.ts";
import type { Router } from "../delivery/router.ts";
import { deskOf } from "../tls/certificate-name.ts";

/** Nothing where the client id is no desk's. */
export function tellOfDuplicate(clientId: string, router: Router, clock: Clock): void {
  const { facility, desk } = deskOf(clientId) ?? {};
  if (facility === undefined || desk === undefined) return;
  const event = { kind: "duplicate_client", boot: null, ts: new Date(clock.now()).toISOString() };
  const message = {
    topic: deskTopics(facility, desk).event,
    payload: Buffer.from(JSON.stringify(event)),
    qos: 1,
  } as const;
  router.publish({ message, retain: false, publisher: { pending: 0 } }, () => {});
}
