// A reader behind a TCP device server: listens on a port and speaks to whoever connects.
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { HostGone, type Medium } from "./medium.ts";
import { SimulationFailure } from "./simulation-failure.ts";

/**
 * Listens; port 0 takes a free one, and `place` tells which. One host at a time, the newest: a host that comes back
 * after a lost line must not be kept out by its own ghost. Throws `SimulationFailure` when the port can't be had.
 */
export async function listenTcp(host: string, port: number): Promise<Medium> {
  let line: Socket | undefined;
  const server = createServer({ noDelay: true }, (socket) => {
    line?.destroy();
    line = socket;
    socket.on("error", () => undefined); // a reset is followed by close, which is all we need to know
    socket.on("close", () => {
      if (line === socket) line = undefined;
    });
    socket.resume();
  });
  await startListening(server, host, port);
  const address = server.address();
  return {
    place: `${host}:${typeof address === "object" ? address?.port : port}`,
    whenListening: async (signal) => {
      while (line === undefined) await once(server, "connection", { signal });
    },
    write: async (bytes) => {
      if (line === undefined) throw new HostGone();
      await writeTo(line, bytes);
    },
    close: async () => {
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
