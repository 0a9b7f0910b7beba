// Dead buffers are collected although nothing makes V8 do it.
import { setTimeout as sleep } from "node:timers/promises";
import { test } from "vitest";
import { keepBuffersFew } from "../../../service/external-memory.ts";
import { waitUntil } from "../../fixtures/wait-until.ts";

/** Below V8's own bound of 64 MB. */
const bytes = 40 * 1_048_576;

/** Buffers that are long dead when it answers, but have lived so long that only a whole collection frees them. */
async function leaveBuffers(): Promise<void> {
  const buffers = Array.from({ length: 640 }, () => new ArrayBuffer(bytes / 640));
  for (let round = 0; round < 20; round += 1) {
    let rubbish: unknown[] = [];
    for (let n = 0; n < 200_000; n += 1) rubbish = n % 1_000 === 0 ? [] : [...rubbish.slice(-1), { n }];
    await sleep(1);
  }
  buffers.length = 0;
}

test("buffers that nobody holds any more go", async () => {
  const before = process.memoryUsage().arrayBuffers;
  const stop = keepBuffersFew();
  await leaveBuffers();
  await waitUntil("they are gone", () => process.memoryUsage().arrayBuffers - before < bytes / 4, 20_000);
  stop();
});
