// The TLS handshakes under way, by address: who only opens connections must not take the places of those who finish.
import type { Socket } from "node:net";
import { networkOf } from "../engine/admission.ts";

/** Of one address at once; the desks behind one router that all come back after a power cut wait for each other seconds at most. */
const handshakesPerAddressMax = 64;
/** Of all addresses at once; an honest one is through in a fraction of a second. */
export const handshakesMax = 256;

export class Handshakes {
  readonly #ports = new Map<string, Set<number>>();
  /** The oldest first. */
  readonly #underWay = new Map<string, Socket>();

  /**
   * A TCP connection was accepted. False when its address has too many handshakes under way. When all addresses together
   * have too many, the oldest gives way: who only holds them open can't keep out those who finish.
   */
  begin(socket: Socket): boolean {
    const { remoteAddress, remotePort = 0 } = socket;
    const network = networkOf(remoteAddress);
    const ports = this.#ports.get(network) ?? new Set();
    if (ports.size >= handshakesPerAddressMax) return false;
    this.#ports.set(network, ports.add(remotePort));
    const [oldest] = this.#underWay.values();
    if (oldest !== undefined && this.#underWay.size >= handshakesMax) {
      this.#underWay.delete(keyOf(oldest));
      oldest.destroy();
    }
    const key = keyOf(socket);
    this.#underWay.set(key, socket);
    socket.once("close", () => this.#end(network, remotePort, key));
    return true;
  }

  /** The handshake on this connection is through. */
  end(socket: Socket): void {
    this.#end(networkOf(socket.remoteAddress), socket.remotePort ?? 0, keyOf(socket));
  }

  #end(network: string, port: number, key: string): void {
    this.#underWay.delete(key);
    const ports = this.#ports.get(network);
    ports?.delete(port);
    if (ports?.size === 0) this.#ports.delete(network);
  }
}

/** The socket before its handshake and the one after are two objects of one connection. */
const keyOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`;
