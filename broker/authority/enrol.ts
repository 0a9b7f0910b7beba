// A desk's side of the enrolment: makes its key, asks the broker that the token names, and answers what it got.
import { connect, type TLSSocket } from "node:tls";
import { newRequest } from "./authority.ts";
import { answerSchema, type EnrolmentRefusal, exchangeMsMax, readLine } from "./enrolment-line.ts";
import type { Token } from "./token.ts";

export type Enrolment =
  /** All in PEM; the key was made here and has never left. */
  | { readonly kind: "enrolled"; readonly key: string; readonly certificate: string; readonly authority: string }
  | { readonly kind: "refused"; readonly why: EnrolmentRefusal }
  /** Somebody else answers at that place, or the broker's certificate was renewed since the token was made. */
  | { readonly kind: "wrong-server" }
  | { readonly kind: "unreachable"; readonly why: string };

/** One exchange, within ten seconds. The secret is sent only to the server whose certificate the token names. */
export async function enrol({ host, port, fingerprint, secret }: Token): Promise<Enrolment> {
  const { key, request } = await newRequest("tiepdon"); // the name is the token's
  let socket: TLSSocket;
  try {
    socket = await open(host, port);
  } catch (error) {
    return { kind: "unreachable", why: error instanceof Error ? error.message : String(error) };
  }
  const timer = setTimeout(() => socket.destroy(new Error("no answer in time")), exchangeMsMax);
  try {
    const shown = socket.getPeerX509Certificate()?.fingerprint256.replaceAll(":", "").toLowerCase();
    if (shown !== fingerprint) return { kind: "wrong-server" };
    socket.write(`${JSON.stringify({ token: secret, request })}\n`);
    const answer = answerSchema.parse(JSON.parse(await readLine(socket)));
    return "error" in answer ? { kind: "refused", why: answer.error } : { kind: "enrolled", key, ...answer };
  } catch (error) {
    return { kind: "unreachable", why: error instanceof Error ? error.message : String(error) };
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

/** The server is known by its fingerprint alone, which the caller compares before anything is sent. */
function open(host: string, port: number): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, rejectUnauthorized: false, minVersion: "TLSv1.2", timeout: exchangeMsMax });
    socket.once("secureConnect", () => {
      socket.setTimeout(0);
      resolve(socket);
    });
    socket.once("timeout", () => socket.destroy(new Error("no connection in time")));
    socket.once("error", reject);
  });
}
