// Takes the fields of one packet's body one after the other.

/** Every `take…` answers undefined where the body ends too early, and then stays where it is. */
export class BodyReader {
  readonly #body: Uint8Array;
  #at = 0;

  constructor(body: Uint8Array) {
    this.#body = body;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#body.length;
  }

  takeByte(): number | undefined {
    const byte = this.#body[this.#at];
    if (byte !== undefined) this.#at += 1;
    return byte;
  }

  /** An integer of two bytes (MQTT 3.1.1 clause 1.5.2). */
  takeInteger(): number | undefined {
    const high = this.#body[this.#at];
    const low = this.#body[this.#at + 1];
    if (high === undefined || low === undefined) return undefined;
    this.#at += 2;
    return high * 256 + low;
  }

  /** Bytes behind their length: a text, a will message, a password. A view, not a copy. */
  takeBlock(): Uint8Array | undefined {
    const length = this.takeInteger();
    if (length === undefined) return undefined;
    if (length > this.#body.length - this.#at) {
      this.#at -= 2;
      return undefined;
    }
    this.#at += length;
    return this.#body.subarray(this.#at - length, this.#at);
  }

  takeRest(): void {
    this.#at = this.#body.length;
  }
}
