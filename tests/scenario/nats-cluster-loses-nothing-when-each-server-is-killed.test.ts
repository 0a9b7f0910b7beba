// Three nats-servers as `tiepdon cluster nats` configures them, desks that know all three, and each server killed (-9) once.
import { expect, test } from "vitest";
import { runCluster } from "../endurance/nats-cluster.ts";

test.each([
  ["puback", "a hospital that goes on at the next server", false],
  ["puback", "the kept session of a hospital that is away meanwhile", true],
  ["result", "a hospital that answers each of them", false],
] as const)(
  "receipt %s: every accepted check-in reaches %s",
  { timeout: 900_000 },
  async (receipt, _who, hospitalAway) => {
    const figures = await runCluster({
      ...{ receipt, hospitalAway, desks: 5, kills: 3, periodMs: 3_000, downMs: 1_000, scanMs: 200, seed: 20_261_122 },
    });
    expect(figures.lost).toEqual([]);
    expect(figures.waiting).toBe(0);
    expect(figures.sessionsForgotten).toBe(0);
    expect(figures.accepted).toBeGreaterThan(15);
    expect(figures.deskFailures).toBeGreaterThan(0); // servers did go away under desks
  },
);
