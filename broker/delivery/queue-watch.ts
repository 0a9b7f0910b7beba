// Looks after the queues of kept sessions: tells of those that near a bound, ends those that are beyond one.
import type { Log } from "../../protocol/host.ts";
import { alarmStep } from "./alarm-step.ts";
import { isAwayTooLong, isTooOld, type QueueCaps, type QueueFacts } from "./queue-caps.ts";
import type { Session } from "./session.ts";
import type { Sessions } from "./sessions.ts";

export interface QueueWatchOptions {
  readonly sessions: Sessions;
  readonly caps: QueueCaps;
  readonly log: Log;
}

export class QueueWatch {
  readonly #options: QueueWatchOptions;
  /** The step that was last told of, for each session that is on one. */
  readonly #steps = new WeakMap<Session, number>();

  constructor(options: QueueWatchOptions) {
    this.#options = options;
  }

  /** One for each kept session. */
  facts(): readonly QueueFacts[] {
    const { sessions } = this.#options;
    return [...sessions.all()].flatMap((session) => sessions.factsOf(session) ?? []);
  }

  /** To be called every few seconds. */
  look(): void {
    const { sessions, caps } = this.#options;
    sessions.sweepAgain();
    for (const session of [...sessions.all()]) {
      const facts = sessions.factsOf(session);
      if (facts === undefined) continue;
      if (isAwayTooLong(facts, caps)) sessions.end(session, "away-too-long");
      else if (isTooOld(facts, caps)) sessions.end(session, "queue-too-old");
      else this.#tell(session, facts);
    }
  }

  #tell(session: Session, facts: QueueFacts): void {
    const before = this.#steps.get(session) ?? 0;
    const step = alarmStep(facts.share, before);
    if (step === before) return;
    this.#steps.set(session, step);
    const { log } = this.#options;
    const known = { ...facts, user: session.user, share: Math.round(facts.share * 100) / 100, step };
    if (step > before) log.warn(known, "A subscriber's queue nears its bound; beyond it the whole session ends");
    else log.info(known, "A subscriber's queue is further from its bound again");
  }
}
