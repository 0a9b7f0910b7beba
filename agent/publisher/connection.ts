// Keeps one connection to a broker alive: a fresh link each time, growing and jittered delays between, for ever.
import type { Clock, Log, Random } from "../../protocol/host.ts";
import { BrokerRound } from "./broker-round.ts";
import { LinkError, type LinkListener, type MqttLink } from "./mqtt-link.ts";

/** Whether the broker or the network ended the connection, or we gave it up because it was dead. */
export type Ending = "lost" | "abandoned";

export interface ConnectionListener {
  /** A new connection is up. */
  onUp(link: MqttLink): void;
  /** It is gone; nothing that was sent over it will be answered any more. */
  onDown(how: Ending): void;
  onMessage(topic: string, payload: Uint8Array, isRetained: boolean): void;
}

export interface ConnectionTools {
  /** Where brokers are: at least one. Any of them will do; after a loss or a refusal the next is tried. */
  readonly addresses: readonly string[];
  readonly open: (address: string, listener: LinkListener, giveUp: AbortSignal) => Promise<MqttLink>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** A connection that held this long was sound: the next loss starts again from the shortest delay. */
const steadyMs = 30_000;

export class Connection {
  readonly #tools: ConnectionTools;
  readonly #listener: ConnectionListener;
  readonly #round: BrokerRound;
  #link: MqttLink | undefined;
  #timer: NodeJS.Timeout | undefined;
  #upAtMs = 0;
  #wanted = false;
  /** Ends the attempt under way; nobody waits for a dead address when the program ends. */
  #giveUp = new AbortController();
  /** Numbers the attempts: what an abandoned one still says is not heard. */
  #attempt = 0;

  constructor(tools: ConnectionTools, listener: ConnectionListener) {
    this.#tools = tools;
    this.#listener = listener;
    this.#round = new BrokerRound(tools.addresses, tools.random);
  }

  get isUp(): boolean {
    return this.#link !== undefined;
  }

  start(): void {
    this.#wanted = true;
    this.#connect();
  }

  /** Says goodbye and stops trying. */
  async stop(): Promise<void> {
    this.#wanted = false;
    this.#attempt += 1;
    clearTimeout(this.#timer);
    this.#giveUp.abort();
    const link = this.#link;
    this.#link = undefined;
    await link?.close();
  }

  /** Gives the connection up, because it is open but dead, and makes a new one. */
  abandon(why: string): void {
    const link = this.#link;
    if (link === undefined) return;
    this.#lost(new LinkError("lost", why), "abandoned");
    void link.close();
  }

  #connect(): void {
    this.#attempt += 1;
    const attempt = this.#attempt;
    this.#giveUp = new AbortController();
    const isCurrent = () => this.#wanted && attempt === this.#attempt;
    const listener: LinkListener = {
      onMessage: (topic, payload, isRetained) => {
        if (isCurrent()) this.#listener.onMessage(topic, payload, isRetained);
      },
      onLost: (error) => {
        if (isCurrent()) this.#lost(error, "lost");
      },
    };
    this.#tools.open(this.#round.address, listener, this.#giveUp.signal).then(
      (link) => {
        if (isCurrent()) this.#up(link);
        else void link.close();
      },
      (error: unknown) => {
        if (isCurrent()) this.#retry(error);
      },
    );
  }

  #up(link: MqttLink): void {
    this.#link = link;
    this.#upAtMs = this.#tools.clock.monotonic();
    const { address, failures } = this.#round;
    this.#tools.log.info({ broker: address, tries: failures + 1 }, "connected to the broker");
    this.#listener.onUp(link);
  }

  #lost(error: LinkError, how: Ending): void {
    this.#link = undefined;
    this.#attempt += 1;
    if (this.#tools.clock.monotonic() - this.#upAtMs >= steadyMs) this.#round.wasSound();
    this.#listener.onDown(how);
    this.#retry(error);
  }

  #retry(error: unknown): void {
    const broker = this.#round.address;
    const { address: next, delayMs } = this.#round.failed();
    const { failures } = this.#round;
    const facts = { broker, reason: describe(error), failures, next, delayMs };
    // A person must act on a denial, so it is said each time; an absent broker is said once.
    if (error instanceof LinkError && error.code === "denied")
      this.#tools.log.error(facts, "the broker denies this desk");
    else if (failures === 1) this.#tools.log.warn(facts, "no connection to the broker; scans are kept here");
    else this.#tools.log.debug(facts, "still no connection to the broker");
    this.#timer = setTimeout(() => this.#connect(), delayMs);
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
