// A small MQTT 3.1.1 client for benchmarks: one socket, many packets a write, next to no work of its own.
import { once } from "node:events";
import { connect, type Socket } from "node:net";

export interface LineOptions {
  readonly port: number;
  readonly clientId: string;
  readonly user: string;
  readonly password: string;
  /** False keeps the session. */
  readonly clean: boolean;
}

/** What comes in. Messages are acknowledged by the line itself. */
export interface LineSink {
  readonly acknowledged?: (messageId: number) => void;
  /** `bytes` is the payload, good for this call only. */
  readonly message?: (bytes: Buffer) => void;
}

const readBytes = 256 * 1024;
const keepaliveSeconds = 600; // longer than any measurement, so that no ping disturbs one
const type = { connack: 2, publish: 3, puback: 4, suback: 9 } as const;

export class MqttLine {
  readonly #socket: Socket;
  readonly #sink: LineSink;
  #rest: Buffer = Buffer.alloc(0);
  #answered: ((returnCode: number) => void) | undefined;

  private constructor(socket: Socket, sink: LineSink) {
    this.#socket = socket;
    this.#sink = sink;
  }

  /** Resolves at the CONNACK. Rejects when the broker refuses. */
  static async open(options: LineOptions, sink: LineSink = {}): Promise<MqttLine> {
    const buffer = Buffer.allocUnsafe(readBytes);
    const taken: { line?: MqttLine } = {};
    const socket = connect({
      ...{ port: options.port, host: "127.0.0.1", noDelay: true },
      onread: { buffer, callback: (bytes) => taken.line?.take(buffer.subarray(0, bytes)) ?? true },
    });
    const line = new MqttLine(socket, sink);
    taken.line = line;
    await once(socket, "connect");
    const closed = once(socket, "close").then(() => -1);
    const returnCode = await Promise.race([line.#ask(encodeConnect(options)), closed]);
    if (returnCode !== 0) throw new Error(`CONNECT of ${options.clientId} was answered with ${returnCode}`);
    return line;
  }

  /** Resolves at the SUBACK. */
  async subscribe(filter: string): Promise<void> {
    const returnCode = await this.#ask(packet(0x82, [Buffer.of(0, 1), text(filter), Buffer.of(1)]));
    if (returnCode !== 1) throw new Error(`SUBSCRIBE was answered with ${returnCode}`);
  }

  write(bytes: Buffer): void {
    this.#socket.write(bytes);
  }

  /** DISCONNECT; resolves when the socket is closed. */
  async end(): Promise<void> {
    if (this.#socket.destroyed) return;
    this.#socket.end(packet(0xe0, []));
    await once(this.#socket, "close");
  }

  /** For the socket alone: the next bytes. They are read over when this returns. */
  take(chunk: Buffer): boolean {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const messageIds: number[] = [];
    let at = 0;
    for (;;) {
      const header = readHeader(bytes, at);
      if (header === undefined || header.end > bytes.length) break;
      this.#takePacket(bytes, header, messageIds);
      at = header.end;
    }
    this.#rest = at === bytes.length ? Buffer.alloc(0) : Buffer.from(bytes.subarray(at));
    if (messageIds.length > 0) this.#socket.write(encodePubacks(messageIds));
    return true;
  }

  #takePacket(bytes: Buffer, { first, body, end }: Header, messageIds: number[]): void {
    switch (first >> 4) {
      case type.puback:
        this.#sink.acknowledged?.(bytes.readUInt16BE(body));
        break;
      case type.publish: {
        let payload = body + 2 + bytes.readUInt16BE(body);
        if ((first & 0x06) !== 0) {
          messageIds.push(bytes.readUInt16BE(payload));
          payload += 2;
        }
        this.#sink.message?.(bytes.subarray(payload, end));
        break;
      }
      case type.connack:
      case type.suback:
        this.#answered?.(bytes[end - 1] ?? -1);
        break;
    }
  }

  #ask(bytes: Buffer): Promise<number> {
    return new Promise((resolve) => {
      this.#answered = resolve;
      this.#socket.write(bytes);
    });
  }
}

interface Header {
  readonly first: number;
  readonly body: number;
  readonly end: number;
}

/** The fixed header at `at` (clause 2.2), or undefined when it is not whole. */
function readHeader(bytes: Buffer, at: number): Header | undefined {
  const first = bytes[at];
  if (first === undefined) return undefined;
  let length = 0;
  for (let digit = 0; digit < 4; digit += 1) {
    const byte = bytes[at + 1 + digit];
    if (byte === undefined) return undefined;
    length += (byte & 0x7f) * 128 ** digit;
    if (byte < 0x80) return { first, body: at + 2 + digit, end: at + 2 + digit + length };
  }
  throw new Error("a packet's length is malformed");
}

function encodeConnect({ clientId, user, password, clean }: LineOptions): Buffer {
  const flags = 0xc0 | (clean ? 2 : 0);
  const head = Buffer.of(4, flags, keepaliveSeconds >> 8, keepaliveSeconds & 0xff);
  return packet(0x10, [text("MQTT"), head, text(clientId), text(user), text(password)]);
}

function encodePubacks(messageIds: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(messageIds.length * 4);
  messageIds.forEach((id, index) => {
    bytes.writeUInt32BE(0x4002_0000 + id, index * 4);
  });
  return bytes;
}

/** A QoS 1 PUBLISH with a place for its message id, and where its payload begins. */
export function encodePublish(topic: string, payload: Buffer): { bytes: Buffer; idAt: number; payloadAt: number } {
  const bytes = packet(0x32, [text(topic), Buffer.of(0, 0), payload]);
  const payloadAt = bytes.length - payload.length;
  return { bytes, idAt: payloadAt - 2, payloadAt };
}

function packet(first: number, parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const length: number[] = [];
  let rest = body.length;
  do {
    length.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    rest >>= 7;
  } while (rest > 0);
  return Buffer.concat([Buffer.of(first, ...length), body]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.of(bytes.length >> 8, bytes.length & 0xff), bytes]);
}
