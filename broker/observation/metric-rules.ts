// Every metric as a table: its name after the conventions of Prometheus, what it means, and how it is read from the facts.
import type { SpreadFigures } from "../delivery/spread.ts";
import type { Facts } from "./facts.ts";
import { healthCodes, healthOf } from "./health.ts";

/** Undefined: there is no such thing in this broker, so there is no such line. */
export type Reading = number | Readonly<Record<string, number>> | undefined;

export interface MetricRule {
  readonly kind: "counter" | "gauge";
  readonly help: string;
  /** The one label that a reading by name has. Its values are all named in our own code. */
  readonly label?: string;
  readonly read: (facts: Facts) => Reading;
}

export interface HistogramRule {
  readonly help: string;
  readonly read: (facts: Facts) => SpreadFigures;
}

const counter = (help: string, read: MetricRule["read"], label?: string): MetricRule => ({
  ...{ kind: "counter", help, read },
  ...(label !== undefined && { label }),
});
const gauge = (help: string, read: MetricRule["read"], label?: string): MetricRule => ({
  ...{ kind: "gauge", help, read },
  ...(label !== undefined && { label }),
});

export const metricRules: Readonly<Record<string, MetricRule>> = {
  tiepdon_broker_info: gauge("Always 1; the version is the label", ({ version }) => ({ [version]: 1 }), "version"),
  tiepdon_broker_connections: gauge("Open connections", ({ connections }) => ({ ...connections.open }), "listener"),
  tiepdon_broker_connections_accepted_total: counter(
    "Connections that were accepted",
    ({ connections }) => ({ ...connections.accepted }),
    "listener",
  ),
  tiepdon_broker_refused_total: counter(
    "Connections and clients that were refused or ended at the door",
    ({ refused }) => refused,
    "reason",
  ),
  tiepdon_broker_denied_total: counter(
    "Actions that were denied for want of rights or over a limit",
    ({ denied }) => denied,
    "action",
  ),
  tiepdon_broker_messages_received_total: counter("Messages from publishers", ({ messages }) => messages.received),
  tiepdon_broker_messages_kept_total: counter("Messages written to the disk", ({ messages }) => messages.kept),
  tiepdon_broker_messages_delivered_total: counter(
    "PUBLISH packets sent to subscribers, repetitions included",
    ({ messages }) => messages.delivered,
  ),
  tiepdon_broker_messages_dropped_total: counter(
    "QoS 0 messages dropped for subscribers that do not read",
    ({ messages }) => messages.dropped,
  ),
  tiepdon_broker_commits_total: counter("Transactions committed", ({ commits }) => commits.commits),
  tiepdon_broker_commit_steps_total: counter(
    "Writes in these transactions; by commits_total it is the batch size",
    ({ commits }) => commits.steps,
  ),
  tiepdon_broker_commit_failures_total: counter(
    "Transactions that the disk refused",
    ({ commits }) => commits.failures,
  ),
  tiepdon_broker_clients: gauge("Connected clients", ({ sessions }) => sessions.connected),
  tiepdon_broker_sessions: gauge(
    "Kept sessions",
    ({ sessions }) => ({ connected: sessions.keptPresent, absent: sessions.keptAbsent }),
    "state",
  ),
  tiepdon_broker_sessions_ended_total: counter(
    "Kept sessions ended because their client stayed away too long or their queue was full",
    ({ sessions }) => sessions.ended,
  ),
  tiepdon_broker_subscriptions: gauge("Subscriptions of all clients", ({ sessions }) => sessions.subscriptions),
  tiepdon_broker_queued_messages: gauge("Messages that kept sessions wait for", ({ queues }) => queues.messages),
  tiepdon_broker_queued_messages_longest: gauge(
    "Messages in the longest queue",
    ({ queues }) => queues.messagesLongest,
  ),
  tiepdon_broker_queued_bytes: gauge("Their topics and payloads", ({ queues }) => queues.bytes),
  tiepdon_broker_queued_bytes_largest: gauge("Bytes of the largest queue", ({ queues }) => queues.bytesLargest),
  tiepdon_broker_queue_oldest_seconds: gauge(
    "Since the oldest queued message was kept",
    ({ queues }) => queues.oldestSeconds,
  ),
  tiepdon_broker_queue_fill_ratio: gauge(
    "How much of its nearest bound (messages, bytes, age, absence) the fullest queue has used up; at 1 its session ends",
    ({ queues }) => queues.fullest,
  ),
  tiepdon_broker_retained_messages: gauge("Retained messages", ({ retained }) => retained),
  tiepdon_broker_store_bytes: gauge("Size of the store's file", ({ store }) => store.bytes),
  tiepdon_broker_store_used_bytes: gauge("Of these, in use", ({ store }) => store.usedBytes),
  tiepdon_broker_store_fill_ratio: gauge(
    "How much of the nearest bound (storeBytesMax, diskFreeBytesMin) is used up; from 1 on messages are refused",
    ({ store }) => store.fill,
  ),
  tiepdon_broker_wal_bytes: gauge("Size of the store's write-ahead log", ({ store }) => store.walBytes),
  tiepdon_broker_disk_free_bytes: gauge("Space left for the store", ({ store }) => store.diskFreeBytes),
  tiepdon_broker_takeovers_total: counter(
    "Clients that came under the id of one that was connected",
    ({ takeOvers }) => takeOvers,
  ),
  tiepdon_broker_id_disputes_total: counter(
    "Fights of two clients for one id, as of a copied SD card",
    ({ disputes }) => disputes,
  ),
  tiepdon_broker_users: gauge("Accounts in the file of users", ({ users }) => users.count),
  tiepdon_broker_lockouts_total: counter(
    "Times that a user or a network was locked out after wrong passwords",
    ({ lockOuts }) => lockOuts,
  ),
  tiepdon_broker_audit_records_total: counter("Records written to the audit log", ({ audit }) => audit.written),
  tiepdon_broker_audit_write_failures_total: counter(
    "Attempts to write the audit log that failed",
    ({ audit }) => audit.failures,
  ),
  tiepdon_broker_audit_lost_total: counter("Audit records given up because too many waited", ({ audit }) => audit.lost),
  tiepdon_broker_certificate_remaining_seconds: gauge(
    "Until a certificate or the revocation list runs out",
    ({ tls }) =>
      tls && {
        ...{ broker: tls.certificateSeconds, authority: tls.authoritySeconds },
        ...(tls.listSeconds !== undefined && { "revocation-list": tls.listSeconds }),
      },
    "of",
  ),
  tiepdon_broker_tls_refused_total: counter(
    "TLS connections refused for want of a valid certificate, and handshakes that failed",
    ({ tls }) => tls?.refused,
  ),
  tiepdon_broker_tls_ended_total: counter(
    "TLS connections ended because their certificate was revoked or ran out",
    ({ tls }) => tls?.ended,
  ),
  tiepdon_broker_tls_reload_failures_total: counter(
    "Changed TLS files that could not be used",
    ({ tls }) => tls?.reloadFailures,
  ),
  tiepdon_broker_enrolments_total: counter(
    "Enrolments of desks; replayed: a token was shown twice",
    ({ enrolment }) => enrolment && { ...enrolment },
    "outcome",
  ),
  tiepdon_broker_alarm: gauge(
    "1 for each reason of /health that holds",
    (facts) => {
      const held = healthOf(facts).reasons.map(({ code }) => code);
      return Object.fromEntries(healthCodes.map((code) => [code, held.includes(code) ? 1 : 0]));
    },
    "code",
  ),
  process_start_time_seconds: gauge("Start of the process, since 1970", ({ process }) => process.startSeconds),
  process_cpu_seconds_total: counter("Processor time, user and system", ({ process }) => process.cpuSeconds),
  process_resident_memory_bytes: gauge("Memory in use", ({ process }) => process.residentBytes),
  nodejs_heap_size_used_bytes: gauge("Memory of the JavaScript heap", ({ process }) => process.heapBytes),
  nodejs_eventloop_lag_max_seconds: gauge(
    "Longest wait of the event loop within the last minute",
    ({ process }) => process.loopLagSecondsMax,
  ),
};

export const histogramRules: Readonly<Record<string, HistogramRule>> = {
  tiepdon_broker_publish_seconds: {
    help: "From a message's arrival until it was kept and may be acknowledged",
    read: ({ publishSeconds }) => publishSeconds,
  },
};
