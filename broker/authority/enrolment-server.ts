// Gives desks their first certificate for a one-time token: a port of its own beside MQTT, TLS, one request a connection.
import type { AddressInfo, Socket } from "node:net";
import { createServer, type SecureContextOptions, type Server, type TLSSocket } from "node:tls";
import type { Clock, Log } from "../../protocol/host.ts";
import type { Audit } from "../audit/audit.ts";
import { Admission } from "../engine/admission.ts";
import { Authority, AuthorityError } from "./authority.ts";
import type { EnrolmentConfig } from "./enrolment-config.ts";
import { type Answer, type EnrolmentRefusal, exchangeMsMax, readLine, requestSchema } from "./enrolment-line.ts";

export interface EnrolmentOptions {
  readonly config: EnrolmentConfig;
  /** The broker's certificate and key: desks know it by the fingerprint in their token. */
  readonly context: SecureContextOptions;
  readonly clock: Clock;
  readonly log: Log;
  readonly audit: Audit;
}

/** Since the start; `replayed` and `refused` are for the alarm, since a stolen token shows there. */
export interface EnrolmentFacts {
  readonly enrolled: number;
  /** Tokens that were shown a second time. */
  readonly replayed: number;
  readonly refused: number;
}

/** Desks are enrolled one after the other; more at once is a flood. */
const connectionsMax = 16;
/** Of one address: at once, and a second once it has used these up. Nobody else's place is taken. */
const connectionsPerAddressMax = 8;
const connectsPerSecondPerAddress = 0.5;
/** Exchanges a minute, of everybody: a facility of 50 desks is through in one, and guessing stays hopeless. */
const exchangesAMinuteMax = 60;
const minuteMs = 60_000;

const refusals = { unknown: "token-unknown", "used-before": "token-used", expired: "token-expired" } as const;

/** Opens the authority of the configuration, for a server that doesn't listen yet. Rejects when there is none, or it can't be read. */
export async function openEnrolment(options: EnrolmentOptions): Promise<EnrolmentServer> {
  const { config, clock } = options;
  return new EnrolmentServer(options, await Authority.open(config.authorityDir, () => clock.now()));
}

export class EnrolmentServer {
  readonly #options: EnrolmentOptions;
  readonly #authority: Authority;
  readonly #server: Server;
  readonly #open = new Set<TLSSocket>();
  readonly #facts = { enrolled: 0, replayed: 0, refused: 0 };
  #minuteBegan = Number.NEGATIVE_INFINITY;
  #inThisMinute = 0;

  constructor(options: EnrolmentOptions, authority: Authority) {
    this.#options = options;
    this.#authority = authority;
    const { cert, key } = options.context;
    this.#server = createServer({ cert, key, minVersion: "TLSv1.2", handshakeTimeout: exchangeMsMax }, (socket) => {
      this.#open.add(socket);
      socket.once("close", () => this.#open.delete(socket));
      void this.#serve(socket);
    });
    this.#server.maxConnections = connectionsMax;
    const admission = new Admission(
      { connectionsMax, connectionsReserved: 0, connectionsPerAddressMax, connectsPerSecondPerAddress },
      options.clock,
    );
    this.#server.prependListener("connection", (socket: Socket) => {
      const { remoteAddress } = socket;
      if (admission.enter(remoteAddress, false) === undefined)
        socket.once("close", () => admission.leave(remoteAddress));
      else socket.destroy(); // before Node's own listener begins the handshake
    });
    this.#server.on("tlsClientError", (_error, socket) => socket.destroy());
  }

  get address(): { readonly host: string; readonly port: number } {
    const { address, port } = this.#server.address() as AddressInfo;
    return { host: address, port };
  }

  facts(): EnrolmentFacts {
    return { ...this.#facts };
  }

  /** Rejects with what the operating system said. */
  listen(): Promise<void> {
    const { host, port } = this.#options.config;
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen({ host, port }, resolve);
    });
  }

  /** The broker's certificate was renewed. Tokens that name the old one are of no more use. */
  renew({ cert, key }: SecureContextOptions): void {
    this.#server.setSecureContext({ cert, key, minVersion: "TLSv1.2" });
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#open) socket.destroy();
    this.#authority.close();
  }

  async #serve(socket: TLSSocket): Promise<void> {
    const timer = setTimeout(() => socket.destroy(), exchangeMsMax);
    socket.on("error", () => {}); // whoever leaves gets no answer
    try {
      const answer = await this.#answer(await readLine(socket), socket.remoteAddress);
      if (!socket.destroyed) socket.end(`${JSON.stringify(answer)}\n`);
    } catch {
      socket.destroy();
    }
    socket.once("close", () => clearTimeout(timer));
  }

  async #answer(line: string, address: string | undefined): Promise<Answer> {
    if (!this.#hasTime()) return { error: "busy" };
    const asked = requestSchema.safeParse(parseJson(line));
    if (!asked.success) return this.#refuse("request-invalid", address);
    const { clock, log } = this.#options;
    const authority = this.#authority;
    try {
      await authority.check(asked.data.request); // before the token is burnt
      const use = authority.index.burnToken(asked.data.token, clock.now());
      if (use.kind !== "burnt") {
        if (use.kind === "used-before") this.#facts.replayed += 1;
        return this.#refuse(refusals[use.kind], address, "name" in use ? use.name : undefined);
      }
      const certificate = await authority.issue(asked.data.request, { purpose: "client", name: use.name });
      this.#facts.enrolled += 1;
      log.info({ certificate: use.name, address }, "A desk was enrolled");
      this.#options.audit.note({ action: "enrol", result: "ok", address, object: use.name });
      return { certificate, authority: authority.pem };
    } catch (error) {
      if (error instanceof AuthorityError) return this.#refuse("request-invalid", address);
      log.error({ error, address }, "A desk could not be enrolled");
      return { error: "failed" };
    }
  }

  #refuse(error: EnrolmentRefusal, address: string | undefined, certificate?: string): Answer {
    this.#facts.refused += 1;
    const { log, audit } = this.#options;
    const facts = { why: error, address, certificate };
    const result = error === "token-used" ? "alarm" : "refused";
    audit.note({ action: "enrol", result, address, object: certificate, why: error });
    if (error === "token-used") log.error(facts, "An enrolment token was shown a second time; was it stolen?");
    else log.warn(facts, "An enrolment was refused");
    return { error };
  }

  #hasTime(): boolean {
    const now = this.#options.clock.monotonic();
    if (now - this.#minuteBegan >= minuteMs) {
      this.#minuteBegan = now;
      this.#inThisMinute = 0;
    }
    this.#inThisMinute += 1;
    return this.#inThisMinute <= exchangesAMinuteMax;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
