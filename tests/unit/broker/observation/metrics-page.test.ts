// The metrics page: the format of Prometheus, its conventions, every reason from the start, and nothing left of earlier readings.
import { expect, test } from "vitest";
import { Spread } from "../../../../broker/delivery/spread.ts";
import { histogramRules, metricRules } from "../../../../broker/observation/metric-rules.ts";
import { MetricsPage } from "../../../../broker/observation/metrics-page.ts";
import { quietFacts, quietTls } from "./quiet-facts.ts";

const linesOf = (text: string) => text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));

test("each value stands in its line", async () => {
  const lines = linesOf(await new MetricsPage().text({ ...quietFacts, tls: quietTls }));
  for (const line of [
    'tiepdon_broker_info{version="1.2.3"} 1',
    'tiepdon_broker_connections{listener="tls"} 48',
    'tiepdon_broker_connections_accepted_total{listener="plain"} 3',
    'tiepdon_broker_refused_total{reason="packet-too-long"} 0',
    'tiepdon_broker_refused_total{reason="password-wrong"} 4',
    'tiepdon_broker_denied_total{action="subscribe"} 2',
    "tiepdon_broker_messages_received_total 1000",
    'tiepdon_broker_sessions{state="absent"} 1',
    "tiepdon_broker_store_bytes 1000000",
    'tiepdon_broker_certificate_remaining_seconds{of="revocation-list"} 30000000',
    'tiepdon_broker_alarm{code="store-full"} 0',
    'tiepdon_broker_publish_seconds_bucket{le="0.001"} 5',
    'tiepdon_broker_publish_seconds_bucket{le="0.01"} 8',
    'tiepdon_broker_publish_seconds_bucket{le="+Inf"} 10',
    "tiepdon_broker_publish_seconds_sum 0.25",
    "tiepdon_broker_publish_seconds_count 10",
    "process_resident_memory_bytes 90000000",
  ]) {
    expect(lines).toContain(line);
  }
});

test("every line has the form of the text format, and every name keeps the conventions", async () => {
  const text = await new MetricsPage().text({ ...quietFacts, tls: quietTls });
  expect(text.endsWith("\n")).toBe(true);
  const value = String.raw`-?\d+(\.\d+)?(e[+-]?\d+)?`;
  for (const line of linesOf(text)) {
    expect(line).toMatch(new RegExp(String.raw`^[a-z_]+(\{[a-z]+="[A-Za-z0-9.+-]+"\})? ${value}$`));
  }
  for (const [name, { kind }] of Object.entries(metricRules)) {
    expect(name).toMatch(/^(tiepdon_broker|process|nodejs)_[a-z_]+$/);
    expect(name.endsWith("_total")).toBe(kind === "counter");
    expect(text).toContain(`# TYPE ${name} ${kind}\n`);
  }
  for (const name of Object.keys(histogramRules)) expect(text).toContain(`# TYPE ${name} histogram\n`);
});

test("a reading replaces the one before, and what is not there any more has no line", async () => {
  const page = new MetricsPage();
  const first = { ...quietFacts, tls: quietTls, enrolment: { enrolled: 1, replayed: 2, refused: 3 } };
  expect(await page.text(first)).toContain('tiepdon_broker_enrolments_total{outcome="replayed"} 2');
  const later = { ...quietFacts, retained: 7, store: { ...quietFacts.store, diskFreeBytes: undefined } };
  const lines = linesOf(await page.text(later));
  expect(lines).toContain("tiepdon_broker_retained_messages 7");
  expect(lines).toContain("tiepdon_broker_messages_received_total 1000");
  for (const name of ["disk_free_bytes", "certificate_remaining_seconds", "enrolments_total", "tls_refused_total"]) {
    expect(lines.filter((line) => line.includes(name))).toEqual([]);
  }
});

test("an alarm that holds is 1", async () => {
  const text = await new MetricsPage().text({ ...quietFacts, queues: { ...quietFacts.queues, alarmStep: 0.8 } });
  expect(text).toContain('tiepdon_broker_alarm{code="queue-80-percent"} 1');
});

test("a spread counts each value in the first bucket that holds it", () => {
  const spread = new Spread([1, 10]);
  for (const value of [0, 1, 1.001, 10, 11, 1e9]) spread.note(value);
  expect(spread.figures).toEqual({ bounds: [1, 10], counts: [2, 2, 2], sum: 1_000_000_023.001 });
});
