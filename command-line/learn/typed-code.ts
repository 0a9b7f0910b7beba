// Notices when the test code is typed into the terminal: the reader is then a keyboard.
import { encodeUtf8 } from "../../protocol/bytes/utf8.ts";
import { readBurst } from "../../protocol/driver/learn/read-burst.ts";
import type { RemarkCode } from "../../protocol/driver/learn/remarks.ts";
import { testFields } from "../../protocol/driver/learn/test-code.ts";

/** Characters that are looked through: what a keyboard types here, and not a file that somebody pipes in. */
const typedCharactersMax = 4_096;

/** Calls `onTyped` once, with what the typing did to the code. Stops listening at the signal. */
export function watchForTyping(
  input: NodeJS.ReadStream,
  signal: AbortSignal,
  onTyped: (remarks: readonly RemarkCode[]) => void,
): void {
  let typed = "";
  const look = (text: string) => {
    typed += text;
    const start = typed.indexOf(testFields.mark);
    if (start >= 0 && /[\r\n]/.test(typed.slice(start))) {
      const reading = readBurst(encodeUtf8(typed.slice(start)));
      const spoilt = reading.kind === "test-code" ? reading.remarks.filter((code) => code !== "no-end") : [];
      stop();
      onTyped(["keyboard-mode", ...spoilt]);
    } else typed = typed.slice(-typedCharactersMax);
  };
  const stop = () => {
    input.off("data", look);
    input.pause();
  };
  input.setEncoding("utf8");
  input.on("data", look);
  input.unref?.();
  signal.addEventListener("abort", stop);
}
