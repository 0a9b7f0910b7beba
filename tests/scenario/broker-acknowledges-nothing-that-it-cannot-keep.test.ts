// The disk is full: no PUBACK, a clear word in the log, and all that was acknowledged before is there.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { spawnBroker } from "../endurance/broker-process.ts";
import { connect, removeDirectory, runBroker } from "../unit/broker/running-broker.ts";

/** Files of 1 MiB at most, in blocks of 512 bytes. */
const fileBlocksMax = 2_048;

test("a message that can't be written is not acknowledged, and the broker lives on", async () => {
  const directory = mkdtempSync(join(tmpdir(), "broker-full-"));
  const broker = await spawnBroker(directory, fileBlocksMax);
  const absent = { clientId: "absent", clean: false };
  const subscriber = await connect(broker.port, absent);
  await subscriber.mqtt.subscribeAsync("t", { qos: 1 });
  await subscriber.mqtt.endAsync();

  const acknowledged: string[] = [];
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const publisher = await connect(broker.port, { clientId: `p${attempt}` });
    const closed = new Promise<void>((resolve) => publisher.mqtt.once("close", () => resolve()));
    for (let n = 0; n < 400; n += 1) {
      const text = `${attempt}-${n}`.padEnd(10_000);
      publisher.mqtt.publish("t", text, { qos: 1 }, (error) => {
        if (error === undefined || error === null) acknowledged.push(text);
      });
    }
    await closed;
    await publisher.mqtt.endAsync(true);
  }
  expect(acknowledged.length).toBeGreaterThan(10);
  expect(acknowledged.length).toBeLessThan(200);
  expect(broker.child.exitCode).toBeNull();
  expect(broker.said()).toContain("could not be kept");
  await broker.kill();

  const next = await runBroker({ directory });
  const back = await connect(next.port, absent);
  const received = await back.waitFor(acknowledged.length);
  expect(received.map(({ text }) => text)).toEqual(expect.arrayContaining(acknowledged));
  await next.close();
  removeDirectory(directory);
});
