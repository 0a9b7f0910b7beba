// A desk with a serial chip reader on a pseudo-terminal: faults of its line and of its readings, and every patient is checked in once.
import { describe, expect, test } from "vitest";
import { encodeChipCard, invented } from "../../simulators/chip-reader/chip-card.ts";
import { type NfcTextControl, type NfcTextFault, nfcTextDevice } from "../../simulators/chip-reader/nfc-text-device.ts";
import type { Fault, FaultName } from "../../simulators/faults.ts";
import { type ChipDesk, checkInUntilStruck, expectEachOnce, plugIn, startChipDesk } from "../fixtures/chip-desk.ts";
import { waitUntil } from "../fixtures/wait-until.ts";

const shares: Readonly<Partial<Record<FaultName, number>>> = {
  split: 1,
  merge: 1,
  corrupt: 0.2,
  drop: 0.2,
  repeat: 0.5,
  delay: 0.5,
  stall: 0.3,
  unplug: 0.2,
  "never-acknowledging": 0.4,
};
/** A chip in a hurry: the driver's own times are real. */
const readingMs = 100;
const cards = Array.from({ length: 30 }, (_, index) => invented(index + 1));
const patients = cards.map((card) => ({ number: card.number, payload: encodeChipCard(card) }));
const [first = invented(1), second = invented(2)] = cards;

async function startDesk(control: NfcTextControl, faults: readonly Fault[] = []) {
  const reader = await plugIn(nfcTextDevice(control, readingMs), faults, 815);
  const desk = await startChipDesk({ profile: "nfc-text-serial", serial: reader.path });
  await waitUntil("the reader is armed", () => desk.state() === "armed", 30_000);
  return { desk, reader, runner: reader.runner };
}

function expectNoSecrets(desk: ChipDesk): void {
  const outputs = desk.outputs();
  const { ethnicity, religion, identifyingMarks, fatherName, motherName } = first; // the same for all of them
  for (const secret of [ethnicity, religion, identifyingMarks, fatherName, motherName]) {
    expect(outputs).not.toContain(secret);
  }
}

describe("a line", () => {
  test.each(Object.entries(shares) as [FaultName, number][])(
    "with the fault %s brings every patient once",
    async (name, share) => {
      const { desk, reader } = await startDesk({ fault: undefined }, [{ name, share }]);
      await checkInUntilStruck(desk, reader, name, patients);
      expectNoSecrets(desk);
      expect(desk.checkIns()[0]?.data).toMatchObject({ method: "chip", assurance: "chip-read" });
    },
    120_000,
  );
});

describe("a reading", () => {
  test.each(["bad-base64", "broken-json", "no-groups", "groups-only", "long-lines"] as const)(
    "with %s is checked in all the same",
    async (fault: NfcTextFault) => {
      const { desk, runner } = await startDesk({ fault });
      runner.present(encodeChipCard(first));
      await waitUntil("the patient is checked in", () => desk.numbers().includes(first.number));
      expectNoSecrets(desk);
    },
  );

  test.each(["failure", "removed", "other-card-in-group", "silent"] as const)(
    "with %s is told to have failed, and the next patient is checked in",
    async (fault) => {
      const control: NfcTextControl = { fault };
      const { desk, runner } = await startDesk(control);
      runner.present(encodeChipCard(first));
      await waitUntil("the failure is told", () => desk.reasons().includes("reader-error"), 20_000);
      control.fault = undefined;
      runner.present(encodeChipCard(second));
      await waitUntil("the next patient is checked in", () => desk.numbers().includes(second.number));
      expectEachOnce(desk, [second.number]);
      expect(desk.outputs()).not.toContain(first.number);
    },
    40_000,
  );

  test("of a reader that refuses its set-up is taken all the same", async () => {
    const { desk, runner } = await startDesk({ fault: "refuses-set-up" });
    runner.present(encodeChipCard(first));
    await waitUntil("the patient is checked in", () => desk.numbers().includes(first.number));
  });
});
