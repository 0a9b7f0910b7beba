// Which addresses only this machine itself reaches.
import { isIPv4 } from "node:net";

/** Of a host to listen on. A name other than `localhost` may stand for anything. */
export const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || (isIPv4(host) && host.startsWith("127."));
