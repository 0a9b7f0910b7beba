// Every MQTT topic of Tiepdon, in one place; the tree is tiepdon/v1/<facility>/<desk>/….

export const topicRoot = "tiepdon/v1";

/** What may stand for a desk or a reader in a topic. */
export const namePattern = /^[a-z0-9-]{1,32}$/;
/** A facility in a topic: its code (mã CSKCB, five characters) in lower case. */
export const facilityPattern = /^\d{2}[0-9a-z]{3}$/;

/** The topics of one desk. `facility` and `desk` must match the patterns above. */
export function deskTopics(facility: string, desk: string) {
  const prefix = `${topicRoot}/${facility}/${desk}`;
  return {
    prefix,
    /** Retained; the last will says `offline` here. */
    state: `${prefix}/state`,
    /** Retained. */
    info: `${prefix}/info`,
    /** Retained. */
    health: `${prefix}/health`,
    checkInJson: `${prefix}/checkin/json`,
    checkInProtobuf: `${prefix}/checkin/pb`,
    rejectedJson: `${prefix}/rejected/json`,
    event: `${prefix}/event`,
    result: `${prefix}/result`,
    requests: `${prefix}/request/#`,
    request: (command: string) => `${prefix}/request/${command}`,
    /** The command of a request's topic; undefined for other topics. */
    commandOf: (topic: string) => behind(topic, `${prefix}/request/`),
    response: (command: string) => `${prefix}/response/${command}`,
    /** Retained. */
    readerState: (reader: string) => `${prefix}/reader/${reader}/state`,
    /** Retained. */
    readerInfo: (reader: string) => `${prefix}/reader/${reader}/info`,
  } as const;
}
export type DeskTopics = ReturnType<typeof deskTopics>;

/** The topics that all desks of a facility share. */
export function facilityTopics(facility: string) {
  const prefix = `${topicRoot}/${facility}`;
  return {
    prefix,
    /** Retained: the signed list of certified readers. */
    registry: `${prefix}/registry`,
    broadcastRequests: `${prefix}/broadcast/request/#`,
    broadcastRequest: (command: string) => `${prefix}/broadcast/request/${command}`,
    /** The command of a request to all desks; undefined for other topics. */
    commandOf: (topic: string) => behind(topic, `${prefix}/broadcast/request/`),
    /** Every check-in of every desk, as JSON: what hospital software subscribes to. */
    everyCheckInJson: `${prefix}/+/checkin/json`,
    everyRejectedJson: `${prefix}/+/rejected/json`,
    everyState: `${prefix}/+/state`,
    everyHealth: `${prefix}/+/health`,
  } as const;
}

const behind = (topic: string, start: string): string | undefined =>
  topic.startsWith(start) ? topic.slice(start.length) : undefined;
