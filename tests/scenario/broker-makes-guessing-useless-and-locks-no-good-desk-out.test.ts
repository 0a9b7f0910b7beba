// Password guessing over the wire: the guesser is locked out, even with the right password, and ten desks behind the same router come back after a restart.
import { connect as openSocket } from "node:net";
import { generate } from "mqtt-packet";
import { expect, test } from "vitest";
import { setPassword } from "../../broker/access/users-file.ts";
import { afterThisTest } from "../fixtures/clean-up.ts";
import { password, removeDirectory, runBroker, type TestBroker } from "../unit/broker/running-broker.ts";

/** Smaller budgets than usual: each wrong password costs a core for a moment. */
const lockOut = { wrongMax: 2, newPlaceWrongMax: 3, networkWrongMax: 4 };
const desks = Array.from({ length: 10 }, (_, n) => `quay-${n}`);
const users = desks.map((desk) => ({ user: desk, role: "desk", facility: "38xxx", desk }) as const);
/** One place each of the loopback network. */
const router = "127.0.0.1";
const elsewhere = "127.0.0.9";

/** The return code of CONNACK. */
function logIn(broker: TestBroker, username: string, shown = password, localAddress = router): Promise<number> {
  const bytes = Buffer.from(shown);
  const packet = generate({ cmd: "connect", clientId: "", username, password: bytes, keepalive: 60, clean: true });
  return new Promise((resolve, reject) => {
    const socket = openSocket({ port: broker.port, host: "127.0.0.1", localAddress }, () => socket.write(packet));
    socket.once("data", (connack) => {
      resolve(connack[3] ?? -1);
      socket.destroy();
    });
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("closed before CONNACK")));
  });
}

test("a guesser behind the desks' own router, or elsewhere, learns nothing and keeps none of them out", async () => {
  let broker = await runBroker({ users, config: { lockOut } });
  afterThisTest(async () => {
    await broker.close();
    removeDirectory(broker.directory);
  });
  for (const desk of desks) expect(await logIn(broker, desk)).toBe(0);

  for (let n = 0; n < 4; n += 1) expect(await logIn(broker, "quay-0", `guess-number-${n}`, elsewhere)).toBe(4);
  expect(await logIn(broker, "quay-0", undefined, elsewhere)).toBe(4); // the right one
  expect(await logIn(broker, "quay-0")).toBe(0);

  await broker.close();
  broker = await runBroker({ users, directory: broker.directory, config: { lockOut } });
  const names = Array.from({ length: 6 }, (_, n) => `secret-${n}`);
  for (const name of names) expect(await logIn(broker, name, "a-guess-at-random")).toBe(4);
  expect(broker.counts().lockedOut).toBe(1);
  expect(await Promise.all(desks.map((desk) => logIn(broker, desk)))).toEqual(desks.map(() => 0));

  for (let n = 0; n < 3; n += 1) expect(await logIn(broker, "quay-1", `guess-number-${n}`)).toBe(4);
  expect(await logIn(broker, "quay-1")).toBe(4); // its own place is what was guessed from
  expect(await logIn(broker, "quay-2")).toBe(0);
  const told = broker.lines.filter(({ sentence }) => sentence.startsWith("Too many wrong passwords"));
  expect(told.map(({ facts }) => facts)).toEqual([
    { of: "network", network: router, minutes: 15 },
    { of: "place", user: "quay-1", network: router, minutes: 1 },
  ]);
  expect(JSON.stringify(broker.lines)).not.toMatch(/secret-|guess-number|a-guess-at/);

  await setPassword(`${broker.directory}/users.json`, "quay-1", "another-password");
  expect(await logIn(broker, "quay-1", "another-password")).toBe(0);
});
