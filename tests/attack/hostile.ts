// What all attacks are made of: hostile sockets, the end of their time, chance from a seed, and the counting of acts.
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { connect as connectTls, type TLSSocket } from "node:tls";
import type { QoS } from "mqtt-packet";
import { WireClient, type WireOptions } from "../fixtures/wire-client.ts";
import { forgery, type Identity, type Outcome, type Target } from "./target.ts";

/** The address that attackers come from, unless they come from many. */
const ownAddress = "127.0.66.1";

export class Attacker {
  readonly target: Target;
  acts = 0;
  readonly #gained = new Set<string>();
  readonly #endsAt: number;
  readonly #sockets = new Set<Socket>();
  #state: number;

  constructor(target: Target, seconds: number, seed: number) {
    this.target = target;
    this.#endsAt = performance.now() + seconds * 1_000;
    this.#state = seed >>> 0;
  }

  get isOver(): boolean {
    return performance.now() >= this.#endsAt;
  }

  /** 0 to below `bound`; xorshift32, so that a seed repeats a run. */
  random(bound: number): number {
    let x = this.#state || 1;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x >>> 0;
    return this.#state % bound;
  }

  randomBytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.random(256));
  }

  act(count = 1): void {
    this.acts += count;
  }

  gain(what: string): void {
    this.#gained.add(what);
  }

  /** One of 65,536 loopback addresses: a botnet, each with an account of its own at the door. */
  anyAddress(): string {
    return `127.67.${this.random(256)}.${1 + this.random(254)}`;
  }

  plain(localAddress = ownAddress): Socket {
    return this.#track(connect({ port: this.target.plainPort, host: "127.0.0.1", localAddress, noDelay: true }));
  }

  /** To the TLS port without a word of TLS. */
  bareTls(localAddress = ownAddress): Socket {
    return this.#track(connect({ port: this.target.tlsPort, host: "127.0.0.1", localAddress, noDelay: true }));
  }

  tls(identity: Identity | undefined, options: object = {}, localAddress = ownAddress): TLSSocket {
    const { ca, tlsPort } = this.target;
    const keys = identity && { cert: identity.cert, key: identity.key };
    const line = this.bareTls(localAddress);
    const socket = connectTls({
      socket: line,
      host: "127.0.0.1",
      port: tlsPort,
      servername: "localhost",
      ca,
      ...keys,
      ...options,
    });
    return this.#track(socket) as TLSSocket;
  }

  /** An MQTT client of this account on the plain listener; undefined when it was not let in. */
  async client(user: string, options: Partial<WireOptions> = {}, address?: string): Promise<WireClient | undefined> {
    const client = new WireClient(this.plain(address));
    const clientId = `${user}-${this.random(1e9)}`;
    const { code } = await client.connect({ clientId, user, password: this.target.password, ...options });
    if (code === 0) return client;
    await client.cut();
    return undefined;
  }

  /** The stolen desk, which may connect and publish as itself. */
  async rogueDesk(options: Partial<WireOptions> = {}): Promise<WireClient | undefined> {
    const { rogueDesk } = this.target;
    const client = new WireClient(this.tls(rogueDesk));
    const { code } = await client.connect({ clientId: rogueDesk.name, ...options });
    if (code === 0) return client;
    await client.cut();
    return undefined;
  }

  /** Repeats until the time is over, so many at once, and in all not more than so many times a second. */
  async repeat(work: () => Promise<void>, { atOnce = 16, perSecond = 1_000 } = {}): Promise<void> {
    const begin = performance.now();
    let begun = 0;
    const run = async () => {
      while (!this.isOver) {
        const early = (begun / perSecond) * 1_000 - (performance.now() - begin);
        if (early > 0) await sleep(Math.min(early, 1_000));
        if (this.isOver) return;
        begun += 1;
        await work();
      }
    };
    await Promise.all(Array.from({ length: atOnce }, run));
  }

  /** Writes as fast as the broker reads, until the end or until it hangs up; `acts` for each time. */
  async pour(socket: Socket, bytes: Uint8Array, acts: number): Promise<void> {
    socket.setMaxListeners(0);
    while (!this.isOver && !socket.destroyed) {
      this.act(acts);
      if (!socket.write(bytes)) await Promise.race([once(socket, "drain"), once(socket, "close"), sleep(1_000)]);
      else await sleep(0);
    }
  }

  /** Waits for the end of the time. */
  async wait(): Promise<void> {
    while (!this.isOver) await sleep(50);
  }

  /** What this client of an attacker has heard and must not have: check-ins of others. */
  judgeArrivals(who: string, client: WireClient | undefined, mayHear: (topic: string) => boolean): void {
    for (const { topic } of client?.arrivals ?? []) if (!mayHear(topic)) this.gain(`${who} heard ${topic}`);
  }

  /** Cuts everything that is still open. */
  end(): Outcome {
    for (const socket of this.#sockets) socket.destroy();
    return { acts: this.acts, gained: [...this.#gained] };
  }

  #track(socket: Socket): Socket {
    this.#sockets.add(socket);
    socket.on("error", () => {}).once("close", () => this.#sockets.delete(socket));
    return socket;
  }
}

export const once = (socket: Socket, event: "drain" | "close" | "connect" | "secureConnect" | "data"): Promise<void> =>
  new Promise((resolve) => socket.once(event, () => resolve()));

/** Resolves when it is closed, at the latest after so many milliseconds. */
export const closedWithin = (socket: Socket, ms: number): Promise<void> =>
  socket.destroyed ? Promise.resolve() : Promise.race([once(socket, "close"), sleep(ms, undefined, { ref: false })]);

export const forged = (topic: string, qos: QoS = 1) => ({ topic, payload: forgery, qos }) as const;

/** A hostile way of acting, what it does, and what stops it. */
export interface Attack {
  readonly name: string;
  readonly does: string;
  readonly stoppedBy: string;
  run(attacker: Attacker): Promise<void>;
}
