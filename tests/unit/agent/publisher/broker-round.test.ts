// Which of several brokers is tried next: each once a round, spread over them by chance, with delays that have a ceiling.
import { expect, test } from "vitest";
import { BrokerRound } from "../../../../agent/publisher/broker-round.ts";
import { systemRandom } from "../../../../service/random.ts";
import { setRandom } from "../../../fixtures/set-clock.ts";

const three = ["mqtts://a:8883", "mqtts://b:8883", "mqtts://c:8883"];

test("every address has its turn in every round", () => {
  const round = new BrokerRound(three, systemRandom());
  for (let rounds = 0; rounds < 20; rounds += 1) {
    const tried = three.map(() => {
      const { address } = round;
      round.failed();
      return address;
    });
    expect([...tried].sort()).toEqual(three);
  }
});

test("desks begin at different servers, and go on to different ones", () => {
  const random = systemRandom();
  const first = new Map<string, Set<string>>();
  for (let desk = 0; desk < 200; desk += 1) {
    const round = new BrokerRound(three, random);
    const start = round.address;
    first.set(start, (first.get(start) ?? new Set()).add(round.failed().address));
  }
  // Each of the six ways has a chance of 1 in 6: that one of them misses 200 desks is less likely than 1 in 10^15.
  expect(three.map((address) => first.get(address)?.size)).toEqual([2, 2, 2]);
});

test.each([0, 0.5, 0.999_999])("with chance %d no delay is below 20 ms within a round, nor beyond 45 s", (unit) => {
  const round = new BrokerRound(three, setRandom(unit));
  for (let failures = 0; failures < 100; failures += 1) {
    const { delayMs } = round.failed();
    expect(delayMs).toBeGreaterThanOrEqual(20);
    expect(delayMs).toBeLessThanOrEqual(45_000);
  }
});

test("a connection that was sound begins the delays anew, but not the order", () => {
  const round = new BrokerRound(["mqtt://one"], setRandom(0.5));
  const delays = () => [round.failed().delayMs, round.failed().delayMs];
  expect(delays()).toEqual([250, 1_000]);
  round.wasSound();
  expect(round.failures).toBe(0);
  expect(delays()).toEqual([250, 1_000]);
});
