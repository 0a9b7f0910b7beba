// Runs a simulated chip reader behind a real Socket.IO server, over http or https.
import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { Server, type Socket } from "socket.io";
import type { Clock } from "../../protocol/host.ts";
import type { Device, DeviceSign, PowerDevice } from "../device.ts";

export interface SocketIoReaderOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** With it the server speaks https. PEM. */
  readonly tls?: { readonly key: string; readonly cert: string } | undefined;
  readonly clock: Pick<Clock, "monotonic">;
  readonly onSign?: (sign: DeviceSign) => void;
}

export interface SocketIoReader {
  readonly host: string;
  readonly port: number;
  /** Hosts that are connected now. */
  readonly hosts: number;
  /** A card is laid on the reader. Answers whether it was noticed. */
  present(payload: Uint8Array): boolean;
  /** Sends an event that no reader would. */
  emit(name: string, ...values: unknown[]): void;
  /** Sends text as one message of the WebSocket, past all rules of Socket.IO. */
  sendRaw(text: string): void;
  /** Cuts every connection as a pulled plug does; new ones are taken. */
  cut(): void;
  /** Safe to call twice. */
  close(): Promise<void>;
}

/** The reader's power is on as long as it is open; hosts come and go. */
export async function openSocketIoReader(power: PowerDevice, options: SocketIoReaderOptions): Promise<SocketIoReader> {
  const { clock, host } = options;
  const web = options.tls === undefined ? createHttpServer() : createHttpsServer(options.tls);
  const server = new Server(web, { transports: ["websocket"], serveClient: false });
  const sockets = new Set<Socket>();
  let timer: NodeJS.Timeout | undefined;
  const device: Device = power({
    write: (bytes) => {
      const [name, argument] = JSON.parse(new TextDecoder().decode(bytes)) as [string, unknown];
      for (const socket of sockets) socket.emit(name, argument);
    },
    wakeAt(timeMs) {
      clearTimeout(timer);
      if (timeMs === undefined) return;
      timer = setTimeout(() => device.wake(clock.monotonic()), Math.max(0, timeMs - clock.monotonic()));
    },
    sign: (sign) => options.onSign?.(sign),
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.onAny((name: string, argument: unknown) => {
      device.receive(new TextEncoder().encode(JSON.stringify([name, argument])), clock.monotonic());
    });
    socket.on("disconnect", () => {
      sockets.delete(socket);
      if (sockets.size === 0) device.disconnected();
    });
    device.connected(clock.monotonic());
  });
  web.listen(options.port, host);
  await once(web, "listening");
  const cut = () => {
    for (const socket of sockets) lineOf(socket)?.terminate();
  };
  let closed: Promise<unknown> | undefined;
  return {
    host,
    port: (web.address() as AddressInfo).port,
    get hosts() {
      return sockets.size;
    },
    present: (payload) => device.present(payload, clock.monotonic()),
    emit(name, ...values) {
      for (const socket of sockets) socket.emit(name, ...values);
    },
    sendRaw(text) {
      for (const socket of sockets) lineOf(socket)?.send(text);
    },
    cut,
    async close() {
      clearTimeout(timer);
      cut();
      closed ??= server.close();
      await closed;
    },
  };
}

/** The WebSocket under a socket; the library's types hide it. */
const lineOf = (socket: Socket): { terminate(): void; send(text: string): void } | undefined =>
  (socket.conn.transport as unknown as { socket?: { terminate(): void; send(text: string): void } }).socket;
