// The door to MQTT.js: one connection, used once; it is never asked to reconnect or to queue.
import { readFileSync } from "node:fs";
import { createSecureContext } from "node:tls";
import { connect, type ErrorWithReasonCode, type IClientOptions, type MqttClient } from "mqtt";
import { writeToStream } from "mqtt-packet";

/** MQTT.js would build a table of all 65,536 packet ids at the first message: 7 MB to save a two-byte allocation. */
writeToStream.cacheNumbers = false;

export interface LinkOptions {
  /** `mqtt://host:port`, or `mqtts://host:port` for TLS. */
  readonly url: string;
  /** PEM files for TLS, read at each connection, so that renewed certificates are taken up. Without `caFile` the machine's authorities are trusted. */
  readonly tls?: TlsFiles;
  readonly clientId: string;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly keepaliveSeconds: number;
  /** The highest QoS at which messages come; 1 where it is left out. */
  readonly subscribeQos?: 0 | 1;
  /** Published by the broker, retained, when this connection ends without a goodbye. */
  readonly will: Message | undefined;
}

export interface TlsFiles {
  readonly caFile?: string | undefined;
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
}

export interface Message {
  readonly topic: string;
  readonly payload: string | Uint8Array;
  readonly retain: boolean;
}

/** Why there is no connection: `denied` needs a person (wrong user or password, unreadable TLS files), `lost` and `unreachable` need patience. */
export class LinkError extends Error {
  readonly code: "denied" | "unreachable" | "lost";
  /** The broker's return code, where it answered CONNECT (MQTT 3.1.1 clause 3.2.2.3). */
  readonly connack: number | undefined;
  constructor(code: "denied" | "unreachable" | "lost", words: string, connack?: number) {
    super(words);
    this.name = "LinkError";
    this.code = code;
    this.connack = connack;
  }
}

/** One connection. After `onLost` or `close` it is dead: open another. */
export interface MqttLink {
  /** Sends with QoS 1; `done` on PUBACK. When the connection is lost first, `done` is not called: `onLost` is. */
  publish(message: Message, done: () => void): void;
  /** Subscribes; answers the filters that the broker denied. */
  subscribe(filters: readonly string[]): Promise<string[]>;
  /** Says goodbye (no will is published) and resolves when the connection is closed, or after a second. */
  close(): Promise<void>;
}

export interface LinkListener {
  onMessage(topic: string, payload: Uint8Array, isRetained: boolean): void;
  onLost(error: LinkError): void;
}

/** TCP connect and CONNACK together; a broker in the house answers in milliseconds. */
const connectMsMax = 10_000;
/** The return code of a filter that the broker denies (MQTT 3.1.1, 3.9.3). */
const subscribeFailure = 0x80;
/** How long a goodbye may take before the socket is cut. */
const goodbyeMsMax = 1_000;

/**
 * Connects, clean session, MQTT 3.1.1. Rejects with `LinkError`, also when `giveUp` comes before the connection. Every behaviour of the library that would make it a second
 * queue or a second supervisor is switched off here: MQTT.js 5 can stop reconnecting for ever when a late `close` meets
 * unacknowledged messages, so a client object is never used for a second connection.
 */
export function openMqttLink(options: LinkOptions, listener: LinkListener, giveUp: AbortSignal): Promise<MqttLink> {
  return new Promise((resolve, reject) => {
    const client = connect(options.url, { ...clientOptions(options), ...tlsOptions(options) });
    let phase: "connecting" | "up" | "dead" = "connecting";
    const die = (error: LinkError) => {
      if (phase === "dead") return;
      const wasUp = phase === "up";
      phase = "dead";
      cut(client);
      if (wasUp) listener.onLost(error);
      else reject(error);
    };
    client.on("message", (topic, payload, packet) => listener.onMessage(topic, payload, packet.retain));
    client.on("error", (error) => die(asLinkError(error)));
    client.on("close", () => die(new LinkError("lost", "the connection was closed")));
    giveUp.addEventListener("abort", () => {
      if (phase === "connecting") die(new LinkError("lost", "given up"));
    });
    client.once("connect", () => {
      phase = "up";
      resolve({
        publish(message, done) {
          client.publish(message.topic, asPayload(message.payload), { qos: 1, retain: message.retain }, (error) => {
            if (!error) done();
          });
        },
        subscribe: (filters) => subscribe(client, filters, options.subscribeQos ?? 1),
        close() {
          phase = "dead";
          return goodbye(client);
        },
      });
    });
  });
}

function clientOptions(options: LinkOptions): IClientOptions {
  return {
    protocolVersion: 4,
    clientId: options.clientId,
    ...(options.username === undefined ? {} : { username: options.username }),
    ...(options.password === undefined ? {} : { password: options.password }),
    keepalive: options.keepaliveSeconds,
    connectTimeout: connectMsMax,
    clean: true,
    reconnectPeriod: 0,
    reconnectOnConnackError: false,
    resubscribe: false,
    queueQoSZero: false,
    autoUseTopicAlias: false,
    ...(options.will === undefined
      ? {}
      : {
          will: {
            topic: options.will.topic,
            payload: asPayload(options.will.payload),
            qos: 1,
            retain: options.will.retain,
          },
        }),
  };
}

/** Throws `LinkError` when a file can't be read or is no PEM; its path is told, never what is in it. */
function tlsOptions({ url, tls = {} }: LinkOptions): IClientOptions {
  if (!url.startsWith("mqtts:")) return {};
  try {
    const files = {
      ...(tls.caFile !== undefined && { ca: readFileSync(tls.caFile) }),
      ...(tls.certFile !== undefined && { cert: readFileSync(tls.certFile) }),
      ...(tls.keyFile !== undefined && { key: readFileSync(tls.keyFile) }),
    };
    createSecureContext(files); // a damaged one is found here, where it is known what is wrong
    return { ...files, rejectUnauthorized: true };
  } catch (error) {
    throw new LinkError("denied", `the TLS files can't be used: ${error instanceof Error ? error.message : ""}`);
  }
}

function asPayload(payload: string | Uint8Array): Buffer {
  return typeof payload === "string"
    ? Buffer.from(payload)
    : Buffer.from(payload.buffer, payload.byteOffset, payload.length);
}

function subscribe(client: MqttClient, filters: readonly string[], qos: 0 | 1): Promise<string[]> {
  return new Promise((resolve, reject) => {
    client.subscribe([...filters], { qos }, (_error, _grants, suback) => {
      // MQTT.js makes one denied filter an error of the whole call: the answer per filter is in the packet alone.
      if (suback === undefined) reject(new LinkError("lost", "no answer to SUBSCRIBE"));
      else resolve(filters.filter((_filter, index) => suback.granted[index] === subscribeFailure));
    });
  });
}

function goodbye(client: MqttClient): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(finish, goodbyeMsMax);
    client.end(false, {}, finish);
    function finish(): void {
      clearTimeout(timer);
      cut(client);
      resolve();
    }
  });
}

/**
 * Cuts the socket, whatever the client is waiting for: `end(true)` does nothing when an unforced `end` still waits for
 * acknowledgements. The client keeps its listeners, since with its own it clears its timers at `close`.
 */
function cut(client: MqttClient): void {
  client.end(true);
  client.stream.destroy();
}

function asLinkError(error: Error | ErrorWithReasonCode): LinkError {
  const code = "code" in error ? error.code : undefined;
  if (code === 3) return new LinkError("unreachable", "the broker is not available (CONNACK 3)", 3);
  if (code === 4 || code === 5) return new LinkError("denied", "the broker refused the user name or password", code);
  if (typeof code === "number")
    return new LinkError("denied", `the broker refused the connection (CONNACK ${code})`, code);
  return new LinkError("unreachable", typeof code === "string" ? code : error.message);
}
