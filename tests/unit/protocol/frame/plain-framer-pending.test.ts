// What the framer says it waits for, so that the port knows whether and how long to listen for silence.
import { expect, it } from "vitest";
import { recordFrames } from "./record-frames.ts";

const bytes = (text: string): Uint8Array => Buffer.from(text, "latin1");

it("waits for nothing between scans", () => {
  const { framer } = recordFrames();
  expect(framer.pending).toBe("nothing");
  framer.push(bytes("A\r\n"));
  expect(framer.pending).toBe("nothing");
});

it("waits for the end of a scan, also of one that is too long", () => {
  const { framer } = recordFrames({ scanBytesMax: 4 });
  framer.push(bytes("A"));
  expect(framer.pending).toBe("scan");
  framer.push(bytes("BCDEF"));
  expect(framer.pending).toBe("scan");
  framer.idle();
  expect(framer.pending).toBe("nothing");
});

it("waits for ETX", () => {
  const { framer } = recordFrames({ stx: true });
  framer.push(bytes("\x02"));
  expect(framer.pending).toBe("stx");
  framer.push(bytes("A\x03"));
  expect(framer.pending).toBe("nothing");
});

it("waits for nothing on a telnet stream", () => {
  const { framer } = recordFrames({ refuseTelnet: true });
  framer.push(bytes("\xff"));
  expect(framer.pending).toBe("scan");
  framer.push(bytes("\xfb\x01A"));
  expect(framer.pending).toBe("nothing");
});
