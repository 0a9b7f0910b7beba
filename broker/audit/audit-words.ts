// What the audit log may show of words that come over the wire: known words and names of desks, nothing that may be a patient's.
import { facilityPattern, namePattern, topicRoot } from "../../protocol/topics.ts";

/** Stands for everything that is not shown. */
export const hidden = "?";
/** Client ids, users and names of certificates have this form; others are not ours. */
const clientPattern = /^[A-Za-z0-9][A-Za-z0-9._:@-]{0,63}$/;
/** As long a run may be an identity or insurance number, or a date of birth. */
const longDigits = /\d{6}/;
/** Ours have at most 8 levels. */
const levelsMax = 8;

/** Every word of the topic tree below a desk, with those of the commands, and the wildcards. */
const knownWords: ReadonlySet<string> = new Set([
  ...["+", "#", "state", "info", "health", "reader", "checkin", "json", "pb", "rejected", "event", "result"],
  ...["request", "response", "registry", "broadcast", "health_check", "list", "restart", "identify", "feedback"],
  ...["enable", "disable", "firmware", "config", "get", "set", "rollback", "spool", "status", "flush", "replay"],
  ...["log", "level", "selftest", "support", "bundle", "update", "check", "apply", "decommission"],
]);

/** The client id where it has a form that ours have, without a long number. */
export const shownClient = (clientId: string): string =>
  clientPattern.test(clientId) && !longDigits.test(clientId) ? clientId : hidden;

/**
 * A topic or filter as far as it is made of our words: facility, a desk that exists, and the words of the tree. Other
 * levels are hidden, and so is all of a topic outside the tree. `isDesk` says whether there is such a desk.
 */
export function shownTopic(topic: string, isDesk: (facility: string, desk: string) => boolean): string {
  if (topic === "#" || topic === "+") return topic;
  if (topic === "$SYS" || topic.startsWith("$SYS/")) return "$SYS";
  if (!topic.startsWith(`${topicRoot}/`)) return hidden;
  const [facility = "", desk, ...words] = topic.slice(topicRoot.length + 1).split("/");
  const isFacility = facilityPattern.test(facility) || knownWords.has(facility);
  const shown = [topicRoot, isFacility ? facility : hidden];
  if (desk !== undefined) {
    const isShown = knownWords.has(desk) || (namePattern.test(desk) && isDesk(facility, desk));
    shown.push(isShown ? desk : hidden);
  }
  for (const word of words.slice(0, levelsMax)) shown.push(knownWords.has(word) ? word : hidden);
  return shown.join("/");
}
