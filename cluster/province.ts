// The arithmetic of a province: connections, rates, bytes, disk and the failure of a site, from named assumptions; nothing is measured here.

/** What the figures follow from. Those of a province are its own; the others say where they come from. */
export interface Assumptions {
  readonly facilities: number;
  readonly desks: number;
  readonly checkInsPerDay: number;
  /** Part of a day's check-ins that comes in its busiest hour. */
  readonly busiestHourShare: number;
  /** How many times the mean of the busiest hour its busiest minute has. */
  readonly minuteFactor: number;
  readonly format: EventFormat;
  /** Servers of the centre's cluster, and copies of each message. */
  readonly nodes: number;
  readonly replicas: number;
  /** Days for which the centre keeps what nobody has fetched yet. */
  readonly keepDays: number;
  /** How long a site, or the centre, is away. */
  readonly outageHours: number;
  /** What a facility's line has to spare for this, kilobits a second each way. */
  readonly linkKbps: number;
  readonly roundTripMs: number;
  /** Messages a second that the centre keeps, with all its copies; 568 were measured with three synced servers on one busy disk. */
  readonly centreRate: number;
}

export type EventFormat = "json" | "pb";

export const standardAssumptions: Assumptions = {
  facilities: 500,
  desks: 20_000,
  checkInsPerDay: 1_000_000,
  busiestHourShare: 0.2,
  minuteFactor: 2,
  format: "json",
  nodes: 3,
  replicas: 3,
  keepDays: 7,
  outageHours: 24,
  linkKbps: 2_000,
  roundTripMs: 40,
  centreRate: 500,
};

/** Bytes of a check-in event; a test holds them to what the encoders make of a sample. */
export const eventBytes: Readonly<Record<EventFormat, number>> = { json: 1_023, pb: 666 };

/** `tiepdon/v1/38xxx/quay-01/checkin/json`. */
const topicBytes = 38;
/** MQTT 3.1.1: header and length 3, length of the topic 2, packet id 2. */
const publishBytes = 7;
const pubackBytes = 4;
/** TLS 1.3: record header 5, type 1, tag 16. */
const tlsBytes = 22;
/** IPv4 and TCP with timestamps. */
const segmentBytes = 52;
/** A full handshake with two certificates of P-256, both ways together: about 3 KB, taken larger. */
const handshakeBytes = 6_000;
/** A desk's `health` once a minute with its PUBACK, and a ping each way in every 30 s. */
const healthBytes = 600;
const keepaliveSeconds = 30;
/** Rows, indices and free pages about each event, measured on 5,000 events: broker 1,403 bytes of 1,023, spool 1,383, NATS 1,130. */
const brokerRowBytes = 380;
const spoolRowBytes = 360;
const natsRowBytes = 107;
/** Unacknowledged messages of one session: our broker's `inFlightMax`. */
const windowOfBridge = 16;
/** Topic filters of a desk at QoS 1; NATS makes a consumer of each subject, and of a filter with `#` two. */
const consumersOfDesk = 7;
/** Where nothing is left to catch up with, the time is without meaning, but finite. */
const leastRate = 0.001;
const secondsPerHour = 3_600;
const hoursPerDay = 24;
const megabyte = 1_000_000;
const gigabyte = 1_000_000_000;

export interface Figure {
  readonly part: string;
  readonly what: string;
  readonly value: number;
  readonly unit: string;
}

/** All figures, in the order of the table. */
export function planProvince(given: Assumptions): readonly Figure[] {
  const perFacility = { desks: given.desks / given.facilities, day: given.checkInsPerDay / given.facilities };
  const wire = wireBytes(given.format);
  const peakOf = (day: number) => (day * given.busiestHourShare * given.minuteFactor) / secondsPerHour;
  const stored = eventBytes[given.format];
  const missedAt = (day: number) => day * shareOf(given.outageHours, given.busiestHourShare);
  const catchUp = (missed: number) => missed / Math.max(bridgeRate(given, wire) - peakOf(perFacility.day), leastRate);
  const copies = Math.min(given.replicas, given.nodes);
  const survivors = Math.max(given.nodes - 1, 1);
  const desk = idleBitsPerSecond();
  return [
    ["rate", "check-ins a second, busiest minute, whole province", peakOf(given.checkInsPerDay), "/s"],
    ["rate", "check-ins a second, busiest minute, one facility", peakOf(perFacility.day), "/s"],
    ["rate", "time a desk has for a patient in the busiest hour", patientSeconds(given), "s"],
    ["wire", "one check-in on the wire with its PUBACK", wire, "B"],
    ["facility", "desks", perFacility.desks, ""],
    ["facility", "connections: desks, hospital software, province", perFacility.desks + 2, ""],
    [
      "facility",
      "inside the house: check-ins of the busiest minute",
      kilobits(peakOf(perFacility.day) * wire),
      "kbit/s",
    ],
    ["facility", "inside the house: health and keepalive of all desks", (desk * perFacility.desks) / 1_000, "kbit/s"],
    [
      "facility",
      "to the province: check-ins of the busiest minute",
      kilobits(peakOf(perFacility.day) * wire),
      "kbit/s",
    ],
    ["facility", "to the province: a whole day", (perFacility.day * wire) / megabyte, "MB"],
    ["centre, bridges", "connections", given.facilities, ""],
    ["centre, bridges", "connections of a node", given.facilities / given.nodes, ""],
    ["centre, bridges", "connections of a node when another is gone", given.facilities / survivors, ""],
    [
      "centre, bridges",
      "network of check-ins, busiest minute",
      kilobits(peakOf(given.checkInsPerDay) * wire) / 1_000,
      "Mbit/s",
    ],
    [
      "centre, bridges",
      "between the nodes, busiest minute",
      ((copies - 1) * kilobits(peakOf(given.checkInsPerDay) * wire)) / 1_000,
      "Mbit/s",
    ],
    ["centre, direct", "connections", given.desks, ""],
    ["centre, direct", "connections of a node when another is gone", given.desks / survivors, ""],
    ["centre, direct", "health and keepalive of all desks", (desk * given.desks) / megabyte, "Mbit/s"],
    [
      "centre, direct",
      "handshakes of the desks of a lost node",
      ((given.desks / given.nodes) * handshakeBytes) / megabyte,
      "MB",
    ],
    ["centre, direct", "replicated consumers with subscribeQos 1", given.desks * consumersOfDesk, ""],
    ["centre, direct", "replicated consumers with subscribeQos 0", 0, ""],
    ["centre, leaf nodes", "connections, and sources of the centre's stream", given.facilities, ""],
    ["disk", "centre, a day, one copy", (given.checkInsPerDay * (stored + natsRowBytes)) / gigabyte, "GB"],
    [
      "disk",
      "centre, all copies, nothing fetched for keepDays",
      (given.checkInsPerDay * (stored + natsRowBytes) * copies * given.keepDays) / gigabyte,
      "GB",
    ],
    [
      "disk",
      "facility's broker, a day that nobody fetches",
      (perFacility.day * (stored + brokerRowBytes)) / megabyte,
      "MB",
    ],
    ["disk", "desk's spool, a day", ((given.checkInsPerDay / given.desks) * (stored + spoolRowBytes)) / 1_000, "kB"],
    ["outage of a broker", "check-ins that wait in one desk", missedAt(given.checkInsPerDay / given.desks), ""],
    ["outage of a broker", "check-ins that wait in one facility's desks", missedAt(perFacility.day), ""],
    ["outage of the centre", "check-ins that wait at one facility", missedAt(perFacility.day), ""],
    [
      "outage of the centre",
      "disk for them at one facility",
      (missedAt(perFacility.day) * (stored + brokerRowBytes)) / megabyte,
      "MB",
    ],
    ["outage of the centre", "check-ins that wait in the province", missedAt(given.checkInsPerDay), ""],
    ["outage of the centre", "rate at which one facility catches up", bridgeRate(given, wire), "/s"],
    ["outage of the centre", "time until one facility has caught up", catchUp(missedAt(perFacility.day)), "s"],
    [
      "outage of the centre",
      "time until the centre has taken everything",
      missedAt(given.checkInsPerDay) / Math.max(given.centreRate - peakOf(given.checkInsPerDay), leastRate),
      "s",
    ],
    [
      "outage of the centre",
      "rate at the centre if all catch up at once",
      bridgeRate(given, wire) * given.facilities,
      "/s",
    ],
  ].map(([part, what, value, unit]) => ({
    part: String(part),
    what: String(what),
    value: Number(value),
    unit: String(unit),
  }));
}

/** One check-in and its acknowledgement: a TLS record and a TCP segment each, and a bare TCP acknowledgement for each. */
export function wireBytes(format: EventFormat): number {
  const publish = publishBytes + topicBytes + eventBytes[format] + tlsBytes + segmentBytes;
  return publish + pubackBytes + tlsBytes + segmentBytes + 2 * segmentBytes;
}

/** The most that can come in so many hours, as a part of a day: the busiest hours one after another, never more than whole days. */
function shareOf(hours: number, busiestHourShare: number): number {
  const days = Math.floor(hours / hoursPerDay);
  return days + Math.min(1, (hours - days * hoursPerDay) * busiestHourShare);
}

/** Check-ins a second over one bridge: what the line carries, or what a window may hold on its way. */
function bridgeRate({ linkKbps, roundTripMs }: Assumptions, wire: number): number {
  return Math.min((linkKbps * 1_000) / 8 / wire, windowOfBridge / (roundTripMs / 1_000));
}

/** Whether the desks can do the day's work at all. */
function patientSeconds({ desks, checkInsPerDay, busiestHourShare }: Assumptions): number {
  return (desks * secondsPerHour) / (checkInsPerDay * busiestHourShare);
}

/** Bits a second of a desk that nobody comes to. */
function idleBitsPerSecond(): number {
  const overhead = tlsBytes + segmentBytes;
  const health = healthBytes + topicBytes + publishBytes + overhead + pubackBytes + overhead + 2 * segmentBytes;
  const ping = 2 * (2 + overhead) + segmentBytes;
  return (health / 60 + ping / keepaliveSeconds) * 8;
}

const kilobits = (bytesPerSecond: number): number => (bytesPerSecond * 8) / 1_000;

/** The figures as a table for people; three digits that count. */
export function provinceTable(figures: readonly Figure[]): string {
  const rows = figures.map(
    ({ part, what, value, unit }) => `| ${part} | ${what} | ${shown(value)}${unit === "" ? "" : ` ${unit}`} |`,
  );
  return ["| part | what | figure |", "|---|---|---|", ...rows].join("\n");
}

function shown(value: number): string {
  if (value >= 1_000) return Math.round(value).toLocaleString("en-US");
  return String(Number(value.toPrecision(3)));
}
