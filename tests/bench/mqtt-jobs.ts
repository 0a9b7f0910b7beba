// What the generator of MQTT load can be asked for, and what it answers.

/** Where a job goes; all contestants have the same users with one password. */
export interface Target {
  readonly port: number;
  readonly password: string;
}

/** Messages at a steady rate from one desk to one reader with a kept session. */
export interface LatencyWork {
  readonly kind: "latency";
  readonly perSecond: number;
  readonly seconds: number;
}

/** As many messages as the broker acknowledges. */
export interface LoadWork {
  readonly kind: "load";
  readonly publishers: number;
  /** PUBLISH packets without a PUBACK that a publisher has at the most. */
  readonly window: number;
  readonly subscribers: number;
  /** Sessions that outlive their connection, as the hospital's software has; else ones that end with it. */
  readonly isKept: boolean;
  readonly seconds: number;
}

/** Desks that come, and go when they are let in. */
export interface ConnectWork {
  readonly kind: "connects";
  readonly clients: number;
  readonly seconds: number;
}

/** Desks that come and stay silent; the answer comes when all are there. */
export interface HoldWork {
  readonly kind: "hold";
  readonly clients: number;
  readonly seconds: number;
}

export type Work = LatencyWork | LoadWork | ConnectWork | HoldWork;
export type Job = Work & { readonly target: Target };

/** Times in milliseconds. */
export interface Latency {
  readonly ackMiddle: number;
  readonly ackSlow: number;
  readonly deliveryMiddle: number;
  readonly deliverySlow: number;
}

export interface Load {
  readonly acknowledgedPerSecond: number;
  readonly deliveredPerSecond: number;
  /** Share of one core that the generator used: near 1 it is what is measured. */
  readonly generatorShare: number;
}

export interface Connects {
  readonly connectsPerSecond: number;
}

export type Answer = Partial<Latency & Load & Connects>;

/** The users that every contestant knows. */
export const deskCount = 50;
export const facility = "99999";
export const deskName = (index: number): string => `quay-${String(index).padStart(2, "0")}`;
export const readerUser = "his";
