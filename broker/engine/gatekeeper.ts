// Decides about each CONNECT: who it is, what it may, whether the client id is its own, whether its will is allowed.
import type { Duplex } from "node:stream";
import type { AuthenticateError, Client, ConnectPacket } from "aedes";
import type { Clock, Log } from "../../protocol/host.ts";
import type { Accounts } from "../access/accounts.ts";
import type { Logins } from "../access/logins.ts";
import { type Rights, rightsOf } from "../access/rights.ts";
import { TakeOvers } from "../access/take-overs.ts";
import type { Grant, UserBook } from "../access/user-book.ts";
import type { BrokerConfig } from "../config.ts";
import type { Session } from "../delivery/session.ts";
import type { Sessions } from "../delivery/sessions.ts";
import type { BrokerStore } from "../store/broker-store.ts";
import { certifiedDeskUser, deskOf } from "../tls/certificate-name.ts";
import { networkOf } from "./admission.ts";
import { type Connections, openLine, peerOf } from "./connections.ts";
import type { DoorNews } from "./door-news.ts";
import { refusalOf } from "./incoming-publish.ts";

/** Return codes of CONNACK (MQTT 3.1.1 clause 3.2.2.3). */
const identifierRejected = 2;
const serverUnavailable = 3;
const badUserOrPassword = 4;
const notAuthorised = 5;

/** Every reason why nobody is let in, with the return code for it. */
const returnCodes = {
  "client-id-invalid": identifierRejected,
  "client-id-of-another-user": identifierRejected,
  "client-id-not-the-certificates": identifierRejected,
  "client-id-in-dispute": serverUnavailable,
  "sessions-full": serverUnavailable,
  "user-full": serverUnavailable,
  "logins-full": serverUnavailable,
  "store-unavailable": serverUnavailable,
  "password-wrong": badUserOrPassword,
  "locked-out": badUserOrPassword, // as for a wrong password: a guesser learns nothing
  "account-unused": badUserOrPassword,
  "certificate-of-nobody": notAuthorised,
  "keepalive-invalid": notAuthorised,
  "will-not-permitted": notAuthorised,
} as const;
type Refusal = keyof typeof returnCodes;
export const clientRefusals = Object.keys(returnCodes) as readonly Refusal[];

export interface GatekeeperOptions {
  readonly config: BrokerConfig;
  /** The rights of everybody, where no password is asked for. */
  readonly everyone: Rights | undefined;
  readonly users: UserBook;
  readonly accounts: Accounts;
  readonly logins: Logins;
  readonly sessions: Sessions;
  readonly connections: Connections;
  readonly store: BrokerStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly news: DoorNews;
  /** The name in the client's certificate, where it showed one. */
  readonly certificateOf: (socket: Duplex) => string | undefined;
  /** Two clients fight for one id. */
  readonly onFight: (clientId: string) => void;
}

/** Who a client turned out to be. */
interface Principal {
  /** The owner of its session. */
  readonly user: string;
  readonly rights: Rights;
  /** The account of the file of users that it came by, where it needs one. */
  readonly grant?: Grant;
}

export class Gatekeeper {
  readonly #takeOvers = new TakeOvers();
  /** Everybody who was let in by an account, until they are gone. */
  readonly #granted = new Map<Client, Grant>();
  /** Connections of each user who has one. */
  readonly #connectionsOf = new Map<string, number>();
  readonly #options: GatekeeperOptions;
  readonly #connects = new WeakMap<Client, ConnectPacket>();

  constructor(options: GatekeeperOptions) {
    this.#options = options;
  }

  /** Aedes' `preConnect`: keeps the packet for `authenticate`, which does not get it. */
  readonly preConnect = (
    client: Client,
    packet: ConnectPacket,
    callback: (error: Error | null, isAccepted: boolean) => void,
  ): void => {
    this.#connects.set(client, packet);
    callback(null, true);
  };

  /** Aedes' `authenticate`: an error's `returnCode` goes into the CONNACK, then the connection is closed. */
  readonly authenticate = (
    client: Client,
    user: string | undefined,
    password: Buffer | undefined,
    callback: (error: AuthenticateError | null, isAccepted: boolean) => void,
  ): void => {
    this.#letIn(client, user ?? "", password ?? Buffer.alloc(0)).then(
      (refusal) => {
        if (refusal === undefined) callback(null, true);
        else callback(this.#refuse(client, user, refusal), false);
      },
      (error) => {
        this.#options.log.error({ error }, "A session could not be opened");
        callback(this.#refuse(client, user, "store-unavailable"), false);
      },
    );
  };

  /** Ends the connections of everybody whose account is gone, or whose password was changed since. */
  endUngranted(): void {
    const { users, news } = this.#options;
    for (const [client, grant] of this.#granted) {
      if (users.holds(grant)) continue;
      news.ended(client, grant.user);
      this.#granted.delete(client);
      client.close();
    }
  }

  /** Whoever is connected uses the account. */
  noteUse(): void {
    for (const { user } of this.#granted.values()) this.#options.accounts.noteUse(user);
  }

  async #letIn(client: Client, user: string, password: Buffer): Promise<Refusal | undefined> {
    const { config, everyone } = this.#options;
    const connect = this.#connects.get(client);
    if (connect === undefined) return "store-unavailable";
    if (!isClientId(connect, config.limits.clientIdBytesMax)) return "client-id-invalid";
    const principal = await this.#identify(client, user, password);
    if (typeof principal === "string") return principal;
    const { rights } = principal;
    const { keepalive = 0, will } = connect;
    if (everyone === undefined && (keepalive === 0 || keepalive > config.limits.keepaliveSecondsMax)) {
      return "keepalive-invalid";
    }
    if (will !== undefined && refusalOf(will, rights, this.#options) !== undefined) return "will-not-permitted";
    if (client.closed) return undefined; // it did not wait
    return this.#openSession(client, principal);
  }

  async #identify(client: Client, user: string, password: Buffer): Promise<Principal | Refusal> {
    const { everyone, users, logins, certificateOf } = this.#options;
    if (everyone !== undefined) return { user: "", rights: everyone };
    const name = certificateOf(client.conn);
    if (name !== undefined) return this.#identifyCertified(client, name);
    const grant = await logins.check(user, password, networkOf(peerOf(client).address));
    if (typeof grant === "string") return grant;
    const desk = deskOf(client.id);
    if (desk !== undefined) {
      // An id of this form is a desk's: nobody else may keep a desk out by coming first.
      const identity = users.identityOf(user);
      if (identity?.facility !== desk.facility || identity?.desk !== desk.desk) return "client-id-of-another-user";
    }
    return { user, rights: users.rightsOf(user), grant };
  }

  /** A certificate is stronger than a password, so user and password are not looked at. */
  async #identifyCertified(client: Client, name: string): Promise<Principal | Refusal> {
    const { users, accounts } = this.#options;
    if (client.id !== name) return "client-id-not-the-certificates";
    const desk = deskOf(name);
    if (desk !== undefined) return { user: certifiedDeskUser(name), rights: rightsOf(desk) };
    await users.refreshOrKeep();
    if (users.identityOf(name) === undefined) return "certificate-of-nobody";
    if (accounts.isUnused(name)) return "account-unused";
    accounts.noteUse(name);
    return { user: name, rights: users.rightsOf(name), grant: { user: name, passwordHash: undefined } };
  }

  async #openSession(client: Client, { user, rights, grant }: Principal): Promise<Refusal | undefined> {
    const { sessions, connections, users, news } = this.#options;
    if (grant !== undefined && !users.holds(grant)) return "password-wrong"; // changed in this very moment
    const before = sessions.find(client.id);
    if (before !== undefined && before.user !== user) return "client-id-of-another-user";
    if (before?.line !== undefined && !this.#mayTakeOver(client, user)) return "client-id-in-dispute";
    if (!client.clean && before?.backlog === undefined && this.#hasNoRoom(user)) return "sessions-full";
    if (before?.line === undefined && this.#isFull(user)) return "user-full"; // a take-over adds none
    const leave = this.#enter(user);
    if (grant !== undefined) this.#granted.set(client, grant);
    const rightsNow = grant === undefined ? rights : users.rightsOf(user); // from here on a change finds the session
    try {
      const session = client.clean
        ? sessions.startUnkept(client.id, user, rightsNow)
        : await sessions.resume(client.id, user, rightsNow);
      const line = openLine(client);
      const peer = peerOf(client);
      connections.set(client, { session, line, peer, pending: 0 });
      news.accepted(client, user);
      const gone = () => {
        news.left(client, user, peer);
        sessions.release(session, line);
        if (this.#granted.delete(client)) this.#options.accounts.noteUse(user);
        leave();
      };
      if (client.closed || client.conn.destroyed) gone();
      else client.conn.once("close", gone);
    } catch (error) {
      this.#granted.delete(client);
      leave();
      throw error;
    }
    return undefined;
  }

  /** For one more kept session, of all or of this user. */
  #hasNoRoom(user: string): boolean {
    const { sessions, config, everyone } = this.#options;
    const { sessionsMax, sessionsPerUserMax } = config.limits;
    if (sessions.keptCount >= sessionsMax) return true;
    return everyone === undefined && sessions.keptCountOf(user) >= sessionsPerUserMax;
  }

  #isFull(user: string): boolean {
    const { config, everyone } = this.#options;
    return everyone === undefined && (this.#connectionsOf.get(user) ?? 0) >= config.limits.connectionsPerUserMax;
  }

  /** Counts a connection of that user; the answer has to be called once, at its end. */
  #enter(user: string): () => void {
    this.#connectionsOf.set(user, (this.#connectionsOf.get(user) ?? 0) + 1);
    return () => {
      const left = (this.#connectionsOf.get(user) ?? 0) - 1;
      if (left > 0) this.#connectionsOf.set(user, left);
      else this.#connectionsOf.delete(user);
    };
  }

  /** A desk that reconnects before its lost connection was noticed takes over once; two copies of a desk do without end. */
  #mayTakeOver(client: Client, user: string): boolean {
    const { clock, news, onFight } = this.#options;
    const verdict = this.#takeOvers.judge(client.id, clock.monotonic());
    news.takenOver(client, user, verdict);
    if (verdict !== "fight") return verdict === "granted";
    onFight(client.id);
    return false;
  }

  #refuse(client: Client, user: string | undefined, refusal: Refusal): AuthenticateError {
    this.#options.news.refused(client, user ?? "", refusal);
    return Object.assign(new Error(refusal), { returnCode: returnCodes[refusal] });
  }
}

/** An empty id is for clean sessions (clause 3.1.3.1); control characters and broken UTF-8 are for nobody. */
function isClientId({ clientId, clean }: ConnectPacket, bytesMax: number): boolean {
  if (clientId === "") return clean === true;
  return Buffer.byteLength(clientId) <= bytesMax && !/[\p{Cc}\uFFFD]/u.test(clientId);
}

/** Joins a connection to its session once CONNACK is on its way: nothing may be sent before it. */
export function attachSession(client: Client, connections: Connections, sessions: Sessions): Session | undefined {
  const connection = connections.get(client);
  if (connection === undefined || client.closed) return undefined;
  client.conn.on("drain", () => connection.session.drained());
  sessions.attach(connection.session, connection.line);
  return connection.session;
}
