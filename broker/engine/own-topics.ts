// What stands where aedes expects an emitter of messages: aedes hears its own notes, nobody else does; our router delivers.
import { filterMatches } from "../topic/topic-filter.ts";

interface Note {
  readonly topic: string;
}
type Listener = (note: Note, done: () => void) => void;
type Done = (() => void) | undefined;

/** The part of mqemitter's interface that aedes uses. Its notes name every client and filter, so they end here. */
export class OwnTopics {
  readonly #listeners: { readonly filter: string; readonly listener: Listener }[] = [];
  #isSealed = false;

  /** From now on listeners are those of clients, which the router serves. */
  seal(): void {
    this.#isSealed = true;
  }

  on(filter: string, listener: Listener, done: Done): void {
    if (!this.#isSealed) this.#listeners.push({ filter, listener });
    if (done !== undefined) setImmediate(done);
  }

  removeListener(_filter: string, _listener: Listener, done: Done): void {
    if (done !== undefined) setImmediate(done);
  }

  emit(note: Note, done: Done): void {
    if (note.topic.startsWith("$SYS/")) {
      for (const { filter, listener } of this.#listeners) {
        if (filterMatches(filter, note.topic)) listener(note, () => {});
      }
    }
    done?.();
  }

  close(done: Done): void {
    done?.();
  }
}
