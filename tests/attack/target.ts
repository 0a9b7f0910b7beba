// What an attacker knows of the broker that it attacks, and the keys that it stole; goes to the attackers' process as JSON.

export interface Identity {
  /** In its certificate. */
  readonly name: string;
  /** PEM. */
  readonly cert: string;
  readonly key: string;
}

export interface Target {
  readonly plainPort: number;
  readonly tlsPort: number;
  readonly enrolmentPort: number;
  /** PEM of the facility's authority. */
  readonly ca: string;
  /** Of all accounts. */
  readonly password: string;
  /** A desk whose key was stolen: it may what its own desk may. */
  readonly rogueDesk: Identity;
  readonly revokedDesk: Identity;
  /** Calls itself as a good desk does, signed by an authority of its own. */
  readonly foreignDesk: Identity;
  /** A token that was used before. */
  readonly usedToken: string;
}

/** The desks that go on working. */
export const facility = "38xxx";
export const deskName = (number: number): string => `quay-${String(number).padStart(2, "0")}`;
export const topicOf = (desk: string, rest: string): string => `tiepdon/v1/${facility}/${desk}/${rest}`;
/** Accounts of the hospital's software and of IT in the attackers' hands; both with the target's password. */
export const rogueHis = "his-2";
export const rogueIt = "it-2";
export const goodHis = "his";
export const rogueDeskName = "quay-98";
/** In all that attackers write where they must not: whoever reads it was deceived. */
export const forgery = "forged by an attacker";

export interface Outcome {
  /** Hostile acts: packets, connections, attempts. */
  readonly acts: number;
  /** What it got and must not get; empty is good. */
  readonly gained: readonly string[];
}
