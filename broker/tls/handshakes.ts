// The TLS handshakes under way, by address: who only opens connections must not take the places of those who finish.
import type { Socket } from "node:net";
import { networkOf } from "../engine/admission.ts";

/** Of one address at once; the desks behind one router that all come back after a power cut wait for each other seconds at most. */
const handshakesPerAddressMax = 64;

export class Handshakes {
  readonly #ports = new Map<string, Set<number>>();

  /** A TCP connection was accepted. False when its address has too many handshakes under way. */
  begin(socket: Socket): boolean {
    const { remoteAddress, remotePort = 0 } = socket;
    const network = networkOf(remoteAddress);
    const ports = this.#ports.get(network) ?? new Set();
    if (ports.size >= handshakesPerAddressMax) return false;
    this.#ports.set(network, ports.add(remotePort));
    socket.once("close", () => this.#end(network, remotePort));
    return true;
  }

  /** The handshake on this connection is through. */
  end({ remoteAddress, remotePort = 0 }: Socket): void {
    this.#end(networkOf(remoteAddress), remotePort);
  }

  #end(network: string, port: number): void {
    const ports = this.#ports.get(network);
    ports?.delete(port);
    if (ports?.size === 0) this.#ports.delete(network);
  }
}
