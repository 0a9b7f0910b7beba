// An event at which the broker closes the connection every time is set aside, so that it blocks nobody.
import { test } from "vitest";
import { cards, withCr } from "../fixtures/cards.ts";
import { deskConfig, startDesk, topics } from "../fixtures/desk.ts";
import { openPseudoTerminal } from "../fixtures/pseudo-terminal.ts";
import { startScriptedBroker } from "../fixtures/scripted-broker.ts";
import { setRandom } from "../fixtures/set-clock.ts";
import { waitUntil } from "../fixtures/wait-until.ts";

const poison = "0000000003";

test("five times alone and refused, then parked and reported; all others arrive, and then it is tried again", async () => {
  const arrived = new Set<string>();
  const kinds: string[] = [];
  let refusals = 0;
  const broker = await startScriptedBroker((packet, line) => {
    if (packet.cmd !== "publish") return "usual";
    const payload = packet.payload.toString();
    if (packet.topic === topics.event) kinds.push(JSON.parse(payload).kind);
    if (packet.topic !== topics.checkInJson) return "usual";
    const { sequence } = JSON.parse(payload);
    if (sequence === poison) {
      refusals += 1;
      line.socket.destroy();
      return "answered";
    }
    if (!line.socket.destroyed) arrived.add(sequence);
    return "usual";
  });
  const terminal = await openPseudoTerminal();
  // Chance that always gives the shortest delays: the five tries take some twenty seconds.
  const config = deskConfig({ url: broker.url, serial: terminal.path });
  const desk = await startDesk(config, { random: setRandom(0) });
  await waitUntil("the reader takes scans", () => desk.log.has("info", "the reader takes scans"));
  for (const { payload } of cards(40)) await terminal.send(withCr(payload));
  await waitUntil("the event is parked", () => desk.log.has("error", "the broker refuses this event"), 30_000);
  await waitUntil("the others have arrived", () => arrived.size === 39, 30_000);
  await waitUntil("the facility is told", () => kinds.includes("event_parked"));
  await waitUntil("it has another chance, behind the others", () => refusals > 6, 30_000); // once among others, five times alone
});
