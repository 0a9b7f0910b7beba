// The watch tells of what is plugged in and pulled out, by the signs of the folder of nodes.
import { rmSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DeviceWatch } from "../../../../agent/devices/device-watch.ts";
import { FakeMachine } from "../../../fixtures/fake-machine.ts";
import { type RecordedLog, recordLog } from "../../../fixtures/recorded-log.ts";

let machine: FakeMachine;
let watch: DeviceWatch;
let log: RecordedLog;
beforeEach(() => {
  machine = new FakeMachine();
  log = recordLog();
  watch = new DeviceWatch({ log, roots: machine.roots });
});
afterEach(() => {
  watch.stop();
  machine.remove();
});

const twin = { vid: "1eab", pid: "1d06" };
const anyTwin = { kind: "tty", ...twin } as const;
const change = (): Promise<void> =>
  new Promise((resolve) => {
    const end = watch.onChange(() => {
      end();
      resolve();
    });
  });

describe("the device watch", () => {
  it("knows after its start what was plugged in before", async () => {
    const path = machine.plug({ node: "ttyACM0", port: "1-1", ...twin });
    expect(watch.locate(anyTwin)).toEqual({ kind: "absent" });
    await watch.start();
    expect(watch.locate(anyTwin)).toMatchObject({ kind: "there", path });
  });

  it("follows a reader that is plugged in, doubled, and pulled out again", async () => {
    await watch.start();
    machine.plug({ node: "ttyACM0", port: "1-1", ...twin });
    await change();
    expect(watch.locate(anyTwin)).toMatchObject({ kind: "there", identity: { key: "1eab:1d06@1-1" } });

    const second = machine.plug({ node: "ttyACM1", port: "1-2", ...twin });
    await change();
    const place = watch.locate(anyTwin);
    expect(place.kind === "ambiguous" && place.candidates.map(({ port }) => port)).toEqual(["1-1", "1-2"]);
    expect(watch.locate({ ...anyTwin, port: "1-2" })).toMatchObject({ kind: "there", path: second });

    machine.unplug("ttyACM0", "1-1");
    await change();
    expect(watch.locate(anyTwin)).toMatchObject({ kind: "there", path: second });
    machine.unplug("ttyACM1", "1-2");
    await change();
    expect(watch.locate(anyTwin)).toEqual({ kind: "absent" });
  });

  it("goes without signs, and says so once, where the folder of nodes can't be watched", async () => {
    rmSync(machine.roots.dev, { recursive: true });
    await watch.start();
    expect(log.lines).toHaveLength(1);
    expect(watch.locate(anyTwin)).toEqual({ kind: "absent" });
  });

  it("tells nobody after its end", async () => {
    let told = 0;
    watch.onChange(() => {
      told += 1;
    });
    await watch.start();
    machine.plug({ node: "ttyACM0", port: "1-1", ...twin });
    watch.stop();
    await new Promise((resolve) => setTimeout(resolve, 400)); // longer than the debounce: nothing may come of the sign
    expect(told).toBe(0);
  });
});
