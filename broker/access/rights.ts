// Asks the access rule of the topic tree for one identity.
import { type Identity, openTopics } from "../../protocol/access.ts";
import { levelsMatch, liesWithin } from "../topic/topic-filter.ts";

/** The rights of one connection or session. A topic has to be a valid topic name, a filter a valid filter. */
export interface Rights {
  mayPublish(topic: string, retain: boolean): boolean;
  mayRead(topic: string): boolean;
  /** True only when no topic that the filter can match is closed to this identity: wildcards can't climb out. */
  maySubscribe(filter: string): boolean;
}

/** The rights of an identity. Nothing is open that the table does not name. */
export function rightsOf(identity: Identity): Rights {
  const open = openTopics(identity);
  const publish = open.publish.map(split);
  const read = open.read.map(split);
  const retained = open.retained.map(split);
  return {
    mayPublish: (topic, retain) => {
      const levels = topic.split("/");
      return matchesOne(publish, levels) && (!retain || matchesOne(retained, levels));
    },
    mayRead: (topic) => matchesOne(read, topic.split("/")),
    maySubscribe: (filter) => {
      const levels = filter.split("/");
      return read.some((pattern) => liesWithin(levels, pattern));
    },
  };
}

/** For a session whose user is gone. */
export const noRights: Rights = { mayPublish: () => false, mayRead: () => false, maySubscribe: () => false };

/** For a broker that is open to everyone: all but the broker's own topics, and but the filters that are refused to all. */
export function everyonesRights(refusedFilters: readonly string[]): Rights {
  const isOwn = (topic: string) => topic === "$SYS" || topic.startsWith("$SYS/");
  return {
    mayPublish: (topic) => !isOwn(topic),
    mayRead: (topic) => !isOwn(topic),
    maySubscribe: (filter) => !isOwn(filter) && !refusedFilters.includes(filter),
  };
}

type Levels = readonly string[];
const split = (pattern: string): Levels => pattern.split("/");
const matchesOne = (patterns: readonly Levels[], topic: Levels): boolean =>
  patterns.some((pattern) => levelsMatch(pattern, topic));
