// Serves /metrics, /health and /live over HTTP to monitoring: bounded, read-only, and closed to the network without a token.
import { createHash, timingSafeEqual } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Facts } from "./facts.ts";
import { healthOf } from "./health.ts";
import { MetricsPage } from "./metrics-page.ts";
import type { ObservationConfig } from "./observation-config.ts";

export interface HttpPageOptions {
  readonly config: ObservationConfig & { readonly port: number };
  readonly facts: () => Promise<Facts>;
}

/** A monitoring system has one or two connections; more are a flood. */
const connectionsMax = 16;
/** Request line and headers; Prometheus sends about 400 bytes. */
const headerBytesMax = 4_096;
const headersMax = 32;
/** A request on the machine or its network takes milliseconds. */
const requestMsMax = 5_000;
/** A token of fewer characters could be guessed. */
const tokenCharactersMin = 32;
const tokenBytesMax = 4_096;

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

export class HttpPage {
  readonly #options: HttpPageOptions;
  readonly #metrics = new MetricsPage();
  readonly #server: Server;

  constructor(options: HttpPageOptions) {
    this.#options = options;
    const bounds = { maxHeaderSize: headerBytesMax, headersTimeout: requestMsMax, requestTimeout: requestMsMax };
    this.#server = createServer({ ...bounds, connectionsCheckingInterval: 1_000 }, (request, response) => {
      void this.#serve(request, response);
    });
    this.#server.maxHeadersCount = headersMax;
    this.#server.maxConnections = connectionsMax;
    this.#server.setTimeout(requestMsMax);
  }

  /** Rejects when there is to be a token, and the file has none that is good. */
  async checkToken(): Promise<void> {
    await this.#token();
  }

  /** Rejects with what the operating system said. */
  listen(): Promise<void> {
    const { host, port } = this.#options.config;
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen({ host, port }, resolve);
    });
  }

  get address(): { readonly host: string; readonly port: number } {
    const { address, port } = this.#server.address() as AddressInfo;
    return { host: address, port };
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, type, text } = await this.#answer(request).catch(() => failed);
    response.writeHead(status, {
      "content-type": type,
      "content-length": Buffer.byteLength(text),
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      connection: "close", // a scrape a quarter of a minute needs no kept connection
      ...(status === 405 && { allow: "GET" }),
      ...(status === 401 && { "www-authenticate": "Bearer" }),
    });
    response.end(text);
  }

  async #answer(request: IncomingMessage): Promise<Answer> {
    if (request.method !== "GET") return plain(405, "GET only");
    if (!(await this.#isWelcome(request))) return plain(401, "a bearer token is needed");
    const [path] = (request.url ?? "").split("?");
    switch (path) {
      case "/live":
        return plain(200, "alive");
      case "/metrics":
        return {
          ...{ status: 200, type: this.#metrics.contentType },
          text: await this.#metrics.text(await this.#options.facts()),
        };
      case "/health": {
        const health = healthOf(await this.#options.facts());
        const text = `${JSON.stringify(health)}\n`;
        return { status: health.status === "failing" ? 503 : 200, type: "application/json; charset=utf-8", text };
      }
      default:
        return plain(404, "/metrics, /health, /live");
    }
  }

  /** Digests are compared: their length tells nothing, and neither does the time it takes. */
  async #isWelcome({ headers }: IncomingMessage): Promise<boolean> {
    const token = await this.#token();
    return token === undefined || timingSafeEqual(digest(headers.authorization ?? ""), digest(`Bearer ${token}`));
  }

  /** Read each time, so that a new token needs no restart. Rejects for one that is too short. */
  async #token(): Promise<string | undefined> {
    const { tokenFile } = this.#options.config;
    if (tokenFile === undefined) return undefined;
    const token = (await readFile(tokenFile, "utf8")).trim();
    if (token.length >= tokenCharactersMin && token.length <= tokenBytesMax) return token;
    throw new Error(`${tokenFile}: ${tokenCharactersMin} characters or more`);
  }
}

const plain = (status: number, text: string): Answer => ({
  ...{ status, type: "text/plain; charset=utf-8" },
  text: `${text}\n`,
});
const failed = plain(500, "failed");
const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
