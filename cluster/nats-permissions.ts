// Turns the rights of the topic tree into permissions of NATS subjects, as nats-server maps MQTT topics to them.
import { type Identity, openTopics } from "../protocol/access.ts";

/** Subjects that one user may use; with `*` for one token and `>` for one or more. */
export interface Permissions {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

/**
 * Where the server delivers QoS 1 messages to its MQTT clients; it makes that subscription itself, with the client's rights.
 * A client can't subscribe below it: MQTT filters of that prefix are refused.
 */
const deliverySubjects = "$MQTT.sub.>";

/** The rights of an identity. The server's own topics (`$SYS`) have no counterpart: NATS keeps them in an account apart. */
export function permissionsOf(identity: Identity): Permissions {
  const { publish, read } = openTopics(identity);
  const own = (filter: string) => !filter.startsWith("$");
  return {
    publish: publish.flatMap(subjectsOf),
    subscribe: [...read.filter(own).flatMap(subjectsOf), deliverySubjects],
  };
}

/**
 * The subjects that an MQTT filter stands for: `/` becomes `.`, `+` becomes `*`, and `#` becomes two subjects, since it matches
 * its parent level too and `>` does not. Filters of our tree hold neither `.` nor blanks, which older servers refuse.
 */
export function subjectsOf(filter: string): readonly string[] {
  const subject = filter.replaceAll("/", ".").replaceAll("+", "*");
  return subject.endsWith(".#") ? [subject.slice(0, -2), subject.replace(/#$/, ">")] : [subject];
}
