// The doors of the broker: a plain listener, one for TLS, or both, all connections that came through them, and the enrolment beside.
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { TLSSocket } from "node:tls";
import type { Clock, Log } from "../protocol/host.ts";
import type { Audit } from "./audit/audit.ts";
import type { EnrolmentFacts, EnrolmentServer } from "./authority/enrolment-server.ts";
import { BrokerError, listenError } from "./broker-error.ts";
import type { BrokerConfig } from "./config.ts";
import { Admission } from "./engine/admission.ts";
import type { RefusalLog } from "./engine/refusal-log.ts";
import { isLoopback } from "./loopback.ts";
import { type TlsFacts, TlsListener } from "./tls/tls-listener.ts";

export interface ListenersOptions {
  readonly config: BrokerConfig;
  readonly clock: Clock;
  readonly log: Log;
  readonly audit: Audit;
  readonly refusals: RefusalLog;
  readonly onConnection: (socket: Socket) => void;
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Connections of each listener. */
export interface ListenerFigures {
  readonly open: { readonly plain: number; readonly tls: number };
  /** Since the start; those that were refused at once don't count. */
  readonly accepted: { readonly plain: number; readonly tls: number };
}

/** TCP probes begin after this silence, in milliseconds: they find dead peers whatever keepalive was agreed. */
const tcpProbeMs = 60_000;

export class Listeners {
  readonly #options: ListenersOptions;
  readonly #admission: Admission;
  readonly #sockets = new Set<Socket>();
  readonly #figures = { open: { plain: 0, tls: 0 }, accepted: { plain: 0, tls: 0 } };
  readonly #names = new WeakMap<Duplex, string>();
  #plain: Server | undefined;
  #tls: TlsListener | undefined;
  #enrolment: EnrolmentServer | undefined;

  constructor(options: ListenersOptions) {
    this.#options = options;
    const { limits, tls } = options.config;
    const connectionsReserved = tls === undefined ? 0 : limits.connectionsReserved;
    this.#admission = new Admission({ ...limits, connectionsReserved }, options.clock);
  }

  /** Opens what is configured. Rejects with `BrokerError`; then `close` has to be called all the same. */
  async open(): Promise<void> {
    const { config, log } = this.#options;
    if (config.plain) {
      this.#plain = await openPlain(config, (socket) => this.#admit(socket));
      log.info(this.plainAddress ?? {}, "The broker listens");
      if (!isLoopback(config.host)) log.warn({ host: config.host }, "Clients on the network may connect without TLS");
    } else if (config.tls === undefined) throw new BrokerError("no-listener", undefined);
    if (config.tls === undefined) return;
    this.#tls = await this.#openTls(config.tls);
    log.info(this.#tls.address, "The broker listens for TLS");
    if (config.enrolment === undefined) return;
    this.#enrolment = await this.#openEnrolment(config.enrolment, this.#tls);
    log.info(this.#enrolment.address, "The broker listens for desks that enrol");
  }

  get plainAddress(): Address | undefined {
    return this.#plain === undefined ? undefined : addressOf(this.#plain);
  }

  get tlsAddress(): Address | undefined {
    return this.#tls?.address;
  }

  get enrolmentAddress(): Address | undefined {
    return this.#enrolment?.address;
  }

  get connections(): number {
    return this.#sockets.size;
  }

  get figures(): ListenerFigures {
    const { open, accepted } = this.#figures;
    return { open: { ...open }, accepted: { ...accepted } };
  }

  tlsFacts(): TlsFacts | undefined {
    return this.#tls?.facts();
  }

  enrolmentFacts(): EnrolmentFacts | undefined {
    return this.#enrolment?.facts();
  }

  /** The name in the certificate of the client at the other end, where it showed one. */
  certificateOf(socket: Duplex): string | undefined {
    return this.#names.get(socket);
  }

  /** Takes no more connections. */
  close(): void {
    this.#plain?.close();
    this.#tls?.close();
    this.#enrolment?.close();
  }

  /** Cuts those that are open. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #admit(socket: Socket): void {
    const { refusals, onConnection } = this.#options;
    const address = socket.remoteAddress;
    const refusal = this.#admission.enter(address, this.#names.has(socket)); // of all listeners together
    if (refusal !== undefined) {
      refusals.note(refusal, { address });
      socket.destroy();
      return;
    }
    this.#sockets.add(socket);
    const listener = socket instanceof TLSSocket ? "tls" : "plain";
    const { open, accepted } = this.#figures;
    accepted[listener] += 1;
    open[listener] += 1;
    socket.once("close", () => {
      open[listener] -= 1;
      this.#sockets.delete(socket);
      this.#admission.leave(address);
    });
    onConnection(socket);
  }

  async #openTls(tls: NonNullable<BrokerConfig["tls"]>): Promise<TlsListener> {
    const { config, clock, log, audit } = this.#options;
    const { connectionsMax, connectSeconds } = config.limits;
    const listener = await TlsListener.load({
      ...{ config: tls, connectionsMax, handshakeSeconds: connectSeconds, probeMs: tcpProbeMs, clock, log, audit },
      onReload: (context) => this.#enrolment?.renew(context),
      onConnection: (socket, name) => {
        if (name !== undefined) this.#names.set(socket, name);
        this.#admit(socket);
      },
    }).catch((error: unknown) => {
      throw new BrokerError("tls-unusable", error);
    });
    await listener.listen().catch((error: unknown) => {
      throw listenError(error, tls);
    });
    return listener;
  }

  /** The library that it needs takes 20 MB, so it is loaded only where desks are enrolled. */
  async #openEnrolment(config: NonNullable<BrokerConfig["enrolment"]>, tls: TlsListener): Promise<EnrolmentServer> {
    const { clock, log, audit } = this.#options;
    const { openEnrolment } = await import("./authority/enrolment-server.ts");
    const server = await openEnrolment({ config, context: tls.context, clock, log, audit }).catch((error: unknown) => {
      throw new BrokerError("authority-unusable", error);
    });
    await server.listen().catch((error: unknown) => {
      server.close();
      throw listenError(error, config);
    });
    return server;
  }
}

async function openPlain({ host, port }: BrokerConfig, admit: (socket: Socket) => void): Promise<Server> {
  const server = createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: tcpProbeMs }, admit);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ host, port }, resolve);
    });
  } catch (error) {
    throw listenError(error, { host, port });
  }
  return server;
}

function addressOf(server: Server): Address {
  const { address, port } = server.address() as AddressInfo;
  return { host: address, port };
}
