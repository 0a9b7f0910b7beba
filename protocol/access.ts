// Who may publish and read what: the access rule of the topic tree as a table, for our own broker and for engines that take its place.
import { topicRoot } from "./topics.ts";

export const roles = ["desk", "his", "it", "gateway"] as const;
export type Role = (typeof roles)[number];

/** Who somebody is, as far as rights go. Only a desk must have a facility: a user of another role without one is of all facilities of this broker. */
export interface Identity {
  readonly role: Role;
  readonly facility?: string | undefined;
  /** Of role `desk` only, and always there. */
  readonly desk?: string | undefined;
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

/** What an identity may do, as topic filters from the root of the tree; nothing is open that they do not name. */
export interface OpenTopics {
  readonly publish: readonly string[];
  readonly read: readonly string[];
  /** Only what matches one of these may be retained. */
  readonly retained: readonly string[];
}

/** The row of an identity, with its own facility and desk filled in. A desk without its name may do nothing. */
export function openTopics({ role, facility, desk }: Identity): OpenTopics {
  if (role === "desk" && (desk === undefined || facility === undefined)) return { publish: [], read: [], retained: [] };
  const rule = rules[role];
  const facilityPrefix = `${topicRoot}/${facility ?? "+"}`;
  const deskPrefix = `${facilityPrefix}/${role === "desk" ? desk : "+"}`;
  return {
    publish: [...below(deskPrefix, rule.publish), ...below(facilityPrefix, rule.facilityPublish)],
    read: [...below(deskPrefix, rule.read), ...below(facilityPrefix, rule.facilityRead), ...rule.rootRead],
    retained: [...below(deskPrefix, retainedOfDesk), ...below(facilityPrefix, retainedOfFacility)],
  };
}

const below = (prefix: string, patterns: readonly string[]): string[] =>
  patterns.map((pattern) => `${prefix}/${pattern}`);
