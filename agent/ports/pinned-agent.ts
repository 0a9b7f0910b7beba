// Connects over TLS to a device with a certificate of its own making: the one that was pinned, and no other.
import { Agent } from "node:https";
import type { Duplex } from "node:stream";
import { connect } from "node:tls";

export interface PinnedAddress {
  readonly host: string;
  readonly port: number;
  readonly localAddress: string | undefined;
  /** SHA-256 of the certificate, 64 hexadecimal digits; colons and case don't matter. */
  readonly fingerprint256: string;
}

/** The device proved that it holds another certificate than the pinned one. */
export class WrongCertificate extends Error {
  constructor() {
    super("the certificate is not the pinned one");
    this.name = "WrongCertificate";
  }
}

/**
 * Hands a connection to HTTP only after its certificate was compared: nothing is sent to anybody else. No authority has
 * signed such a certificate and its names mean nothing, so Node's own judgement is not asked; the handshake still proves
 * that the other side has the key of the very certificate that was pinned.
 */
export class PinnedAgent extends Agent {
  readonly #address: PinnedAddress;

  constructor(address: PinnedAddress) {
    super({ keepAlive: false });
    this.#address = address;
  }

  override createConnection(_options: unknown, onConnected: (error: Error | null, stream: Duplex) => void): undefined {
    const { host, port, localAddress, fingerprint256 } = this.#address;
    const socket = connect({
      host,
      port,
      ...(localAddress === undefined ? {} : { localAddress }),
      rejectUnauthorized: false,
      minVersion: "TLSv1.2",
      ALPNProtocols: ["http/1.1"],
    });
    const fail = (error: Error) => onConnected(error, socket);
    socket.once("error", fail);
    socket.once("secureConnect", () => {
      if (digitsOf(socket.getPeerX509Certificate()?.fingerprint256 ?? "") !== digitsOf(fingerprint256)) {
        socket.destroy(new WrongCertificate());
        return;
      }
      socket.setNoDelay(true);
      socket.removeListener("error", fail);
      onConnected(null, socket);
    });
  }
}

const digitsOf = (fingerprint: string): string => fingerprint.replaceAll(":", "").toLowerCase();
