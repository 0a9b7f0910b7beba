// The conversation with readers of machine-readable zones: arming, reading, refusing, and silence.
import { describe, expect, it } from "vitest";
import { mrzSerialDriver } from "../../../../protocol/driver/mrz-serial-driver.ts";
import type { Profile } from "../../../../protocol/driver/profile.ts";
import { continuousReading, encodeElyctis } from "../../../../protocol/frame/elyctis/elyctis-message.ts";
import { encodeRte6701 } from "../../../../protocol/frame/rte6701/rte6701-block.ts";
import { elyctisDevice } from "../../../../simulators/mrz/elyctis-device.ts";
import { type SwipeForm, swipeDevice } from "../../../../simulators/mrz/swipe-device.ts";
import { type ConversationOptions, converse, profileOf } from "../../../fixtures/conversation.ts";

const lines = ["IDVNM0909999010001090999901<<1", "9003152M3003150VNM<<<<<<<<<<<2", "NGUYEN<<VAN<MAU<<<<<<<<<<<<<<<"];
const card = Buffer.from(lines.join("\n"));
const misread = Buffer.from(lines.join("\n").replace("900315", "900316"));

const on = continuousReading(true);
const off = continuousReading(false);
const elyctis: Profile = profileOf({ driver: "mrz-serial", arm: { on, off }, quirks: ["rearm-after-read"] });
const swipe: Profile = profileOf({ driver: "mrz-serial" });
const withFeedback = (profile: Profile): Profile => ({
  ...profile,
  feedback: { ...profile.feedback, accepted: [Uint8Array.of(0x06)], rejected: [Uint8Array.of(0x15)] },
});

const talk = (profile: Profile, device = elyctisDevice(), options: ConversationOptions = {}) =>
  converse((host) => mrzSerialDriver(host, { profile }), device, options);

describe("an Elyctis reader", () => {
  it("is disarmed by the handshake, armed on demand, and armed again after each read", () => {
    const desk = talk(elyctis, elyctisDevice(), { armsWhenReady: false });
    expect(desk.ready).toEqual([{}]);
    expect(desk.written).toEqual([Buffer.from(off)]);
    expect(desk.device.present(card, 0)).toBe(false);
    desk.driver.setArmed(true, desk.nowMs);
    desk.pass(0);
    for (let read = 0; read < 3; read += 1) {
      expect(desk.device.present(card, 0)).toBe(true);
      desk.pass(0);
    }
    expect(desk.texts).toEqual(Array(3).fill(lines.join("\n")));
    expect(desk.scans[0]?.endedBy).toBe("message");
    expect(desk.written.slice(1)).toEqual(Array(4).fill(Buffer.from(on)));
    expect(desk.failures).toEqual([]);
  });

  it("is armed again only after the scan has been kept", () => {
    const desk = talk(elyctis, elyctisDevice(), { outcome: undefined });
    desk.device.present(card, 0);
    desk.pass(5_000);
    expect(desk.device.present(card, 0)).toBe(false);
    desk.driver.settle({ raw: card, endedBy: "message" }, "accepted", desk.nowMs);
    desk.pass(0);
    expect(desk.device.present(card, 0)).toBe(true);
  });

  it.each(["", "\r", "\n", "\r\n"] as const)("gives the same bytes whatever parts its lines: %j", (lineEnd) => {
    const desk = talk(elyctis, elyctisDevice({ lineEnd }));
    desk.device.present(card, 0);
    desk.pass(0);
    expect(desk.texts).toEqual([lines.join("\n")]);
  });

  it("that misreads a card is armed again, and nothing of it goes on", () => {
    const desk = talk(withFeedback(elyctis));
    desk.device.present(misread, 0);
    desk.pass(0);
    expect(desk.texts).toEqual([]);
    expect(desk.dropped).toEqual({ "bad-checksum": 95 });
    expect(desk.written.at(-2)).toEqual(Buffer.of(0x15));
    expect(desk.device.present(card, 0)).toBe(true);
  });

  it("is not trusted when it sends a zone of another length, or while disarmed", () => {
    const desk = talk(elyctis, elyctisDevice(), { armsWhenReady: false });
    desk.say(encodeElyctis({ command: 0x49, body: card }));
    expect(desk.drops).toEqual({ "not-armed": 1 });
    desk.driver.setArmed(true, desk.nowMs);
    desk.say(encodeElyctis({ command: 0x49, body: card.subarray(0, 80) }));
    expect(desk.drops).toEqual({ "not-armed": 1, "bad-length": 1 });
    expect(desk.scans).toEqual([]);
  });

  it("that answers nothing is asked twice, then given up", () => {
    const desk = talk(elyctis, elyctisDevice({ isMute: true }));
    desk.pass(999);
    expect(desk.written).toHaveLength(1);
    desk.pass(1);
    expect(desk.written).toHaveLength(2);
    desk.pass(1_000);
    expect(desk.failures).toEqual(["handshake-failed"]);
    expect(desk.ready).toEqual([]);
  });

  it("that can't be armed again is told of before it is given up", () => {
    let isMute = false;
    const desk = talk(elyctis, elyctisDevice(), { onWire: (bytes) => (isMute && bytes[0] === 0x43 ? [] : [bytes]) });
    isMute = true;
    desk.device.present(card, 0);
    desk.pass(2_000);
    expect(desk.texts).toHaveLength(1);
    expect(desk.faults).toEqual(["not-rearmed"]);
    expect(desk.failures).toEqual(["no-answer"]);
  });

  it("whose zone got lost or broken on its way is armed again", () => {
    let wire: "whole" | "broken" | "cut" = "cut";
    const desk = talk(elyctis, elyctisDevice(), {
      onWire: (bytes) =>
        wire === "whole" || bytes[0] === 0x43 ? [bytes] : wire === "cut" ? [] : [bytes.fill(0xff, 20, 22)],
    });
    desk.device.present(card, 0);
    desk.pass(4_999);
    expect(desk.device.present(card, 0)).toBe(false);
    desk.pass(1);
    wire = "broken";
    expect(desk.device.present(card, 0)).toBe(true);
    desk.pass(100);
    wire = "whole";
    expect(desk.device.present(card, 0)).toBe(true);
    desk.pass(0);
    expect(desk.texts).toEqual([lines.join("\n")]);
  });

  it("answers for its health without reading anything", () => {
    let isMute = false;
    const desk = talk(elyctis, elyctisDevice(), { onWire: (bytes) => (isMute ? [] : [bytes]) });
    desk.driver.checkHealth(desk.nowMs);
    desk.pass(3_000);
    expect(desk.failures).toEqual([]);
    expect(desk.scans).toEqual([]);
    isMute = true;
    desk.driver.checkHealth(desk.nowMs);
    desk.pass(2_000);
    expect(desk.failures).toEqual(["no-answer"]);
  });

  it("can be armed and disarmed while an answer is on its way: the last wish counts", () => {
    const desk = talk(elyctis);
    for (const isArmed of [false, true, false, true, false]) desk.driver.setArmed(isArmed, desk.nowMs);
    desk.pass(0);
    expect(desk.device.present(card, 0)).toBe(false);
    desk.driver.setArmed(true, desk.nowMs);
    desk.pass(0);
    expect(desk.device.present(card, 0)).toBe(true);
  });
});

describe("a reader that takes no commands", () => {
  it.each([
    ["rte6701", "etx"],
    ["lines-cr", "length"],
    ["lines-crlf", "length"],
    ["one-line", "length"],
  ] as const)("of the form %s is ready at once", (form: SwipeForm, endedBy) => {
    const desk = talk(withFeedback(swipe), swipeDevice(form));
    desk.driver.checkHealth(desk.nowMs);
    desk.device.present(card, 0);
    desk.pass(200);
    expect(desk.texts).toEqual([lines.join("\n")]);
    expect(desk.scans[0]?.endedBy).toBe(endedBy);
    expect(desk.written).toEqual([Buffer.of(0x06)]);
    expect(desk.dropped).toEqual({});
  });

  it("gives a passport's lines after silence", () => {
    const passport = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10";
    const desk = talk(swipe, swipeDevice("lines-cr"));
    desk.device.present(Buffer.from(passport), 0);
    desk.pass(99);
    expect(desk.texts).toEqual([]);
    desk.pass(1);
    expect(desk.texts).toEqual([passport]);
    expect(desk.scans[0]?.endedBy).toBe("idle");
  });

  it("whose bytes stop in the middle loses that card and no other", () => {
    const desk = talk(swipe, swipeDevice("lines-cr"));
    desk.say(card.subarray(0, 50));
    desk.pass(100);
    desk.say(card);
    expect(desk.texts).toEqual([lines.join("\n")]);
    expect(desk.dropped).toEqual({ "bad-length": 50 });
  });

  it("is given up when five blocks within ten seconds are broken, and not for misread cards", () => {
    const broken = encodeRte6701({ flag: 0, lines });
    broken[20] = 0x7f;
    const desk = talk(swipe, swipeDevice("rte6701"));
    for (let read = 0; read < 20; read += 1) desk.device.present(misread, 0);
    for (let block = 0; block < 4; block += 1) desk.say(broken);
    desk.pass(10_000);
    for (let block = 0; block < 4; block += 1) desk.say(broken);
    expect(desk.failures).toEqual([]);
    desk.say(Buffer.concat([broken, encodeRte6701({ flag: 0, lines })]));
    expect(desk.failures).toEqual(["line-noise"]);
    expect(desk.scans).toEqual([]);
  });
});

it("sends the set-up of its profile first, and counts what the end of the line cuts off", () => {
  const desk = talk({ ...elyctis, init: [Buffer.from("X")] });
  expect(desk.written[0]).toEqual(Buffer.from("X"));
  desk.say(card.subarray(0, 10));
  desk.driver.close();
  expect(desk.dropped).toEqual({ closed: 10 });
});
