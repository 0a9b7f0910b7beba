// What every reader of documents is handed beside the scan itself.
import type { DecodeText } from "../host.ts";
import { type CalendarDate, dateOfToday } from "./calendar.ts";
import type { ReadingObserver } from "./reading-observer.ts";

export interface ReadingContext {
  readonly today: CalendarDate;
  readonly decodeText: DecodeText;
  /** Whether ethnicity, religion, identifying marks, parents and spouse of a chip leave the decoder. */
  readonly optionalFields: boolean;
  readonly observer: ReadingObserver | undefined;
}

export interface ReadingOptions {
  /** Whether ethnicity, religion, identifying marks, parents and spouse of a chip leave the decoder; off by default. */
  readonly optionalFields?: boolean;
  /** Who wants to know which rule decided what; nobody by default. */
  readonly observer?: ReadingObserver;
}

/** `today` is yyyy-MM-dd in Asia/Ho_Chi_Minh. */
export function readingContext(today: string, decodeText: DecodeText, options: ReadingOptions = {}): ReadingContext {
  const { optionalFields = false, observer } = options;
  return { today: dateOfToday(today), decodeText, optionalFields, observer };
}
