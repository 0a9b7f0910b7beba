// A reader behind a TCP device server: listens on a port and speaks to whoever connects.
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { HostGone, type MediumListener, nobody, type TwoWayMedium } from "./medium.ts";
import { SimulationFailure } from "./simulation-failure.ts";

/**
 * Listens; port 0 takes a free one, and `place` tells which. One host at a time, the newest: a host that comes back
 * after a lost line must not be kept out by its own ghost. Throws `SimulationFailure` when the port can't be had.
 */
export async function listenTcp(host: string, port: number): Promise<TwoWayMedium> {
  let line: Socket | undefined;
  let listener: MediumListener = nobody;
  let isClosed = false;
  const server = createServer({ noDelay: true }, (socket) => {
    line?.destroy();
    line = socket;
    socket.on("error", () => undefined); // a reset is followed by close, which is all we need to know
    socket.on("close", () => {
      if (line !== socket) return;
      line = undefined;
      listener.gone();
    });
    socket.on("data", (bytes) => {
      if (line === socket) listener.received(bytes);
    });
    listener.opened();
  });
  await startListening(server, host, port);
  const address = server.address();
  const takenPort = typeof address === "object" && address !== null ? address.port : port;
  return {
    place: `${host}:${takenPort}`,
    attach: (listening) => {
      listener = listening;
      if (line !== undefined) listener.opened();
    },
    unplug: async (milliseconds) => {
      if (!server.listening) return; // it is out already
      const closed = once(server, "close");
      server.close();
      line?.resetAndDestroy();
      await closed;
      await sleep(milliseconds);
      if (!isClosed) await startListening(server, host, takenPort);
    },
    whenListening: async (signal) => {
      while (line === undefined) await once(server, "connection", { signal });
    },
    write: async (bytes) => {
      if (line === undefined) throw new HostGone();
      await writeTo(line, bytes);
    },
    close: async () => {
      isClosed = true;
      if (!server.listening) return;
      const closed = once(server, "close");
      server.close();
      line?.end(() => line?.destroy()); // after the last bytes
      await closed;
    },
  };
}

async function startListening(server: Server, host: string, port: number): Promise<void> {
  server.listen(port, host);
  try {
    await once(server, "listening");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    throw new SimulationFailure(
      "failed",
      `Không mở được cổng ${host}:${port} (${code}) | Can't listen on ${host}:${port} (${code})`,
      { cause: error },
    );
  }
}

function writeTo(socket: Socket, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.write(bytes, (error) => (error ? reject(new HostGone({ cause: error })) : resolve()));
  });
}
