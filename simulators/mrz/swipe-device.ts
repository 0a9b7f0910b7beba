// A reader of machine-readable zones that takes no commands: it sends what is drawn through it, as bare lines or as 3M's blocks.
import { encodeRte6701 } from "../../protocol/frame/rte6701/rte6701-block.ts";
import type { Device, PowerDevice } from "../device.ts";

export type SwipeForm = "rte6701" | "lines-cr" | "lines-crlf" | "one-line";

/** Always takes what it is shown. */
export const swipeDevice =
  (form: SwipeForm): PowerDevice =>
  (surroundings): Device => ({
    held: 0,
    connected: () => undefined,
    receive: () => undefined,
    wake: () => undefined,
    disconnected: () => undefined,
    present(payload) {
      const lines = new TextDecoder().decode(payload).split(/\r?\n|\r/);
      surroundings.sign("good-read");
      surroundings.write(encode(lines, form));
      return true;
    },
  });

/** The flag of a block has no meaning that we know. */
const flag = 0x20;

function encode(lines: readonly string[], form: SwipeForm): Uint8Array {
  switch (form) {
    case "rte6701":
      return encodeRte6701({ flag, lines });
    case "lines-cr":
      return new TextEncoder().encode(lines.map((line) => `${line}\r`).join(""));
    case "lines-crlf":
      return new TextEncoder().encode(lines.map((line) => `${line}\r\n`).join(""));
    case "one-line":
      return new TextEncoder().encode(lines.join(""));
  }
}
