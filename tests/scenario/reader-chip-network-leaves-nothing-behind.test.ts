// Three hundred megabytes of portraits, garbage and readings from a network chip reader: the installed agent does not grow.
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { systemClock } from "../../service/clock.ts";
import { encodeChipCard, invented } from "../../simulators/chip-reader/chip-card.ts";
import { hn212Device } from "../../simulators/chip-reader/hn212-device.ts";
import { openSocketIoReader } from "../../simulators/chip-reader/socket-io-reader.ts";
import { afterThisTest, temporaryDirectory } from "../fixtures/clean-up.ts";
import { deskConfig, topics } from "../fixtures/desk.ts";
import { startWeighedDeskProcess } from "../fixtures/desk-process.ts";
import { freePort } from "../fixtures/free-port.ts";
import { startMosquitto } from "../fixtures/mosquitto.ts";
import { subscribe } from "../fixtures/mosquitto-sub.ts";
import { waitUntil } from "../fixtures/wait-until.ts";

const host = "127.0.0.1";
/** Rounds of some fifteen megabytes: so many for the heap to find its size, so many to weigh what is there, so many to see what they leave behind. */
const rounds = 8;
/** What the process may have grown by: less than one round in its entirety. */
const growthMegabytesMax = 12;

test("whatever a chip reader sends is bounded", async () => {
  const broker = await startMosquitto(await freePort());
  const subscriber = await subscribe(broker.port, [topics.checkInJson]);
  const reader = await openSocketIoReader(hn212Device({ fault: undefined }, { textMs: 1, rawMs: 1 }), {
    ...{ host, port: 0, clock: systemClock() },
  });
  afterThisTest(() => reader.close());
  const readers = [{ id: "chip-1", socketio: { host, port: reader.port } }];
  const desk = startWeighedDeskProcess(
    { ...deskConfig({ url: broker.url, serial: "unused" }), readers },
    temporaryDirectory(),
  );
  await waitUntil("the reader is connected", () => reader.hosts === 1);
  let shown = 0;
  const show = async () => {
    shown += 1;
    reader.present(encodeChipCard(invented(shown)));
    await waitUntil("the patient is checked in", () => subscriber.json(topics.checkInJson).length === shown);
  };
  await sleep(500); // the desk arms the reader
  const makeNoise = async () => {
    for (let count = 0; count < 40; count += 1) {
      reader.emit("/event", { id: 4, data: { img_data: "A".repeat(300 * 1_024) } });
      reader.emit("/event", {
        id: 2,
        data: Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`x${at}`, "y"])),
      });
      reader.emit(`/other-${count}`, "z".repeat(60_000));
      reader.sendRaw("44");
    }
    reader.emit("/event", { id: 1, message: "" }); // ends what the noise has begun
    await show();
  };
  for (let round = 0; round < rounds; round += 1) await makeNoise();
  const before = await desk.leastKeptMegabytes(rounds, makeNoise);
  const after = await desk.leastKeptMegabytes(rounds, makeNoise);
  expect(desk.hasExited()).toBe(false);
  expect(after - before).toBeLessThan(growthMegabytesMax);
  expect(subscriber.json(topics.checkInJson)).toHaveLength(3 * rounds);
  await desk.end();
});
