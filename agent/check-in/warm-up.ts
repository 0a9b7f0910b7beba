// Runs the road of a check-in on a specimen before the first patient comes, so that nobody waits for the compiler.
import { createCheckIn } from "../../protocol/check-in/create-event.ts";
import { encodeJson } from "../../protocol/check-in/encode-json.ts";
import { readDocument } from "../../protocol/document/read-document.ts";
import { decodeText } from "../../service/decode-text.ts";

/** An invented person; nothing of the result leaves this file. */
const specimen = "001090999901||Nguyễn Văn Mẫu|15031990|Nam|Số 1, Xã Ví Dụ, Thành phố Hà Nội|20082024||||";

/** Enough for V8 to compile what it runs, and some 10 ms of a start. */
const rounds = 200;

/** `today` is yyyy-MM-dd; `timeMs` counts from 1970. */
export function warmUp(today: string, timeMs: number): void {
  const payload = Buffer.from(specimen);
  const arrival = { id: "", sequence: 0, timeMs, clockSynced: false };
  const desk = { facility: "00000", desk: "-", boot: "-" };
  const reader = { id: "-", model: "-", certification: "-" };
  for (let round = 0; round < rounds; round += 1) {
    const reading = readDocument(payload, today, decodeText);
    if (reading.kind === "document") encodeJson(createCheckIn(reading.document, arrival, desk, reader));
  }
}
