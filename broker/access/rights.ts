// What each role may publish and read: the access rule of the topic tree as a table, with the small code that asks it.
import { topicRoot } from "../../protocol/topics.ts";
import { levelsMatch, liesWithin } from "../topic/topic-filter.ts";

export const roles = ["desk", "his", "it", "gateway"] as const;
export type Role = (typeof roles)[number];

/** Who somebody is, as far as rights go. Only a desk must have a facility: a user of another role without one is of all facilities of this broker. */
export interface Identity {
  readonly role: Role;
  readonly facility?: string | undefined;
  /** Of role `desk` only, and always there. */
  readonly desk?: string | undefined;
}

/** The rights of one connection or session. A topic has to be a valid topic name, a filter a valid filter. */
export interface Rights {
  mayPublish(topic: string, retain: boolean): boolean;
  mayRead(topic: string): boolean;
  /** True only when no topic that the filter can match is closed to this identity: wildcards can't climb out. */
  maySubscribe(filter: string): boolean;
}

interface Rule {
  /** Patterns below the desk (`desk`) or below every desk of the facility. */
  readonly publish: readonly string[];
  readonly read: readonly string[];
  /** Patterns below the facility. */
  readonly facilityPublish: readonly string[];
  readonly facilityRead: readonly string[];
  /** Patterns from the root. */
  readonly rootRead: readonly string[];
}

const rules: Readonly<Record<Role, Rule>> = {
  desk: {
    publish: [
      ...["state", "info", "health", "reader/+/state", "reader/+/info"],
      ...["checkin/+", "rejected/+", "event", "response/#"],
    ],
    read: ["request/#", "result", "state"],
    facilityPublish: [],
    facilityRead: ["registry", "broadcast/request/#"],
    rootRead: [],
  },
  his: {
    publish: ["result", "request/#"],
    read: ["checkin/#", "rejected/#", "response/#", "state"],
    facilityPublish: [],
    facilityRead: [],
    rootRead: [],
  },
  it: {
    publish: ["request/#"], // of `broadcast` too, which stands where a desk stands
    read: ["state", "info", "health", "event", "reader/#", "response/#"],
    facilityPublish: ["registry"],
    facilityRead: ["registry"],
    rootRead: ["$SYS/#"],
  },
  gateway: {
    publish: ["result"], // what the insurance portal answered; it commands no desk, so it reads no responses
    read: ["checkin/#", "rejected/#", "state"],
    facilityPublish: [],
    facilityRead: [],
    rootRead: [],
  },
};

/** The only topics that may be retained: states, never events. Below a desk, and below the facility. */
const retainedOfDesk = ["state", "info", "health", "reader/+/state", "reader/+/info"];
const retainedOfFacility = ["registry"];

/** The rights of an identity. Nothing is open that the table does not name. */
export function rightsOf(identity: Identity): Rights {
  const rule = rules[identity.role];
  if (identity.role === "desk" && (identity.desk === undefined || identity.facility === undefined)) return noRights;
  const facility = `${topicRoot}/${identity.facility ?? "+"}`;
  const desk = `${facility}/${identity.role === "desk" ? identity.desk : "+"}`;
  const publish = [...below(desk, rule.publish), ...below(facility, rule.facilityPublish)];
  const read = [...below(desk, rule.read), ...below(facility, rule.facilityRead), ...rule.rootRead.map(split)];
  const retained = [...below(desk, retainedOfDesk), ...below(facility, retainedOfFacility)];
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
const below = (prefix: string, patterns: readonly string[]): Levels[] =>
  patterns.map((pattern) => split(`${prefix}/${pattern}`));
const matchesOne = (patterns: readonly Levels[], topic: Levels): boolean =>
  patterns.some((pattern) => levelsMatch(pattern, topic));
