// What IT sees of a reader, in its retained topics and in answers to commands; nothing of a patient.
import type { ReaderNews } from "../publisher/presence.ts";
import type { Reader } from "./reader.ts";

export function readerNews(reader: Reader): ReaderNews {
  const { id, state, reason, info, isEnabled } = reader;
  return { id, state: state.kind === "stopped" ? "offline" : state.kind, reason, info: { ...info, isEnabled } };
}
