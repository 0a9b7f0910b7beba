// The backs and chips of a simulated queue are the cards whose fronts they have.
import { expect, it } from "vitest";
import { decodeChipCard } from "../../../simulators/chip-reader/chip-card.ts";
import { elyctisDevice } from "../../../simulators/mrz/elyctis-device.ts";
import { chipSide, showing, zoneSide } from "../../../simulators/shown-card.ts";
import { simulateScans } from "../../../simulators/simulated-scans.ts";
import { flatReading, readBytes } from "../../fixtures/read-document.ts";

const cards = [...Array(60)].map(
  (
    (scans) => () =>
      scans.next().value
  )(simulateScans("valid", 7, "2026-12-01")),
);

it("a zone is read as the same person", () => {
  for (const { payload, card } of cards) {
    const { verdict, fields } = flatReading(readBytes(zoneSide(payload) ?? new Uint8Array()));
    expect(fields["number"]).toBe(card.number);
    expect(fields["birthDate"]).toBe(card.birthDate);
    expect(fields["sex"]).toBe(card.sex);
    expect(verdict).not.toBe("reject");
  }
});

it("a chip says what the card says", () => {
  for (const { payload, card } of cards) {
    expect(decodeChipCard(chipSide(payload))).toMatchObject({
      number: card.number,
      name: card.name,
      address: card.address,
    });
  }
});

it("what is no card has no zone, and a chip that says nothing", () => {
  const code = Buffer.from("https://example.org");
  expect(zoneSide(code)).toBeUndefined();
  expect(decodeChipCard(chipSide(code))).toEqual({});
});

it("a device is shown the side that it reads, and answers for itself in all else", () => {
  const said: Uint8Array[] = [];
  const device = showing(
    elyctisDevice(),
    zoneSide,
  )({
    write: (bytes) => void said.push(bytes),
    wakeAt: () => undefined,
    sign: () => undefined,
  });
  const payload = cards[0]?.payload ?? new Uint8Array();
  expect(device.present(payload, 0)).toBe(false);
  device.receive(Uint8Array.of(0x43, 0, 1, 1), 0);
  expect(device.present(payload, 0)).toBe(true);
  expect(Buffer.concat(said).toString("latin1")).toContain("IDVNM");
  expect(device.held).toBe(0);
});
