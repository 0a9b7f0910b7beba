// What the reader was told is accepted arrives, at whatever instant the agent is killed.
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { SeededRandom } from "../../simulators/seeded-random.ts";
import { cards, withCr } from "../fixtures/cards.ts";
import { temporaryDirectory } from "../fixtures/clean-up.ts";
import { deskConfig, topics } from "../fixtures/desk.ts";
import { startDeskProcess } from "../fixtures/desk-process.ts";
import { freePort } from "../fixtures/free-port.ts";
import { startMosquitto } from "../fixtures/mosquitto.ts";
import { subscribe } from "../fixtures/mosquitto-sub.ts";
import { openPseudoTerminal } from "../fixtures/pseudo-terminal.ts";
import { waitUntil } from "../fixtures/wait-until.ts";

const kills = 12;
const scansPerRound = 300;
/** Scanning takes longer than this, so that every kill meets it at work. */
const killWithinMs = 250;
/** How long socat may take to hand over the last answers; one that it does not is one acceptance less to prove. */
const answersMs = 100;

interface CheckIn {
  readonly id: string;
  readonly sequence: string;
  readonly data: { readonly person: { readonly number: string } };
}

test("killed twelve times while it scans, it delivers everything it accepted, without a gap", async () => {
  const seed = Date.now() % 1_000_000;
  const random = new SeededRandom(seed);
  const dataDir = temporaryDirectory();
  const path = `${temporaryDirectory()}/reader`;
  const broker = await startMosquitto(await freePort());
  const subscriber = await subscribe(broker.port, [topics.checkInJson]);
  const accepted: string[] = [];
  const config = deskConfig({ url: broker.url, serial: path });

  for (let round = 1; round <= kills; round += 1) {
    const terminal = await openPseudoTerminal(path);
    const desk = startDeskProcess(config, dataDir);
    await waitUntil("the reader takes scans", () => desk.lines.some((line) => line.includes("the reader takes scans")));
    const people = cards(scansPerRound, seed + round);
    const end = sleep(random.between(0, killWithinMs)).then(() => desk.end("SIGKILL"));
    for (const { payload } of people) {
      if (desk.hasExited()) break;
      terminal.send(withCr(payload)).catch(() => undefined); // nobody reads the line once the agent is dead
      await sleep(random.between(0, 1));
    }
    await end;
    await sleep(answersMs);
    await terminal.end("SIGKILL");
    const answers = terminal.answers().length;
    accepted.push(...people.slice(0, answers).map(({ card }) => card.number));
  }

  await openPseudoTerminal(path);
  const desk = startDeskProcess(config, dataDir);
  const events = () => subscriber.json(topics.checkInJson) as unknown as CheckIn[];
  const numbers = () => new Set(events().map(({ data }) => data.person.number));
  await waitUntil(`seed ${seed}: all accepted have arrived`, () => {
    const arrived = numbers();
    return accepted.every((number) => arrived.has(number));
  });
  await desk.end();

  expect(accepted.length, `seed ${seed}`).toBeGreaterThan(kills);
  const byId = new Map(events().map((event) => [event.id, event]));
  const firsts = [...byId.values()].map(({ sequence }) => Number(sequence));
  expect(firsts, `seed ${seed}`).toEqual(Array.from({ length: firsts.length }, (_, index) => index + 1));
  const bySequence = new Set([...byId.values()].map(({ sequence }) => sequence));
  expect(bySequence.size).toBe(byId.size);
});
