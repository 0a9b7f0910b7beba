// 35,000 messages for an absent subscriber: all arrive, once, in order, without filling the broker's memory.
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { spawnBroker } from "../endurance/broker-process.ts";
import { connect, removeDirectory, runBroker } from "../unit/broker/running-broker.ts";

const messages = 35_000;
const payloadBytes = 8_000;
/** What the broker's resident memory may grow by while it drains, most of it garbage: well below the 280 MB that wait. */
const growthBytesMax = 140_000_000;

test("a queue of 35,000 drains in order into a slow subscriber, over a restart", { timeout: 120_000 }, async () => {
  const directory = mkdtempSync(join(tmpdir(), "broker-long-"));
  const absent = { clientId: "absent", clean: false };
  const before = await runBroker({ directory });
  const first = await connect(before.port, absent);
  await first.mqtt.subscribeAsync("t", { qos: 1 });
  await first.mqtt.endAsync();
  const publisher = await connect(before.port);
  for (let n = 0; n < messages; n += 500) {
    const batch = Array.from({ length: 500 }, (_, index) => String(n + index).padEnd(payloadBytes));
    await Promise.all(batch.map((text) => publisher.mqtt.publishAsync("t", text, { qos: 1 })));
  }
  expect(before.counts().queued).toBe(messages);
  await before.close();

  const broker = await spawnBroker(directory);
  const atStart = residentBytes(broker.child.pid);
  let largest = atStart;
  const back = await connect(broker.port, absent);
  const numbers = back.received.map(({ text }) => Number(text));
  back.mqtt.removeAllListeners("message").on("message", (_topic, payload) => {
    numbers.push(Number(payload));
    if (numbers.length % 1_000 === 0) largest = Math.max(largest, residentBytes(broker.child.pid));
  });
  back.mqtt.handleMessage = (packet, callback) => {
    if (Number(packet.messageId) % 100 === 0)
      setTimeout(callback, 2); // now and then it takes its time
    else callback();
  };
  for (let count = -1; numbers.length < messages && numbers.length > count; ) {
    count = numbers.length;
    await new Promise((resolve) => setTimeout(resolve, 2_000));
  }
  expect(numbers).toEqual(Array.from({ length: messages }, (_, n) => n));
  expect(largest - atStart).toBeLessThan(growthBytesMax);
  await back.mqtt.endAsync();
  await new Promise((resolve) => setTimeout(resolve, 500)); // the last receipts are written by the clock
  await broker.kill();

  const after = await runBroker({ directory });
  expect(after.counts().queued).toBe(0);
  await after.close();
  removeDirectory(directory);
});

/** Resident memory of a process (proc(5), status, in KiB). */
function residentBytes(pid: number | undefined): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) * 1_024;
}
