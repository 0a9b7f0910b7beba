// Looks at the running broker every few seconds: tells of alarms, publishes $SYS, and answers monitoring.
import type { Log } from "../../protocol/host.ts";
import { BrokerError, listenError } from "../broker-error.ts";
import type { Facts } from "./facts.ts";
import { FactsReader, type ObservedParts } from "./facts-reader.ts";
import { type HealthCode, healthOf } from "./health.ts";
import type { HttpPage } from "./http-page.ts";
import type { ObservationConfig } from "./observation-config.ts";
import type { SysTopics } from "./sys-topics.ts";
import { alarmsOf, SysValues } from "./sys-values.ts";

export interface ObservationOptions {
  readonly config: ObservationConfig;
  readonly parts: ObservedParts;
  readonly sysTopics: SysTopics;
  readonly log: Log;
}

/** How often the broker is looked at, in milliseconds: an alarm is at most that late. */
const lookMs = 2_000;
/** Facts so old are good enough for the next request, in milliseconds: a flood of requests costs one look. */
const freshMs = 500;

export class Observation {
  readonly #options: ObservationOptions;
  readonly #reader: FactsReader;
  readonly #sysValues: SysValues;
  #page: HttpPage | undefined;
  #timer: NodeJS.Timeout | undefined;
  #last: { readonly atMs: number; readonly facts: Promise<Facts> } | undefined;
  #alarms: readonly HealthCode[] = [];
  #publishedAtMs = Number.NEGATIVE_INFINITY;
  #isClosed = false;

  constructor(options: ObservationOptions) {
    this.#options = options;
    this.#reader = new FactsReader(options.parts);
    this.#sysValues = new SysValues(options.parts.clock.monotonic());
  }

  /** Rejects with `BrokerError` when the page can't be opened; then `close` has to be called all the same. */
  async open(): Promise<void> {
    const { config, log } = this.#options;
    await this.#look();
    this.#timer = setInterval(() => {
      this.#look().catch((error: unknown) => {
        if (!this.#isClosed) log.error({ error }, "The broker could not be looked at");
      });
    }, lookMs);
    const { host, port } = config;
    if (port === undefined) return;
    const { HttpPage } = await import("./http-page.ts"); // with the library behind it, for those who want the page
    this.#page = new HttpPage({ config: { ...config, port }, facts: () => this.#facts() });
    await this.#page.checkToken().catch((error: unknown) => {
      throw new BrokerError("observation-token-unusable", error);
    });
    await this.#page.listen().catch((error: unknown) => {
      throw listenError(error, { host, port });
    });
    log.info(this.#page.address, "Metrics and health are served");
  }

  get address(): HttpPage["address"] | undefined {
    return this.#page?.address;
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#timer);
    this.#page?.close();
    this.#reader.close();
  }

  #facts(): Promise<Facts> {
    const nowMs = this.#options.parts.clock.monotonic();
    if (this.#last === undefined || nowMs - this.#last.atMs >= freshMs) {
      this.#last = { atMs: nowMs, facts: this.#reader.read() };
    }
    return this.#last.facts;
  }

  async #look(): Promise<void> {
    const { config, parts, sysTopics } = this.#options;
    const facts = await this.#facts();
    if (this.#isClosed) return;
    const health = healthOf(facts);
    const codes = health.reasons.map(({ code }) => code);
    const isFirst = this.#publishedAtMs === Number.NEGATIVE_INFINITY;
    if (isFirst || codes.join() !== this.#alarms.join()) {
      this.#tell(codes);
      sysTopics.publish({ alarms: alarmsOf(health) });
    }
    const nowMs = parts.clock.monotonic();
    if (nowMs - this.#publishedAtMs < config.sysSeconds * 1_000) return;
    this.#publishedAtMs = nowMs;
    sysTopics.publish({ ...this.#sysValues.of(facts, nowMs), ...(!isFirst && { alarms: alarmsOf(health) }) });
  }

  /** A line for each alarm that came, and for each that went. */
  #tell(codes: readonly HealthCode[]): void {
    const { log } = this.#options;
    for (const alarm of codes) if (!this.#alarms.includes(alarm)) log.error({ alarm }, "An alarm has begun");
    for (const alarm of this.#alarms) if (!codes.includes(alarm)) log.info({ alarm }, "An alarm is over");
    this.#alarms = codes;
  }
}
