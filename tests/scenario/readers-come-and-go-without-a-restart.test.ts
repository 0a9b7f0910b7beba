// Readers are plugged in, pulled out and swapped while the desk runs: each is found by what it is and where it hangs.
import { join } from "node:path";
import { expect, test } from "vitest";
import { cards } from "../fixtures/cards.ts";
import { afterThisTest, temporaryDirectory } from "../fixtures/clean-up.ts";
import { deskConfig, startDesk, topics } from "../fixtures/desk.ts";
import { FakeMachine } from "../fixtures/fake-machine.ts";
import { freePort } from "../fixtures/free-port.ts";
import { startMosquitto } from "../fixtures/mosquitto.ts";
import { subscribe } from "../fixtures/mosquitto-sub.ts";
import { openPseudoTerminal, type PseudoTerminal } from "../fixtures/pseudo-terminal.ts";
import { waitUntil } from "../fixtures/wait-until.ts";

/** What the desk has, from the plug to the state. */
const noticedMsMax = 2_000;
/** A serial bridge: its numbers say nothing of the reader, and it has no serial number. */
const bridge = { vid: "1a86", pid: "7523" };
const id = "1a86:7523";

interface CheckIn {
  readonly data: { readonly reader: { readonly id: string }; readonly person: { readonly number: string } };
}

async function setUp(readers: readonly object[]) {
  const machine = new FakeMachine();
  afterThisTest(() => machine.remove());
  const broker = await startMosquitto(await freePort());
  const ids = readers.map((reader) => (reader as { id: string }).id);
  const it = await subscribe(broker.port, [topics.checkInJson, ...ids.map((reader) => topics.readerState(reader))]);
  const config = deskConfig({ url: broker.url, serial: "", more: { readers } });
  const desk = await startDesk(config, { devices: { roots: machine.roots } });
  const news = (reader: string) => it.json(topics.readerState(reader)).at(-1) ?? {};
  let plugged = 0;
  return {
    desk,
    machine,
    news,
    checkIns: () => it.json(topics.checkInJson) as unknown as CheckIn[],
    becomes: (reader: string, state: string, msMax = noticedMsMax) =>
      waitUntil(`${reader} is ${state}`, () => desk.agent.status().includes(`${reader} ${state}`), msMax),
    async plug(node: string, port: string): Promise<PseudoTerminal> {
      plugged += 1;
      const terminal = await openPseudoTerminal(join(temporaryDirectory(), `terminal-${plugged}`));
      machine.plug({ node, port, ...bridge, target: terminal.path });
      return terminal;
    },
    async unplug(node: string, port: string, terminal: PseudoTerminal): Promise<void> {
      machine.unplug(node, port);
      await terminal.end();
    },
  };
}

test("a reader that is plugged in is armed within two seconds, again and again, whatever its node is called", async () => {
  const rig = await setUp([{ id: "qr-1", profile: "generic-serial", usb: { id } }]);
  await rig.becomes("qr-1", "absent");
  const people = cards(3, 7);
  for (const [round, node] of ["ttyUSB0", "ttyUSB0", "ttyUSB1"].entries()) {
    const terminal = await rig.plug(node, "1-1.2");
    await rig.becomes("qr-1", "armed");
    await terminal.send(Buffer.concat([people[round]?.payload ?? Buffer.alloc(0), Buffer.from("\r")]));
    await waitUntil("the check-in arrived", () => rig.checkIns().length === round + 1);
    await rig.unplug(node, "1-1.2", terminal);
    await rig.becomes("qr-1", "absent");
  }
  const numbers = rig.checkIns().map(({ data }) => data.person.number);
  expect(numbers).toEqual(people.map(({ card }) => card.number));
});

test("two readers that can't be told apart by what they say are kept apart by their ports", async () => {
  const rig = await setUp([
    { id: "left", profile: "generic-serial", usb: { id, port: "1-1" } },
    { id: "right", profile: "generic-serial", usb: { port: "1-2" } },
  ]);
  const scan = async (terminal: PseudoTerminal, at: number, reader: string) => {
    const [person] = cards(at + 1, 11).slice(at);
    await terminal.send(Buffer.concat([person?.payload ?? Buffer.alloc(0), Buffer.from("\r")]));
    await waitUntil("the check-in arrived", () => rig.checkIns().length === at + 1);
    expect(rig.checkIns()[at]?.data).toMatchObject({ reader: { id: reader }, person: { number: person?.card.number } });
  };
  const left = await rig.plug("ttyUSB0", "1-1");
  const right = await rig.plug("ttyUSB1", "1-2");
  await Promise.all([rig.becomes("left", "armed"), rig.becomes("right", "armed")]);
  await scan(left, 0, "left");
  await scan(right, 1, "right");

  // Plugged in again in the other order, they take each other's node.
  await Promise.all([rig.unplug("ttyUSB0", "1-1", left), rig.unplug("ttyUSB1", "1-2", right)]);
  await Promise.all([rig.becomes("left", "absent"), rig.becomes("right", "absent")]);
  const rightAgain = await rig.plug("ttyUSB0", "1-2");
  await rig.becomes("right", "armed");
  const leftAgain = await rig.plug("ttyUSB1", "1-1");
  await rig.becomes("left", "armed");
  await scan(rightAgain, 2, "right");
  await scan(leftAgain, 3, "left");
});

test("a description that fits two readers opens neither, says so, and is well again when one is left", async () => {
  const rig = await setUp([{ id: "qr-1", profile: "generic-serial", usb: { id } }]);
  const first = await openPseudoTerminal(join(temporaryDirectory(), "first"));
  const second = await openPseudoTerminal(join(temporaryDirectory(), "second"));
  rig.machine.plug({ node: "ttyUSB0", port: "1-1", ...bridge, target: first.path });
  rig.machine.plug({ node: "ttyUSB1", port: "1-2", ...bridge, target: second.path });
  await rig.becomes("qr-1", "error");
  await waitUntil("IT sees why", () => rig.news("qr-1")["reason"] === "ambiguous");
  await rig.unplug("ttyUSB0", "1-1", first);
  await rig.becomes("qr-1", "armed", 15_000);
  expect(rig.checkIns()).toEqual([]);
});
