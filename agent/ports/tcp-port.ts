// Opens a reader behind a raw TCP address (a serial device server, or a simulator) as a Port.
import { connect, type Socket } from "node:net";
import { type Port, PortError, type PortErrorCode } from "../../protocol/port.ts";

export interface TcpLine {
  readonly host: string;
  readonly port: number;
}

/** A device server answers at once or not at all. */
const connectMsMax = 5_000;
/** Probes of a silent line start after this time: a device server that was switched off is noticed without traffic. */
const keepAliveMs = 5_000;

/** Connects. Throws `PortError`. `giveUp` ends the attempt, or the connection that came of it. */
export function openTcpPort(line: TcpLine, giveUp?: AbortSignal): Promise<Port> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: line.host,
      port: line.port,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: keepAliveMs,
      ...(giveUp === undefined ? {} : { signal: giveUp }),
    });
    const timer = setTimeout(() => fail(new PortError("port-refused")), connectMsMax);
    const fail = (error: PortError) => {
      clearTimeout(timer);
      socket.destroy();
      reject(error);
    };
    socket.once("error", (cause: NodeJS.ErrnoException) => fail(new PortError(codeOf(cause), { cause })));
    socket.once("connect", () => {
      clearTimeout(timer);
      socket.removeAllListeners("error");
      resolve(asPort(socket));
    });
  });
}

function asPort(socket: Socket): Port {
  let isOver = false;
  let cause: Error | undefined;
  socket.on("error", (error) => {
    cause = error;
  });
  return {
    start(onBytes, onLost) {
      const lost = () => {
        if (isOver) return;
        isOver = true;
        onLost(new PortError("port-lost", { cause }));
      };
      socket.on("data", (chunk) => {
        if (!isOver) onBytes(chunk);
      });
      if (socket.closed) lost();
      else socket.once("close", lost);
    },
    write(bytes) {
      return new Promise((resolve, reject) => {
        socket.write(bytes, (error) => (error ? reject(new PortError("port-lost", { cause: error })) : resolve()));
      });
    },
    async close() {
      isOver = true;
      socket.destroy();
    },
  };
}

function codeOf(error: NodeJS.ErrnoException): PortErrorCode {
  return error.code === "EACCES" || error.code === "EPERM" ? "port-forbidden" : "port-refused";
}
