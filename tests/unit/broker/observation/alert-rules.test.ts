// The example for Prometheus and the page for IT speak of metrics and alarms that there are, and of all of them.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import { healthCodes, healthOf } from "../../../../broker/observation/health.ts";
import { histogramRules, metricRules } from "../../../../broker/observation/metric-rules.ts";
import { configExample } from "../../../../command-line/config-example.ts";
import { quietFacts } from "./quiet-facts.ts";

const read = (name: string) => readFileSync(new URL(`../../../../docs/${name}`, import.meta.url), "utf8");

const alertsSchema = z.strictObject({
  groups: z.array(
    z.strictObject({
      name: z.string(),
      rules: z.array(
        z.strictObject({
          alert: z.string().regex(/^Tiepdon[A-Za-z]+$/),
          expr: z.string(),
          for: z
            .string()
            .regex(/^\d+[smh]$/)
            .optional(),
          labels: z.strictObject({ severity: z.enum(["warning", "critical"]) }),
          annotations: z.strictObject({ summary: z.string().regex(/ \| /) }),
        }),
      ),
    }),
  ),
});
const rules = alertsSchema.parse(parse(read("prometheus/alerts.yml"))).groups.flatMap((group) => group.rules);

const histogramNames = Object.keys(histogramRules).flatMap((name) => [
  `${name}_bucket`,
  `${name}_sum`,
  `${name}_count`,
]);
const known = new Set([...Object.keys(metricRules), ...histogramNames, ...Object.keys(histogramRules), "up"]);
const namesIn = (text: string) => text.match(/\b(tiepdon_broker|process|nodejs)_[a-z_]+\b|\bup(?=\{)/g) ?? [];

test("every alert asks for metrics that there are, with labels that they have", () => {
  expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  expect(rules.length).toBeGreaterThan(8);
  for (const { expr } of rules) {
    expect(namesIn(expr).length).toBeGreaterThan(0);
    for (const name of namesIn(expr)) expect(known).toContain(name);
    for (const [, name = "", labels = ""] of expr.matchAll(/([a-z_]+)\{([^}]*)\}/g)) {
      const own = metricRules[name]?.label;
      for (const [, label] of labels.matchAll(/([a-z]+)(?:=~|!~|!=|=)"/g)) expect([own, "job"]).toContain(label);
    }
    for (const [open, close] of ["()", "{}", "[]"].map((pair) => [...pair])) {
      expect(expr.split(open ?? "").length).toBe(expr.split(close ?? "").length);
    }
  }
});

test("the codes that wake somebody up are those of severity failing", () => {
  const failing = rules.find(({ alert }) => alert === "TiepdonBrokerFailing")?.expr.match(/code=~"([^"]+)"/)?.[1];
  const degraded = rules.find(({ alert }) => alert === "TiepdonBrokerDegraded")?.expr.match(/code!~"([^"]+)"/)?.[1];
  const worst = {
    ...quietFacts,
    commits: { ...quietFacts.commits, isRefused: true },
    store: { ...quietFacts.store, isFull: true },
    tls: {
      certificateSeconds: 0,
      authoritySeconds: 0,
      listSeconds: 0,
      refused: 0,
      ended: 0,
      reloadFailures: 0,
      isStale: true,
    },
  };
  const codes = healthOf(worst)
    .reasons.filter(({ severity }) => severity === "failing")
    .map(({ code }) => code);
  expect(failing?.split("|").sort()).toEqual([...codes].sort());
  expect(degraded).toBe(failing);
});

test("the page names every alarm, and no metric that there is not", () => {
  const page = read("operations.md");
  for (const code of healthCodes) expect(page).toContain(`\`${code}\``);
  for (const name of namesIn(page)) expect(known).toContain(name);
});

test("the example asks on the port that the example configuration opens", () => {
  const scrape = parse(read("prometheus/scrape.yml")) as {
    scrape_configs: { static_configs: { targets: string[] }[] }[];
  };
  const { broker } = parse(configExample) as { broker: { observation: { port: number } } };
  expect(scrape.scrape_configs[0]?.static_configs[0]?.targets).toEqual([`127.0.0.1:${broker.observation.port}`]);
});
