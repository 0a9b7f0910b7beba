// What every reader of documents is handed beside the scan itself.
import type { DecodeText } from "../host.ts";
import type { CalendarDate } from "./calendar.ts";

export interface ReadingContext {
  readonly today: CalendarDate;
  readonly decodeText: DecodeText;
  /** Whether ethnicity, religion, identifying marks, parents and spouse of a chip leave the decoder. */
  readonly optionalFields: boolean;
}
