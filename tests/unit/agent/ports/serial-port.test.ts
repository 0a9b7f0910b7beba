// A device that is pulled out while it sends: the library then reads nothing for ever, at full load, and says nothing.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { openSerialPort } from "../../../../agent/ports/serial-port.ts";
import { startProgram } from "../../../fixtures/child-process.ts";
import { afterThisTest, temporaryDirectory } from "../../../fixtures/clean-up.ts";
import { waitUntil } from "../../../fixtures/wait-until.ts";

/** The library gets stuck in four of ten unplugs under load: ten make it all but certain that one of them is seen. */
const unplugs = 10;

test("a terminal that ends in mid-stream is lost within a second, every time", async () => {
  for (let round = 1; round <= unplugs; round += 1) {
    const path = join(temporaryDirectory(), "reader");
    const device = startProgram("socat", ["-u", "OPEN:/dev/zero", `PTY,raw,echo=0,link=${path}`]);
    await waitUntil("the terminal is there", () => existsSync(path));
    const port = await openSerialPort({ path, baudRate: 9_600 });
    afterThisTest(() => port.close());
    let bytes = 0;
    let losses = 0;
    port.start(
      (chunk) => {
        bytes += chunk.length;
      },
      () => {
        losses += 1;
      },
    );
    await waitUntil("it sends", () => bytes > 1_000_000);
    await device.end("SIGKILL");
    await waitUntil("the loss is told", () => losses > 0, 1_500);
    await sleep(20);
    expect(losses).toBe(1);
  }
});
