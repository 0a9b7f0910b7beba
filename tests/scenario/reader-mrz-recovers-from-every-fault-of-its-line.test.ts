// A desk with readers of machine-readable zones on pseudo-terminals that break by one seed: every patient is checked in once.
import { describe, expect, test } from "vitest";
import type { PowerDevice } from "../../simulators/device.ts";
import type { FaultName } from "../../simulators/faults.ts";
import { elyctisDevice } from "../../simulators/mrz/elyctis-device.ts";
import { swipeDevice } from "../../simulators/mrz/swipe-device.ts";
import { zoneLines } from "../../simulators/zone.ts";
import {
  checkInUntilStruck,
  expectEachOnce,
  plugIn,
  showUntilCheckedIn,
  startChipDesk,
} from "../fixtures/chip-desk.ts";
import { waitUntil } from "../fixtures/wait-until.ts";

/** Often enough that every run is struck, seldom enough that a patient need not show a card for ever. */
const shares: Readonly<Record<FaultName, number>> = {
  split: 1,
  merge: 1,
  corrupt: 0.15,
  drop: 0.2,
  repeat: 1,
  delay: 0.3,
  stall: 0.2,
  unplug: 0.15,
  "wrong-checksum": 0.2,
  "never-acknowledging": 0.3,
};
const patients = Array.from({ length: 30 }, (_, index) => {
  const number = `00109099${String(index + 1).padStart(4, "0")}`;
  const facts = {
    number,
    name: "NGUYEN VAN MAU",
    birthDate: "1990-03-15",
    sex: "male" as const,
    expiryDate: "2030-03-15",
  };
  return { number, payload: Buffer.from(zoneLines(facts).join("\n")) };
});

const readers: readonly [name: string, profile: string, power: () => PowerDevice, faults: readonly FaultName[]][] = [
  ["an Elyctis ID BOX", "elyctis-idbox", () => elyctisDevice(), Object.keys(shares) as FaultName[]],
  [
    "a 3M RTE6701",
    "rte6701",
    () => swipeDevice("rte6701"),
    ["split", "corrupt", "drop", "repeat", "delay", "stall", "unplug", "wrong-checksum"],
  ],
  ["a reader of bare lines", "rte6701", () => swipeDevice("lines-crlf"), ["split", "corrupt", "repeat", "stall"]],
];

describe.each(readers)("%s", (_name, profile, power, faults) => {
  test.each(faults)(
    "on a line with the fault %s checks every patient in once",
    async (fault) => {
      const reader = await plugIn(power(), [{ name: fault, share: shares[fault] }], 4_711);
      const desk = await startChipDesk({ profile, serial: reader.path });
      await waitUntil("the reader is armed", () => desk.state() === "armed", 30_000);
      await checkInUntilStruck(desk, reader, fault, patients);
      expect(desk.checkIns()[0]?.data).toMatchObject({ method: "mrz", assurance: "unsigned" });
    },
    120_000,
  );
});

test("a zone that was misread is refused, and its reader is armed for the next attempt", async () => {
  const { path, runner } = await plugIn(elyctisDevice(), [], 1);
  const desk = await startChipDesk({ profile: "elyctis-idbox", serial: path });
  const [patient] = patients;
  if (patient === undefined) throw new Error("no patient");
  await waitUntil("the reader is armed", () => desk.state() === "armed");
  const misread = Buffer.from(patient.payload.toString().replace("900315", "900316"));
  await waitUntil("the reader takes the card", () => runner.present(misread));
  await showUntilCheckedIn(desk, runner, patient);
  expectEachOnce(desk, [patient.number]);
  expect(desk.reasons()).toEqual([]); // whose card was misread is not known: nothing is told of it
});
