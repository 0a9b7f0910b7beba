// Opens a network chip reader that serves Socket.IO as a Port whose chunks are events (READERS chapter 9).
//
//   WebSocket ──► only packets of a known form, at most 256 KiB ──► socket.io-client ──► events ──► chunks
import { io, NodeWebSocket, type Socket } from "socket.io-client";
import {
  decodeSocketChunk,
  encodeSocketChunk,
  type SocketChunk,
  socketMessageBytesMax,
} from "../../protocol/frame/socket-io/socket-event.ts";
import { type Port, PortError, type PortErrorCode } from "../../protocol/port.ts";
import { PinnedAgent, WrongCertificate } from "./pinned-agent.ts";

export interface SocketIoLine {
  readonly host: string;
  readonly port: number;
  /** With it the reader is reached over https, and its certificate must be this one: SHA-256, 64 hexadecimal digits. */
  readonly fingerprint256?: string | undefined;
  /** Address of the network interface that the reader hangs on: two such readers have the same fixed address. */
  readonly localAddress?: string | undefined;
}

/** Such a reader hangs on a cable of its own: it answers at once or not at all. */
const openMsMax = 5_000;
/** Beyond this a message is not even received; up to here it is received, dropped and counted (FORMATS chapter 2). */
const receivedBytesMax = 1024 * 1024;
/** Chunks of events that came before `start`: one reading at its largest. */
const earlyBytesMax = 2 * socketMessageBytesMax;
/** On this port the reader streams its camera: nobody's face is any of our business. */
const cameraPort = 9_000;

/** Connects. Throws `PortError`. `giveUp` ends the attempt, or the connection that came of it. */
export async function openSocketIoPort(line: SocketIoLine, giveUp?: AbortSignal): Promise<Port> {
  if (line.port === cameraPort) {
    throw new PortError("port-failed", { cause: new Error(`port ${cameraPort} is the reader's camera`) });
  }
  const events = new EventBuffer();
  // An object of any kind: the library's types miss what it hands on to its transport.
  const options: object = {
    transports: [transportFor((chunk) => events.take(chunk))],
    reconnection: false, // the reader's life cycle has its own delays, and a lost port is not revived
    forceNew: true,
    upgrade: false,
    timeout: openMsMax,
    perMessageDeflate: false,
    maxPayload: receivedBytesMax,
    ...(line.localAddress === undefined ? {} : { localAddress: line.localAddress }),
    ...(line.fingerprint256 === undefined ? {} : { agent: agentFor(line, line.fingerprint256) }),
  };
  const socket = io(urlOf(line), options);
  socket.onAny((name: unknown, argument: unknown) => {
    // An argument that is a function asks for an acknowledgement.
    const value = typeof argument === "function" ? undefined : argument;
    events.take({ kind: "event", name: String(name), argument: value });
  });
  await connected(socket, giveUp);
  return asPort(socket, events);
}

function connected(socket: Socket, giveUp: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      socket.off("connect", opened);
      socket.off("connect_error", failed);
      socket.off("disconnect", closed);
      giveUp?.removeEventListener("abort", closed);
    };
    const opened = () => {
      end();
      giveUp?.addEventListener("abort", () => void socket.disconnect(), { once: true });
      resolve();
    };
    const failed = (cause: Error) => {
      end();
      socket.disconnect();
      const error = causeOf(cause);
      reject(new PortError(codeOf(error), { cause: error }));
    };
    const closed = () => failed(new Error("the reader closed the connection"));
    const timer = setTimeout(() => failed(new Error("the reader did not answer")), openMsMax);
    socket.once("connect", opened);
    socket.once("connect_error", failed);
    socket.once("disconnect", closed);
    if (giveUp?.aborted === true) closed();
    else giveUp?.addEventListener("abort", closed, { once: true });
  });
}

function asPort(socket: Socket, events: EventBuffer): Port {
  let isOver = false;
  let loss: string | undefined;
  socket.once("disconnect", (reason) => {
    loss = reason;
    socket.disconnect();
  });
  const close = () => {
    isOver = true;
    events.stop();
    socket.disconnect();
    return Promise.resolve();
  };
  return {
    start(onBytes, onLost) {
      const lost = (reason: string) => {
        if (isOver) return;
        isOver = true;
        events.stop();
        onLost(new PortError("port-lost", { cause: new Error(reason) }));
      };
      events.start(onBytes);
      if (loss === undefined) socket.once("disconnect", lost);
      else lost(loss);
    },
    async write(bytes) {
      const chunk = decodeSocketChunk(bytes);
      if (chunk?.kind !== "event") throw new PortError("port-failed", { cause: new Error("not an event") });
      if (isOver || !socket.connected) throw new PortError("port-lost");
      await emitted(socket, chunk.name, chunk.argument);
    },
    close,
  };
}

/** Resolves when the event is with the operating system. */
function emitted(socket: Socket, name: string, argument: unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    const engine = socket.io.engine;
    const sent = () => {
      socket.off("disconnect", lost);
      resolve();
    };
    const lost = () => {
      engine.off("drain", sent);
      reject(new PortError("port-lost"));
    };
    engine.once("drain", sent);
    socket.once("disconnect", lost);
    socket.emit(name, argument);
  });
}

/** An argument that JSON can't write: nested too deeply. */
const unspeakable = encodeSocketChunk({ kind: "dropped", why: "noise", bytes: 0 }) ?? new Uint8Array();

/** Keeps what comes before somebody listens, within bounds; then hands everything on at once. */
class EventBuffer {
  #early: Uint8Array[] = [];
  #earlyBytes = 0;
  #listener: ((chunk: Uint8Array) => void) | undefined;
  #isOver = false;

  take(event: SocketChunk): void {
    const chunk = encodeSocketChunk(event) ?? unspeakable;
    if (this.#isOver) return;
    if (this.#listener !== undefined) this.#listener(chunk);
    else if (this.#earlyBytes + chunk.length <= earlyBytesMax) {
      this.#early.push(chunk);
      this.#earlyBytes += chunk.length;
    }
  }

  start(listener: (chunk: Uint8Array) => void): void {
    const early = this.#early;
    this.#early = [];
    this.#listener = listener;
    for (const chunk of early) if (!this.#isOver) listener(chunk);
  }

  stop(): void {
    this.#isOver = true;
    this.#early = [];
  }
}

/** Packets that end or keep alive the connection (Engine.IO protocol 4). */
const controlPackets: ReadonlySet<unknown> = new Set(["1", "2", "3", "6", "41"]);
/** The first packet; the answer to joining, or its refusal; an event (Socket.IO protocol 5), perhaps with a wish for acknowledgement. */
const openPacket = /^0\{/;
const joinPacket = /^40(\{|$)/;
const refusalPacket = /^44[{"]/;
const eventPacket = /^42\d{0,9}\[/;

/**
 * The library's transport behind a gate. It hands packets on before anybody has looked at their size, throws out of its
 * event handlers for some that are malformed (a refusal without its reason), and keeps events that come before the
 * connection stands without bound.
 */
function transportFor(onDropped: (chunk: SocketChunk & { kind: "dropped" }) => void) {
  let isOpen = false;
  let isJoined = false;
  return class GatedWebSocket extends NodeWebSocket {
    override onData(packet: unknown): void {
      const why = this.#faultOf(packet);
      if (why !== undefined) {
        onDropped({ kind: "dropped", why, bytes: sizeOf(packet) });
        return;
      }
      try {
        super.onData(packet as string);
      } catch {
        this.close(); // the handshake itself makes no sense
      }
    }

    /** Without the wait of half a minute for the other side's farewell. */
    override doClose(): void {
      const { ws } = this as unknown as { ws?: { terminate(): void } | null };
      super.doClose();
      ws?.terminate();
    }

    #faultOf(packet: unknown): "overflow" | "noise" | undefined {
      if (sizeOf(packet) > socketMessageBytesMax) return "overflow";
      if (controlPackets.has(packet)) return undefined;
      if (typeof packet !== "string") return "noise"; // nothing that the reader says is binary
      if (openPacket.test(packet) && !isOpen) {
        isOpen = true;
        return undefined;
      }
      if (joinPacket.test(packet) && isOpen) {
        isJoined = true;
        return undefined;
      }
      return (eventPacket.test(packet) && isJoined) || refusalPacket.test(packet) ? undefined : "noise";
    }
  };
}

function sizeOf(packet: unknown): number {
  if (typeof packet === "string") return Buffer.byteLength(packet);
  return packet instanceof ArrayBuffer || ArrayBuffer.isView(packet) ? packet.byteLength : 0;
}

const urlOf = ({ host, port, fingerprint256 }: SocketIoLine): string =>
  `${fingerprint256 === undefined ? "http" : "https"}://${host.includes(":") ? `[${host}]` : host}:${port}`;

const agentFor = ({ host, port, localAddress }: SocketIoLine, fingerprint256: string): PinnedAgent =>
  new PinnedAgent({ host, port, localAddress, fingerprint256 });

/** The library wraps the error of the socket in an error event, and that in an error. */
function causeOf(error: Error): Error {
  const { description } = error as { description?: { error?: unknown } };
  return description?.error instanceof Error ? description.error : error;
}

function codeOf(error: Error): PortErrorCode {
  if (error instanceof WrongCertificate) return "port-untrusted";
  const { code } = error as NodeJS.ErrnoException;
  if (code === "EACCES" || code === "EPERM") return "port-forbidden";
  return code === "EADDRNOTAVAIL" ? "port-absent" : "port-refused";
}
