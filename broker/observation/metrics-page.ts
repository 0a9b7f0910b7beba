// Writes the metrics in the text format of Prometheus; the door to prom-client.
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { SpreadFigures } from "../delivery/spread.ts";
import type { Facts } from "./facts.ts";
import { histogramRules, type MetricRule, metricRules, type Reading } from "./metric-rules.ts";

/** Takes its buckets as they were counted elsewhere, so that nothing of the library runs for each message. */
class CountedHistogram extends Histogram {
  figures: SpreadFigures = { bounds: [], counts: [], sum: 0 };
  readonly #name: string;
  readonly #help: string;

  constructor(name: string, help: string, registry: Registry) {
    super({ name, help, registers: [registry] });
    this.#name = name;
    this.#help = help;
  }

  /** What the registry asks for the text; the library's types leave it out. */
  getForPromString(): object {
    const { bounds, counts, sum } = this.figures;
    let count = 0;
    const buckets = counts.map((counted, place) => {
      count += counted;
      return { metricName: `${this.#name}_bucket`, labels: { le: bounds[place] ?? "+Inf" }, value: count };
    });
    const values = [
      ...buckets,
      { metricName: `${this.#name}_sum`, value: sum },
      { metricName: `${this.#name}_count`, value: count },
    ];
    return { name: this.#name, help: this.#help, type: "histogram", values };
  }
}

/** A registry of its own: nothing that another part of the process counts gets onto the page. */
export class MetricsPage {
  readonly #registry = new Registry();
  readonly #metrics: readonly { readonly rule: MetricRule; readonly set: (reading: Reading) => void }[];
  readonly #histograms;

  constructor() {
    this.#metrics = Object.entries(metricRules).map(([name, rule]) => ({ rule, set: this.#metric(name, rule) }));
    this.#histograms = Object.entries(histogramRules).map(([name, rule]) => ({
      rule,
      histogram: new CountedHistogram(name, rule.help, this.#registry),
    }));
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(facts: Facts): Promise<string> {
    for (const { rule, set } of this.#metrics) set(rule.read(facts));
    for (const { rule, histogram } of this.#histograms) histogram.figures = rule.read(facts);
    return this.#registry.metrics();
  }

  #metric(name: string, { kind, help, label }: MetricRule): (reading: Reading) => void {
    const options = { name, help, labelNames: label === undefined ? [] : [label], registers: [this.#registry] };
    const metric = kind === "counter" ? new Counter(options) : new Gauge(options);
    return (reading) => {
      metric.reset();
      if (reading === undefined) metric.remove({});
      else if (typeof reading === "number") metric.inc(reading);
      else for (const [value, count] of Object.entries(reading)) metric.inc({ [label ?? ""]: value }, count);
    };
  }
}
