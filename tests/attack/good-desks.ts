// The facility's honest life during an attack: desks that publish check-ins at a steady rate, and the hospital's software that hears them.
import { randomUUID } from "node:crypto";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { connect as connectTls } from "node:tls";
import { WireClient } from "../fixtures/wire-client.ts";
import type { Installation } from "./installation.ts";
import { facility, goodHis, type Identity, rogueDeskName, topicOf } from "./target.ts";

/** Two arrivals a second at each desk: a hundred times what a desk really sees, so that there is something to measure. */
const everyMs = 500;
/** A check-in event in JSON has about so many bytes. */
const checkInBytes = 2_000;
/** An honest client waits at most so long for what it is owed after an attack, in milliseconds. */
const patienceMs = 30_000;

export interface Latency {
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly mostMs: number;
}

interface Desk {
  readonly name: string;
  client: WireClient;
  timer: NodeJS.Timeout | undefined;
}

function checkIn(id: string): Buffer {
  const event = { specversion: "1.0", id, type: "vn.tiepdon.checkin.v1", data: { filling: "" } };
  const rest = checkInBytes - JSON.stringify(event).length;
  return Buffer.from(JSON.stringify({ ...event, data: { filling: "x".repeat(rest) } }));
}

export class GoodDesks {
  readonly #installation: Installation;
  readonly #desks: Desk[] = [];
  readonly #owed = new Set<string>();
  readonly #forged = new Set<string>();
  #his: WireClient | undefined;
  #latencies: number[] = [];
  #sent = 0;
  #answered = 0;

  constructor(installation: Installation) {
    this.#installation = installation;
  }

  /** Connects everybody and begins to publish. */
  async start(): Promise<void> {
    const { target, desks } = this.#installation;
    const his = new WireClient(connect({ port: target.plainPort, host: "127.0.0.1", noDelay: true }));
    await greet(his, { clientId: goodHis, user: goodHis, password: target.password, clean: false });
    his.onArrival = ({ topic, text }) => this.#hear(topic, text);
    await his.subscribe([topicOf("+", "checkin/json"), topicOf("+", "state")], 1);
    this.#his = his;
    for (const [index, identity] of desks.entries()) {
      const name = identity.name.split(":")[1] ?? "";
      const desk: Desk = { name, client: await this.#connect(identity), timer: undefined };
      this.#desks.push(desk);
      setTimeout(
        () => {
          desk.timer = setInterval(() => void this.#publish(desk), everyMs);
        },
        (index * everyMs) / desks.length,
      );
    }
  }

  /** From now on latencies are counted anew. */
  takeLatency(): Latency {
    const sorted = this.#latencies.sort((a, b) => a - b);
    this.#latencies = [];
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
    return { count: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99), mostMs: sorted.at(-1) ?? Number.NaN };
  }

  /** What went wrong for honest people so far; empty is good. */
  faults(): string[] {
    const lost = this.#desks.filter(({ client }) => !client.isOpen).map(({ name }) => name);
    return [
      ...(lost.length > 0 ? [`${lost.length} desks lost their connection`] : []),
      ...(this.#his?.isOpen === true ? [] : ["the hospital's software lost its connection"]),
      ...[...this.#forged].map((topic) => `the hospital's software heard a forgery on ${topic}`),
    ];
  }

  /** A desk that was not there before comes and publishes; then everything acknowledged has to be with the hospital's software. */
  async check(): Promise<string[]> {
    const { freshDesk } = this.#installation;
    const faults = this.faults();
    const begin = performance.now();
    let fresh: WireClient | undefined;
    while (fresh === undefined && performance.now() - begin < patienceMs) {
      fresh = await this.#connect(freshDesk).catch(() => sleep(100, undefined));
    }
    const waitedMs = performance.now() - begin;
    if (fresh === undefined) faults.push("a fresh desk could not connect");
    else {
      if (waitedMs > 10_000) faults.push(`a fresh desk waited ${Math.round(waitedMs)} ms to connect`);
      const id = randomUUID();
      this.#owed.add(id);
      const isKept = await fresh.publish({ topic: topicOf("quay-99", "checkin/json"), payload: checkIn(id), qos: 1 });
      if (!isKept) faults.push("a fresh desk could not publish");
      const state = { topic: topicOf("quay-99", "state"), payload: `{"at":"${id}"}`, qos: 1, retain: true } as const;
      if (!(await fresh.publish(state))) faults.push("a fresh desk could not retain its state");
      await fresh.end();
    }
    const owed = [...this.#owed];
    const end = performance.now() + patienceMs;
    while (owed.some((id) => this.#owed.has(id)) && performance.now() < end) await sleep(20);
    const missing = owed.filter((id) => this.#owed.has(id)).length;
    if (missing > 0) faults.push(`${missing} acknowledged check-ins never came`);
    return faults;
  }

  get counts(): { readonly sent: number; readonly answered: number } {
    return { sent: this.#sent, answered: this.#answered };
  }

  /** Connects again whoever lost the connection, so that the next attack begins with everybody. */
  async mend(): Promise<void> {
    for (const [index, desk] of this.#desks.entries()) {
      const identity = this.#installation.desks[index];
      if (!desk.client.isOpen && identity !== undefined) desk.client = await this.#connect(identity);
    }
  }

  async stop(): Promise<void> {
    for (const { timer, client } of this.#desks) {
      clearInterval(timer);
      await client.cut();
    }
    await this.#his?.cut();
  }

  async #publish(desk: Desk): Promise<void> {
    if (!desk.client.isOpen) return;
    const id = randomUUID();
    const message = { topic: topicOf(desk.name, "checkin/json"), payload: checkIn(id), qos: 1 } as const;
    this.#sent += 1;
    const sentAt = performance.now(); // at the write itself: what delays this process counts for nobody
    this.#owed.add(id);
    const isKept = await desk.client.publish(message);
    if (isKept) {
      this.#answered += 1;
      this.#latencies.push(performance.now() - sentAt);
    } else this.#owed.delete(id); // never acknowledged, so nothing was promised
  }

  #hear(topic: string, text: string): void {
    if (topic.endsWith("/state")) return;
    const id = /"id":"([^"]+)"/.exec(text)?.[1];
    const isFromRogue = topic.startsWith(`tiepdon/v1/${facility}/${rogueDeskName}/`); // it may speak for itself
    if (id !== undefined) this.#owed.delete(id);
    else if (!isFromRogue) this.#forged.add(topic);
  }

  async #connect(identity: Identity): Promise<WireClient> {
    const { target } = this.#installation;
    const { cert, key, name } = identity;
    const to = { port: target.tlsPort, host: "127.0.0.1", servername: "localhost", ca: target.ca };
    const client = new WireClient(connectTls({ ...to, cert, key }));
    client.socket.setNoDelay(true);
    await greet(client, { clientId: name, keepalive: 30 });
    return client;
  }
}

async function greet(client: WireClient, options: Parameters<WireClient["connect"]>[0]): Promise<void> {
  const { code } = await client.connect(options);
  if (code !== 0) throw new Error(`${options.clientId} was refused: ${code}`);
}
