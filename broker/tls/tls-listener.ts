// The listener for MQTT over TLS: lets in who has a valid certificate, reads its files again when they change, and ends the connections of those revoked since.
import type { AddressInfo, Socket } from "node:net";
import {
  createServer,
  type DetailedPeerCertificate,
  type SecureContextOptions,
  type Server,
  type TLSSocket,
} from "node:tls";
import type { Clock, Log } from "../../protocol/host.ts";
import type { Audit } from "../audit/audit.ts";
import { commonNameOf } from "./certificate-name.ts";
import { daysLeft, listWarnedDays, warnedDays, warnOfExpiry } from "./expiry.ts";
import { Handshakes, handshakesMax } from "./handshakes.ts";
import type { TlsConfig } from "./tls-config.ts";
import { type LoadedTls, loadTls, versionOf } from "./tls-files.ts";

export interface TlsListenerOptions {
  readonly config: TlsConfig;
  readonly connectionsMax: number;
  readonly handshakeSeconds: number;
  /** TCP probes begin after this silence, in milliseconds. */
  readonly probeMs: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly audit: Audit;
  /** The files were read again. */
  readonly onReload: (context: SecureContextOptions) => void;
  /** A connection is through: under the name of its certificate, or without one where that is allowed. */
  readonly onConnection: (socket: TLSSocket, name: string | undefined) => void;
}

/** What a health page shows of identity; times as RFC 3339. */
export interface TlsFacts {
  readonly certificateExpires: string;
  readonly authorityExpires: string;
  /** When the first revocation list has to be replaced; absent without one that says so. */
  readonly listExpires?: string;
  /** Fewer than 30 days are left for one of them. */
  readonly expiresSoon: boolean;
  /** Connections refused for want of a valid certificate, and handshakes that failed. */
  readonly refused: number;
  /** Connections ended because their certificate was revoked or ran out meanwhile. */
  readonly ended: number;
  /** The files were changed, and what they hold now can't be used: the earlier ones still are. */
  readonly isStale: boolean;
  /** How often changed files could not be used. */
  readonly reloadFailures: number;
}

/** How often the files are looked at, in milliseconds: a revoked certificate has that long. */
const reloadCheckMs = 2_000;
/** How often open connections and the files are asked for their expiry, in milliseconds. */
const expiryCheckMs = 3_600_000;

export class TlsListener {
  readonly #options: TlsListenerOptions;
  readonly #open = new Set<TLSSocket>();
  readonly #handshakes = new Handshakes();
  readonly #server: Server;
  #loaded: LoadedTls;
  #version: string;
  #refused = 0;
  #ended = 0;
  #isStale = false;
  #reloadFailures = 0;
  #timers: NodeJS.Timeout[] = [];

  private constructor(options: TlsListenerOptions, loaded: LoadedTls, version: string) {
    this.#options = options;
    this.#loaded = loaded;
    this.#version = version;
    this.#server = createServer({
      ...loaded.context,
      requestCert: true,
      rejectUnauthorized: false, // judged below, where the reason can be told
      handshakeTimeout: options.handshakeSeconds * 1_000,
      ...{ noDelay: true, keepAlive: true, keepAliveInitialDelay: options.probeMs },
    });
    this.#server.maxConnections = options.connectionsMax + handshakesMax; // who is through is counted by Admission
    this.#server.on("secureConnection", (socket) => this.#admit(socket));
    this.#server.prependListener("connection", (socket: Socket) => {
      if (!this.#handshakes.begin(socket)) socket.destroy(); // before Node's own listener begins the handshake
    });
    this.#server.on("tlsClientError", (error, socket) => this.#endHandshake(error, socket));
  }

  /** Reads the files. Rejects with a sentence that names the one at fault. */
  static async load(options: TlsListenerOptions): Promise<TlsListener> {
    const version = await versionOf(options.config);
    return new TlsListener(options, await loadTls(options.config), version);
  }

  /** Rejects with what the operating system said. */
  async listen(): Promise<void> {
    const { host, port } = this.#options.config;
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen({ host, port }, resolve);
    });
    this.#warnOfFiles();
    this.#timers = [
      setInterval(() => void this.#reloadIfChanged(), reloadCheckMs),
      setInterval(() => {
        this.#warnOfFiles();
        this.#endUnwelcome();
      }, expiryCheckMs),
    ];
  }

  get address(): { readonly host: string; readonly port: number } {
    const { address, port } = this.#server.address() as AddressInfo;
    return { host: address, port };
  }

  /** What handshakes are made with at present. */
  get context(): SecureContextOptions {
    return this.#loaded.context;
  }

  facts(): TlsFacts {
    const { certificateExpires, authorityExpires, revocations } = this.#loaded;
    const { nextUpdate } = revocations;
    const first = Math.min(certificateExpires, authorityExpires);
    return {
      certificateExpires: new Date(certificateExpires).toISOString(),
      authorityExpires: new Date(authorityExpires).toISOString(),
      ...(Number.isFinite(nextUpdate) && { listExpires: new Date(nextUpdate).toISOString() }),
      expiresSoon: daysLeft(first, this.#options.clock.now()) < warnedDays,
      refused: this.#refused,
      ended: this.#ended,
      isStale: this.#isStale,
      reloadFailures: this.#reloadFailures,
    };
  }

  /** Takes no more connections; those that are open stay. */
  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#server.close();
  }

  #admit(socket: TLSSocket): void {
    this.#handshakes.end(socket);
    const leaf = socket.getPeerCertificate(true);
    const isCertified = leaf.raw !== undefined;
    const name = isCertified ? commonNameOf(leaf.subject) : undefined;
    const refusal = isCertified ? this.#faultOf(socket, leaf, name) : this.#faultWithout();
    if (refusal !== undefined) {
      this.#refuse(socket, name, refusal);
      return;
    }
    if (isCertified) {
      const { log, clock } = this.#options;
      warnOfExpiry(log, { certificate: name }, Date.parse(leaf.valid_to), clock.now());
    }
    this.#open.add(socket);
    socket.once("close", () => this.#open.delete(socket));
    this.#options.onConnection(socket, name);
  }

  #faultWithout(): string | undefined {
    return this.#options.config.requireClientCertificate ? "no-certificate" : undefined;
  }

  #faultOf(socket: TLSSocket, leaf: DetailedPeerCertificate, name: string | undefined): string | undefined {
    if (!socket.authorized) return String(socket.authorizationError);
    if (this.#loaded.revocations.has(leaf)) return "CERT_REVOKED"; // the list came during the handshake
    return name === undefined ? "name-invalid" : undefined;
  }

  #refuse(socket: TLSSocket, certificate: string | undefined, why: string): void {
    this.#refused += 1;
    const { log, audit } = this.#options;
    const { remoteAddress: address, remotePort: port } = socket;
    log.warn({ address, certificate, why }, "A TLS connection was refused");
    audit.note({ action: "connect", result: "refused", address, port, object: certificate, why });
    socket.destroy();
  }

  /** Who leaves in mid-handshake, or was not admitted to it, is no news; who can't agree with us may be. */
  #endHandshake(error: Error, socket: TLSSocket): void {
    const code = "code" in error ? String(error.code) : error.message;
    if (code !== "ECONNRESET") this.#refuse(socket, undefined, code);
    else socket.destroy();
  }

  async #reloadIfChanged(): Promise<void> {
    const { config, log, audit } = this.#options;
    const version = await versionOf(config); // before the reading, so that a change in between is seen next time
    if (version === this.#version) return;
    this.#version = version;
    try {
      this.#loaded = await loadTls(config);
      this.#server.setSecureContext(this.#loaded.context);
      this.#options.onReload(this.#loaded.context);
      this.#isStale = false;
    } catch (error) {
      this.#isStale = true;
      this.#reloadFailures += 1;
      log.error({ error }, "The changed TLS files can't be used; the earlier ones stay");
      audit.note({ action: "tls-reload", result: "refused" });
      return;
    }
    log.info({ expires: this.facts().certificateExpires }, "The TLS files were read again");
    audit.note({ action: "tls-reload", result: "ok" });
    this.#warnOfFiles();
    this.#endUnwelcome();
  }

  /** Ends the connections whose certificate was good when they came, and is no more. */
  #endUnwelcome(): void {
    const { clock, log, audit } = this.#options;
    for (const socket of this.#open) {
      const leaf = socket.getPeerCertificate(true);
      if (leaf.raw === undefined) continue;
      const isRevoked = this.#loaded.revocations.has(leaf);
      if (!isRevoked && Date.parse(leaf.valid_to) > clock.now()) continue;
      this.#ended += 1;
      const why = isRevoked ? "CERT_REVOKED" : "CERT_HAS_EXPIRED";
      const certificate = commonNameOf(leaf.subject);
      log.warn({ certificate, why }, "A connection was ended for its certificate");
      const { remoteAddress: address, remotePort: port } = socket;
      audit.note({ action: "disconnect", result: "refused", address, port, object: certificate, why });
      socket.destroy();
    }
  }

  #warnOfFiles(): void {
    const { config, log, clock } = this.#options;
    const { certificateExpires, authorityExpires, revocations } = this.#loaded;
    warnOfExpiry(log, { file: config.certFile }, certificateExpires, clock.now());
    warnOfExpiry(log, { file: config.caFile }, authorityExpires, clock.now());
    if (Number.isFinite(revocations.nextUpdate)) {
      warnOfExpiry(log, { file: config.crlFile }, revocations.nextUpdate, clock.now(), listWarnedDays);
    }
  }
}
