// The one error of the simulators: a sentence for the person who started one, and whether the request itself was wrong.

/** The sentence is Vietnamese, then English after ` | `. */
export class SimulationFailure extends Error {
  /** `wrong-usage`: what was asked for can't be; `failed`: the machine did not let us. */
  readonly kind: "wrong-usage" | "failed";

  constructor(kind: "wrong-usage" | "failed", sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.name = "SimulationFailure";
    this.kind = kind;
  }
}
