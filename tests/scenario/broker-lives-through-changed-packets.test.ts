// Hundreds of conversations with changed bytes against a running broker: none gets further than the check, and a good client goes on.
import { connect as openSocket } from "node:net";
import fc from "fast-check";
import { expect, test } from "vitest";
import { changedConversation } from "../fixtures/mqtt-conversations.ts";
import { connect, removeDirectory, runBroker, until } from "../unit/broker/running-broker.ts";

const seed = 4_711;
const atOnce = 20;

/** Says it all and hangs up; resolves when both sides have. */
function say(port: number, bytes: Uint8Array): Promise<void> {
  const socket = openSocket({ port, host: "127.0.0.1" });
  socket.on("error", () => {}).on("data", () => {});
  socket.end(bytes);
  return new Promise((resolve) => socket.once("close", () => resolve()));
}

test("a broker lives through changed packets, and its engine never sees one that it can't read", async () => {
  const limits = { packetBytesMax: 3_000, filtersPerPacketMax: 10, connectsPerSecondPerAddress: 10_000 };
  const broker = await runBroker({ config: { limits } });
  const beside = await connect(broker.port, { clientId: "beside", clean: false });
  await beside.mqtt.subscribeAsync("beside", { qos: 1 });
  const conversations = fc.sample(changedConversation, { numRuns: 600, seed });
  for (let at = 0; at < conversations.length; at += atOnce) {
    await Promise.all(conversations.slice(at, at + atOnce).map((bytes) => say(broker.port, bytes)));
    await beside.mqtt.publishAsync("beside", `${at}`, { qos: 1 });
  }
  const rounds = conversations.length / atOnce;
  const own = () => beside.received.filter(({ topic }) => topic === "beside");
  await until(() => own().length === rounds, own);
  await until(
    () => broker.counts().connections === 1,
    () => broker.counts(),
  );

  const refusedCount = Object.values(broker.counts().refused).reduce((sum, count) => sum + count, 0);
  expect(refusedCount).toBeGreaterThan(conversations.length / 4);
  const errors = broker.lines.flatMap(({ facts }) =>
    "error" in facts && facts.error instanceof Error ? facts.error : [],
  );
  expect(errors.filter(({ stack }) => stack?.includes("mqtt-packet"))).toEqual([]);
  const alarms = broker.lines.filter(({ level }) => level === "error").map(({ sentence }) => sentence);
  expect(alarms.filter((sentence) => !sentence.startsWith("Two clients use one id"))).toEqual([]); // ids are short here
  await broker.close();
  removeDirectory(broker.directory);
});
