// Which session and which source of messages an accepted aedes client is.
import type { Socket } from "node:net";
import type { Client } from "aedes";
import type { Publisher } from "../delivery/router.ts";
import type { Line, Session } from "../delivery/session.ts";

/** The other end of a connection. */
export interface Peer {
  readonly address: string | undefined;
  readonly port: number | undefined;
}

/** Of a connection that is open still. */
export function peerOf({ conn }: Client): Peer {
  const { remoteAddress, remotePort } = conn as Partial<Socket>;
  return { address: remoteAddress, port: remotePort };
}

/** One accepted client. */
export interface Connection extends Publisher {
  readonly peer: Peer;
  readonly session: Session;
  readonly line: Line;
}

/** By client object: a client id may have two of them during a take-over. */
export type Connections = WeakMap<Client, Connection>;

/** The way to a client. All packets of one turn of the event loop leave together. */
export function openLine(client: Client): Line {
  const { conn } = client;
  let isCorked = false;
  const uncork = () => {
    isCorked = false;
    conn.uncork();
  };
  return {
    write: (packet) => {
      if (!isCorked) {
        isCorked = true;
        conn.cork();
        process.nextTick(uncork);
      }
      return conn.write(packet);
    },
    unsentBytes: () => conn.writableLength,
    end: () => client.close(),
  };
}
