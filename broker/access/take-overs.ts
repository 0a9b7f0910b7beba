// Two clients with one id push each other out for ever: counts take-overs, and says when the newcomer has to stay out.

/** That many take-overs of one client id within the time below are a fight, no reconnecting after a fault (DESK.md (i) 20). */
const takeOversMax = 3;
const fightMs = 30_000;
/** How long newcomers are refused once it is a fight, in milliseconds: two copies then disturb the desk twelve times an hour, not every second. */
const refusedMs = 300_000;
/** Client ids that are remembered; those beyond have to be in order, and the oldest are forgotten. */
const rememberedMax = 10_000;

interface History {
  /** When its connection was taken over, in monotonic milliseconds; the oldest first. */
  at: readonly number[];
  refusedUntil: number;
}

/** `fight` is `refused` for the first time: the moment to tell people. */
export type TakeOver = "granted" | "fight" | "refused";

export class TakeOvers {
  readonly #histories = new Map<string, History>();

  /** A client came under the id of one that is connected, at `now` of the monotonic clock. */
  judge(clientId: string, now: number): TakeOver {
    const history = this.#histories.get(clientId) ?? { at: [], refusedUntil: Number.NEGATIVE_INFINITY };
    if (now < history.refusedUntil) return "refused";
    const recent = history.at.filter((at) => now - at < fightMs);
    const isFight = recent.length >= takeOversMax;
    this.#histories.delete(clientId);
    if (this.#histories.size >= rememberedMax) this.#forgetOldest();
    this.#histories.set(
      clientId,
      isFight ? { at: [], refusedUntil: now + refusedMs } : { at: [...recent, now], refusedUntil: now },
    );
    return isFight ? "fight" : "granted";
  }

  #forgetOldest(): void {
    for (const oldest of this.#histories.keys()) {
      this.#histories.delete(oldest);
      return;
    }
  }
}
