// Tells people who came to the door and what became of them: in the counters, the log and the audit log.
import type { Duplex } from "node:stream";
import type { Client } from "aedes";
import type { Clock, Log } from "../../protocol/host.ts";
import type { Attempt, Lock } from "../access/lock-out.ts";
import type { TakeOver } from "../access/take-overs.ts";
import type { UserBook } from "../access/user-book.ts";
import type { Audit, AuditEntry } from "../audit/audit.ts";
import { shownClient } from "../audit/audit-words.ts";
import type { Counters } from "../delivery/counters.ts";
import { certifiedDeskUser } from "../tls/certificate-name.ts";
import { type Peer, peerOf } from "./connections.ts";

export interface DoorNewsOptions {
  readonly users: UserBook;
  readonly counters: Counters;
  readonly clock: Clock;
  readonly log: Log;
  readonly audit: Audit;
  /** The name in the client's certificate, where it showed one. */
  readonly certificateOf: (socket: Duplex) => string | undefined;
  readonly clientIdBytesMax: number;
}

const takeOverResults = { granted: "ok", fight: "alarm", refused: "refused" } as const;

/** An unknown user is never named: it may be a password in the wrong field. */
export class DoorNews {
  readonly #options: DoorNewsOptions;

  constructor(options: DoorNewsOptions) {
    this.#options = options;
  }

  accepted(client: Client, user: string): void {
    this.#audit(client, user, { action: "connect", result: "ok" });
  }

  /** `peer` was read while the connection was open. */
  left({ id }: Client, account: string, peer: Peer): void {
    const client = shownClient(id);
    this.#options.audit.note({ ...peer, action: "disconnect", result: "ok", account, client });
  }

  /** We ended it, since its account or password is gone. */
  ended(client: Client, user: string): void {
    const { log } = this.#options;
    log.warn({ clientId: client.id, user }, "A connection was ended: its user or password is no longer valid");
    this.#audit(client, user, { action: "disconnect", result: "refused", why: "account-no-longer-valid" });
  }

  refused(client: Client, user: string, refusal: string): void {
    const { counters, log, users, certificateOf, clientIdBytesMax } = this.#options;
    counters.denied[refusal === "will-not-permitted" ? "will" : "connect"] += 1;
    counters.refusedClients.set(refusal, (counters.refusedClients.get(refusal) ?? 0) + 1);
    const certificate = certificateOf(client.conn);
    const known = users.identityOf(user) === undefined ? undefined : user;
    const account = certificate === undefined ? known : certifiedDeskUser(certificate);
    this.#audit(client, account, { action: "connect", result: "refused", why: refusal });
    if (refusal === "locked-out") return; // the log was told when the lock began
    log.warn({ clientId: client.id.slice(0, clientIdBytesMax), user: account, refusal }, "A client was refused");
  }

  /** A client came under the id of one that is connected. */
  takenOver(client: Client, user: string, verdict: TakeOver): void {
    const { counters, clock, log } = this.#options;
    const clientId = client.id;
    counters.takeOvers += 1;
    this.#audit(client, user, { action: "take-over", result: takeOverResults[verdict] });
    if (verdict === "granted") log.warn({ clientId }, "A client took over from another with the same id");
    if (verdict !== "fight") return;
    counters.disputes += 1;
    counters.lastAtMs.dispute = clock.monotonic();
    log.error({ clientId }, "Two clients use one id (a copied SD card?); the newcomer is kept out for a while");
  }

  /** Somebody guesses passwords. */
  lockedOut({ of, minutes }: Lock, { user, network }: Attempt): void {
    const { counters, clock, log, users, audit } = this.#options;
    counters.lockedOut += 1;
    counters.lastAtMs["lock-out"] = clock.monotonic();
    const account = of !== "network" && users.identityOf(user) !== undefined ? user : undefined;
    log.warn({ of, user: account, network, minutes }, "Too many wrong passwords: locked out for a while");
    audit.note({ action: "lock-out", result: "alarm", account, address: network, why: of });
  }

  #audit(client: Client, account: string | undefined, entry: Pick<AuditEntry, "action" | "result" | "why">): void {
    this.#options.audit.note({ ...entry, ...peerOf(client), account, client: shownClient(client.id) });
  }
}
