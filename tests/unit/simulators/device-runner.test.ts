// A simulated device on a line in memory: plugged in, heard, unplugged in the middle, and back.
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { systemClock } from "../../../service/clock.ts";
import { DeviceRunner } from "../../../simulators/device-runner.ts";
import { runDeviceSimulation } from "../../../simulators/device-simulation.ts";
import { devices } from "../../../simulators/devices.ts";
import { FaultLayer } from "../../../simulators/faults.ts";
import { memoryLine } from "../../../simulators/memory-line.ts";
import { SeededRandom } from "../../../simulators/seeded-random.ts";
import { waitUntil } from "../../fixtures/wait-until.ts";

const plain = { terminator: "cr", aim: "" } as const;
const power = (name: string) => devices[name]?.(plain) ?? expect.unreachable();

it("sends to whoever has opened the line, and hears what is said", async () => {
  const { medium, openPort } = memoryLine();
  const signs: string[] = [];
  const clock = systemClock();
  const runner = new DeviceRunner({ power: power("honeywell"), medium, clock, onSign: (sign) => signs.push(sign) });
  expect(runner.present(Buffer.from("AB"))).toBe(false); // nobody there
  const heard: Buffer[] = [];
  const port = await openPort();
  await expect(openPort()).rejects.toThrow(/holds the port/);
  port.start(
    (chunk) => heard.push(Buffer.from(chunk)),
    () => expect.unreachable(),
  );
  expect(runner.present(Buffer.from("AB"))).toBe(true);
  await port.write(Buffer.from("16070d", "hex"));
  await runner.settled();
  expect(Buffer.concat(heard).toString()).toBe("AB\r");
  expect(signs).toEqual(["good-read", "good-read"]);
  await port.close();
  expect(runner.present(Buffer.from("CD"))).toBe(false);
  await runner.stop();
});

it("pulls the plug in the middle of a scan, and is there again", async () => {
  const { medium, openPort } = memoryLine();
  const faults = new FaultLayer([{ name: "unplug", share: 1 }], new SeededRandom(3));
  const runner = new DeviceRunner({ power: power("plain"), medium, clock: systemClock(), faults });
  const heard: Buffer[] = [];
  let isLost = false;
  const open = async () => {
    const port = await openPort();
    port.start(
      (chunk) => heard.push(Buffer.from(chunk)),
      () => {
        isLost = true;
      },
    );
  };
  await open();
  runner.present(Buffer.from("ABCDEF"));
  await waitUntil("the line is lost", () => isLost);
  await expect(openPort()).rejects.toThrow(/not there/);
  await runner.settled();
  expect("ABCDEF\r".startsWith(Buffer.concat(heard).toString())).toBe(true);
  expect(Buffer.concat(heard).length).toBeLessThan(7);
  heard.length = 0;
  faults.choose([]);
  await open();
  runner.present(Buffer.from("GH"));
  await runner.settled();
  expect(Buffer.concat(heard).toString()).toBe("GH\r");
  await runner.stop();
});

it("reports what was shown, heard and broken", async () => {
  const { medium, openPort } = memoryLine();
  const running = runDeviceSimulation(
    {
      ...{ power: power("plain"), medium, faults: [{ name: "split", share: 1 }], seed: 1, repeatShare: 0 },
      ...{ payloads: ["A1", "B2", "C3"].map((text) => Buffer.from(text)), count: 2, scansPerSecond: undefined },
      clock: systemClock(),
    },
    new AbortController().signal,
  );
  await sleep(1);
  const heard: Buffer[] = [];
  const port = await openPort();
  port.start(
    (chunk) => heard.push(Buffer.from(chunk)),
    () => expect.unreachable(),
  );
  expect(await running).toMatchObject({ scans: 2, lost: 0, bytes: 6, signs: { "good-read": 2 }, faults: { split: 2 } });
  expect(Buffer.concat(heard).toString()).toBe("A1\rB2\r");
  expect(heard.length).toBeGreaterThan(2);
});
