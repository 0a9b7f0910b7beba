// The attackers' own process: takes one order a line, `{"name","seconds","seed"}`, and answers with what came of it.
import { createInterface } from "node:readline";
import { attacks } from "./attacks.ts";
import { Attacker } from "./hostile.ts";
import { type Outcome, rogueHis, rogueIt, type Target } from "./target.ts";

process.on("uncaughtException", (error) => console.error(error)); // an attacker's own mishap is no end of the attack
let target: Target | undefined;

async function run(name: string, seconds: number, seed: number): Promise<Outcome> {
  const attack = attacks.find((one) => one.name === name);
  if (attack === undefined || target === undefined) throw new Error(`no such attack: ${name}`);
  const attacker = new Attacker(target, seconds, seed);
  await Promise.race([attack.run(attacker), deadline(seconds)]);
  return attacker.end();
}

/** The broker remembers a password that was right: the attacks begin with what they came for and not with its check. */
async function logInOnce(at: Target): Promise<void> {
  const attacker = new Attacker(at, 0, 1);
  for (const user of [rogueHis, rogueIt]) await (await attacker.client(user))?.cut();
}

/** Some attacks clean up after themselves; that may take so long, in milliseconds. */
const afterwardsMs = 10_000;
const deadline = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1_000 + afterwardsMs));

createInterface(process.stdin).on("line", (line) => {
  const order = JSON.parse(line) as { target?: Target; name?: string; seconds?: number; seed?: number };
  if (order.target !== undefined) {
    target = order.target;
    void logInOnce(target).then(() => console.log("{}"));
    return;
  }
  if (order.name === undefined) return;
  run(order.name, order.seconds ?? 1, order.seed ?? 1).then(
    (outcome) => console.log(JSON.stringify(outcome)),
    (error) => console.log(JSON.stringify({ acts: 0, gained: [`the attack itself failed: ${error}`] })),
  );
});
