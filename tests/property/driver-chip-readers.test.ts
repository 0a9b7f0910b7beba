// What holds for the drivers of chip and zone readers whatever comes: they never throw, lose no card, mix no cards, and leak nothing.
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Driver, DriverHost } from "../../protocol/driver/driver.ts";
import { hn212Driver } from "../../protocol/driver/hn212-driver.ts";
import { mrzSerialDriver } from "../../protocol/driver/mrz-serial-driver.ts";
import { nfcTextDriver } from "../../protocol/driver/nfc-text-driver.ts";
import { continuousReading } from "../../protocol/frame/elyctis/elyctis-message.ts";
import { encodeChipCard, invented, rawGroups } from "../../simulators/chip-reader/chip-card.ts";
import { nfcTextDevice } from "../../simulators/chip-reader/nfc-text-device.ts";
import type { PowerDevice } from "../../simulators/device.ts";
import { type Conversation, converse, profileOf } from "../fixtures/conversation.ts";

const nobody: PowerDevice = () => ({
  held: 0,
  connected: () => undefined,
  receive: () => undefined,
  wake: () => undefined,
  present: () => false,
  disconnected: () => undefined,
});
const elyctis = profileOf({
  driver: "mrz-serial",
  arm: { on: continuousReading(true), off: continuousReading(false) },
  quirks: ["rearm-after-read"],
});
const drivers: readonly [name: string, make: (host: DriverHost) => Driver][] = [
  ["hn212", (host) => hn212Driver(host, { profile: profileOf({ driver: "hn212" }) })],
  ["nfc-text", (host) => nfcTextDriver(host, { profile: profileOf({ driver: "nfc-text" }) })],
  ["mrz-serial", (host) => mrzSerialDriver(host, { profile: elyctis })],
  ["mrz-serial without commands", (host) => mrzSerialDriver(host, { profile: profileOf({ driver: "mrz-serial" }) })],
];

const cards = [1, 2, 3].map(invented);
const events = cards.flatMap((card) => [
  ["/event", { id: 1, message: "new card!" }],
  ["/event", { id: 2, data: { idCode: card.number, personName: card.name, religion: card.religion } }],
  ["/event", { id: 4, data: rawGroups(card, 30) }],
  ["/event", { id: 3, message: "x" }],
  ["/event", { id: 5, data: {} }],
  ["/info", { version: "1" }],
]);
const words = ["PONG", "[OK] x", "NFC_DETECTED", "ACK_MRZ", "SUCCESS", "SCAN_DONE", "FAIL", "CARD_REMOVED"];
const lines = [
  ...words,
  ...["[DG13_RAW_START]", "[DG13_RAW_END]", "[DG2_RAW_START]", "{", "}"],
  ...cards.map((card) => JSON.stringify({ "CCCD Number": card.number, Religion: card.religion })),
  ...cards.map((card) => rawGroups(card, 0)["dg13"] ?? ""),
];
const zone = "IDVNM0909999010001090999901<<1\r9003152M3003150VNM<<<<<<<<<<<2\rNGUYEN<<VAN<MAU<<<<<<<<<<<<<<<";
const chunk = fc.oneof(
  fc.constantFrom(...events).map((event) => Buffer.from(JSON.stringify(event))),
  fc.constantFrom(...lines).map((line) => Buffer.from(`${line}\n`)),
  fc.constantFrom(zone, `\u0049\u0000\u005c${zone}`, "C\0\u0001\u0001").map((text) => Buffer.from(text, "latin1")),
  fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
  fc.jsonValue().map((value) => Buffer.from(JSON.stringify(["/event", value]))),
);
const step = fc.oneof(
  { weight: 6, arbitrary: chunk.map((bytes) => (desk: Conversation) => desk.say(bytes)) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(10, 100, 1_000, 5_000, 20_000).map((ms) => (desk: Conversation) => desk.pass(ms)),
  },
  {
    weight: 1,
    arbitrary: fc.boolean().map((isArmed) => (desk: Conversation) => desk.driver.setArmed(isArmed, desk.nowMs)),
  },
  { weight: 1, arbitrary: fc.constant((desk: Conversation) => desk.driver.checkHealth(desk.nowMs)) },
);

it.each(drivers)("%s never throws, says one end at the most, and delivers no religion", (_name, make) => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const desk = converse(make, nobody);
      for (const take of steps) take(desk);
      desk.driver.close();
      const scans = desk.scans.length;
      desk.say(Buffer.from(zone));
      desk.pass(60_000);
      expect(desk.scans).toHaveLength(scans);
      expect(desk.ready.length).toBeLessThanOrEqual(1);
      expect(desk.failures.length).toBeLessThanOrEqual(1);
      expect(desk.texts.join()).not.toContain(cards[0]?.religion);
      for (const { raw } of desk.scans) expect(raw.length).toBeGreaterThan(0);
    }),
  );
});

it("hn212 delivers a card only when no group of its reading names another", () => {
  const names = fc.constantFrom(0, 1, 2);
  const reading = fc.tuple(names, names, fc.boolean(), fc.boolean());
  fc.assert(
    fc.property(fc.array(reading, { maxLength: 12 }), (readings) => {
      const desk = converse((host) => hn212Driver(host, { profile: profileOf({ driver: "hn212" }) }), nobody);
      const sound: string[] = [];
      for (const [text, group, isAnnounced, isRawFirst] of readings) {
        const [named, grouped] = [cards[text] ?? invented(9), cards[group] ?? invented(9)];
        const parts = [
          { id: 2, data: { idCode: named.number } },
          { id: 4, data: rawGroups(grouped, 0) },
        ];
        if (isAnnounced || isRawFirst) desk.say(Buffer.from(JSON.stringify(["/event", { id: 1, message: "" }])));
        for (const part of isRawFirst ? parts.toReversed() : parts)
          desk.say(Buffer.from(JSON.stringify(["/event", part])));
        if (text === group) sound.push(named.number);
      }
      const delivered = desk.texts.flatMap((each) => JSON.parse(each).data?.idCode ?? []);
      expect(delivered).toEqual(sound);
      expect(desk.drops["mismatch"] ?? 0).toBe(readings.length - sound.length);
    }),
  );
});

it("nfc-text gives the same scans for every split of its lines", () => {
  const split = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(split, fc.constantFrom(...cards), (lengths, card) => {
      const desk = converse(
        (host) => nfcTextDriver(host, { profile: profileOf({ driver: "nfc-text" }) }),
        nfcTextDevice(),
        { onWire: (bytes) => pieces(bytes, lengths) },
      );
      desk.device.present(encodeChipCard(card), desk.nowMs);
      desk.pass(2_000);
      expect(desk.texts.map((text) => JSON.parse(text).id_card)).toEqual([card.number]);
    }),
  );
});

function pieces(bytes: Uint8Array, lengths: readonly number[]): Uint8Array[] {
  const cut: Uint8Array[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? 1;
    cut.push(bytes.slice(at, at + length));
    at += length;
  }
  return cut;
}
