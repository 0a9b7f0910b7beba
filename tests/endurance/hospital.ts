// A stand-in for hospital software: a kept session that goes on at the next broker, counts what comes, and answers if asked to.
import { setTimeout as sleep } from "node:timers/promises";
import mqtt, { type IClientOptions, type MqttClient } from "mqtt";

export interface HospitalOptions {
  readonly urls: readonly string[];
  readonly connection: IClientOptions;
  readonly clientId: string;
  readonly filters: readonly string[];
  /** Whether each check-in is answered on the desk's `result` topic, as the receipt `result` wants. */
  readonly answers: boolean;
}

/** How long it waits before it tries the next broker. */
const retryMs = 250;
/** How long a broker may take to let it in and grant its filters. */
const patienceMs = 15_000;

export class Hospital {
  /** How often each check-in came: by its topic, then by its sequence number. */
  readonly received = new Map<string, Map<number, number>>();
  /** First deliveries that came after a later check-in of the same desk. */
  outOfOrder = 0;
  /** Times at which it lost a broker or was not let in. */
  failures = 0;
  /** Connections that did not find the session that an earlier one kept. */
  forgotten = 0;
  /** The longest time without any check-in, milliseconds. */
  longestSilenceMs = 0;
  lastAtMs = performance.now();
  readonly #options: HospitalOptions;
  #client: MqttClient | undefined;
  #isWanted = true;
  #hasSession = false;
  #isSubscribed = false;
  #running: Promise<void> | undefined;

  constructor(options: HospitalOptions) {
    this.#options = options;
  }

  /** Resolves when it is subscribed. */
  async start(): Promise<void> {
    this.#isWanted = true;
    this.#isSubscribed = false;
    this.#running = this.#run();
    while (!this.#isSubscribed) await sleep(20);
    this.lastAtMs = performance.now();
  }

  async stop(): Promise<void> {
    this.#isWanted = false;
    this.#client?.end(true);
    await this.#running;
  }

  /** Says goodbye; its session stays, and `start` comes back to it. */
  async leave(): Promise<void> {
    this.#isWanted = false;
    await this.#client?.endAsync();
    await this.#running;
  }

  get isUp(): boolean {
    return this.#client?.connected === true;
  }

  /** Different check-ins so far. */
  get count(): number {
    return [...this.received.values()].reduce((sum, sequences) => sum + sequences.size, 0);
  }

  /** Deliveries beyond the first of each check-in. */
  get repeated(): number {
    return [...this.received.values()].reduce(
      (sum, sequences) => sum + [...sequences.values()].reduce((times, each) => times + each - 1, 0),
      0,
    );
  }

  /** Which of the check-ins 1 to `accepted` on this topic never came. */
  missing(topic: string, accepted: number): number[] {
    const sequences = this.received.get(topic);
    return Array.from({ length: accepted }, (_, index) => index + 1).filter((sequence) => !sequences?.has(sequence));
  }

  async #run(): Promise<void> {
    for (let turn = 0; this.#isWanted; turn += 1) {
      const url = this.#options.urls[turn % this.#options.urls.length] ?? "";
      await this.#serveOneConnection(url);
      if (!this.#isWanted) return;
      this.failures += 1;
      await sleep(retryMs);
    }
  }

  /** Resolves when the connection is over. */
  #serveOneConnection(url: string): Promise<void> {
    return new Promise((resolve) => {
      const { connection, clientId, filters } = this.#options;
      const client = mqtt.connect(url, {
        ...{ ...connection, clientId, clean: false, reconnectPeriod: 0, connectTimeout: patienceMs, keepalive: 10 },
        resubscribe: false,
      });
      this.#client = client;
      let isGranted = false;
      const timer = setTimeout(() => isGranted || client.end(true), patienceMs);
      client.on("error", () => client.end(true));
      client.once("close", () => {
        clearTimeout(timer);
        client.end(true);
        resolve();
      });
      client.on("message", (topic, payload) => this.#take(client, topic, payload));
      client.once("connect", ({ sessionPresent }) => {
        if (this.#hasSession && !sessionPresent) this.forgotten += 1;
        client.subscribe([...filters], { qos: 1 }, (error) => {
          isGranted = !error;
          if (error) client.end(true);
          this.#isSubscribed = isGranted;
          this.#hasSession ||= isGranted;
        });
      });
    });
  }

  #take(client: MqttClient, topic: string, payload: Buffer): void {
    const event = JSON.parse(payload.toString("utf8")) as { id: string; sequence: string };
    const sequence = Number(event.sequence);
    const sequences = this.received.get(topic) ?? new Map<number, number>();
    this.received.set(topic, sequences);
    if (!sequences.has(sequence)) {
      const latest = [...sequences.keys()].at(-1);
      if (latest !== undefined && sequence < latest) this.outOfOrder += 1;
    }
    sequences.set(sequence, (sequences.get(sequence) ?? 0) + 1);
    const now = performance.now();
    this.longestSilenceMs = Math.max(this.longestSilenceMs, now - this.lastAtMs);
    this.lastAtMs = now;
    if (!this.#options.answers) return;
    const desk = topic.slice(0, topic.lastIndexOf("/checkin/"));
    client.publish(`${desk}/result`, JSON.stringify({ subject: event.id, outcome: "eligible" }), { qos: 1 });
  }
}
