// The conversation with HID POS readers of both layouts: scans, commands and their answers, feedback, silence.
import { describe, expect, it } from "vitest";
import { hidPosDriver } from "../../../../protocol/driver/hidpos-driver.ts";
import type { Profile } from "../../../../protocol/driver/profile.ts";
import { encodeGm65Answer } from "../../../../protocol/frame/gm65/answer.ts";
import { encodeGm65Command } from "../../../../protocol/frame/gm65/command.ts";
import { encodeUnifiedCommand } from "../../../../protocol/frame/newland/unified-command.ts";
import type { PowerDevice } from "../../../../simulators/device.ts";
import { hidPosDevice, newlandReader } from "../../../../simulators/hid-pos/hid-pos-device.ts";
import { type ConversationOptions, converse, profileOf } from "../../../fixtures/conversation.ts";
import { exampleDescriptor } from "../frame/hid-pos/example-descriptor.ts";
import { newland as newlandLayout, reportsOf } from "../frame/hid-pos/record-assembly.ts";

const bytes = (hex: string) => Buffer.from(hex, "hex");
const card = Buffer.from(
  "001090999901|012345678|Nguyễn Văn Mẫu|15031990|Nam|Số 1, Thôn Mẫu, Xã Ví Dụ, Hà Nội|20052021",
);
const beep = bytes("16070d");
const version = bytes("164d0d524556494e465e21");

const base = profileOf({ driver: "hidpos" });
const silent = base.feedback;
const honeywell: Profile = {
  ...base,
  layout: "honeywell-64",
  commands: "honeywell",
  version: { send: version, expect: undefined },
  feedback: { ...silent, accepted: [beep], rejected: [beep, beep, beep] },
};
const newland: Profile = {
  ...base,
  layout: "newland-64",
  commands: "newland",
  feedback: { ...silent, accepted: [bytes("015404")] },
};

const talk = (
  profile: Profile,
  device: PowerDevice = hidPosDevice(),
  options: ConversationOptions = {},
  reportDescriptor?: Uint8Array,
) => converse((host) => hidPosDriver(host, { profile, reportDescriptor }), device, options);
/** Commands in what was written, without report ids, lengths and padding. */
const commands = (written: readonly Buffer[]) => written.map((report) => report.subarray(2, 2 + (report[1] ?? 0)));

describe("a Honeywell reader over HID POS", () => {
  it("tells its version, delivers scans of several reports, and beeps when they are kept", () => {
    const desk = talk(honeywell);
    expect(desk.ready).toEqual([{ firmware: "SIM00001AAA" }]);
    desk.device.present(card, 0);
    desk.pass(0);
    expect(desk.texts).toEqual([card.toString()]);
    expect(desk.scans[0]).toMatchObject({ aim: "]Q1", endedBy: "report" });
    expect(commands(desk.written)).toEqual([version, beep]);
    expect(desk.written.every((report) => report.length === 64 && report[0] === 0xfd)).toBe(true);
    expect(desk.signs).toEqual(["good-read"]);
    expect(desk.drops).toEqual({});
  });

  it("makes no sound before the scan is settled", () => {
    const desk = talk(honeywell, hidPosDevice(), { outcome: undefined });
    desk.device.present(card, 0);
    desk.pass(5_000);
    expect(desk.signs).toEqual([]);
    desk.driver.settle({ raw: card, endedBy: "report" }, "rejected", desk.nowMs);
    desk.pass(0);
    expect(desk.signs).toEqual(["good-read", "good-read", "good-read"]);
  });

  it("is led by its descriptor, whatever the profile calls its layout", () => {
    const desk = talk({ ...honeywell, layout: "newland-64" }, hidPosDevice(), {}, exampleDescriptor);
    desk.device.present(card, 0);
    desk.pass(0);
    expect(desk.texts).toEqual([card.toString()]);
  });

  it("that says nothing to the version query is taken without one, after a second try", () => {
    const desk = talk(honeywell, hidPosDevice({ isMute: true }));
    desk.pass(999);
    expect(desk.ready).toEqual([]);
    desk.pass(2_000);
    expect(desk.ready).toEqual([{}]);
    expect(commands(desk.written)).toEqual([version, version]);
    desk.driver.checkHealth(desk.nowMs);
    desk.pass(10_000);
    expect(desk.failures).toEqual([]);
  });

  it("that answered once and then falls silent has failed", () => {
    let isOnTheLine = true;
    const desk = talk(honeywell, hidPosDevice(), { onWire: (report) => (isOnTheLine ? [report] : []) });
    desk.driver.checkHealth(desk.nowMs);
    desk.pass(10_000);
    expect(desk.failures).toEqual([]);
    isOnTheLine = false;
    desk.driver.checkHealth(desk.nowMs);
    desk.pass(1_999);
    expect(desk.failures).toEqual([]);
    desk.pass(1);
    expect(desk.failures).toEqual(["no-answer"]);
  });

  it("is told to leave keyboard mode where its profile says that it may be in it", () => {
    const features: Uint8Array[] = [];
    const device = hidPosDevice({ startsAsKeyboard: true });
    const desk = converse(
      (host) => {
        const withFeature = { ...host, writeFeature: (report: Uint8Array) => void features.push(report) };
        return hidPosDriver(withFeature, { profile: { ...honeywell, quirks: ["kbd-composite"] } });
      },
      device,
      { armsWhenReady: true },
    );
    expect(features.map((report) => Buffer.from(report))).toEqual([bytes("fe01")]);
    desk.device.present(card, 0);
    desk.pass(0);
    expect(desk.texts).toEqual([]);
    for (const feature of features) desk.device.receive(feature, 0);
    desk.device.present(card, 0);
    desk.pass(0);
    expect(desk.texts).toEqual([card.toString()]);
  });

  it("is disarmed and armed with the bytes of its profile; what it scans meanwhile is refused", () => {
    const arm = { on: bytes("16540d"), off: bytes("16550d") };
    const desk = talk({ ...honeywell, arm }, hidPosDevice(), { armsWhenReady: false });
    desk.device.present(card, 0);
    desk.pass(0);
    expect(desk.drops).toEqual({ "not-armed": 1 });
    expect(desk.signs).toHaveLength(3);
    desk.driver.setArmed(true, desk.nowMs);
    desk.driver.setArmed(true, desk.nowMs);
    desk.pass(0);
    expect(commands(desk.written).filter((command) => !command.equals(beep))).toEqual([arm.off, version, arm.on]);
  });

  it("answers set-up commands one after the other, and a refusal is told", () => {
    const init = [bytes("164d0d444543484452302e"), bytes("164d0d42455042494730213b21")];
    const desk = talk({ ...honeywell, init });
    expect(commands(desk.written)).toEqual([...init, version]);
    expect(desk.faults).toEqual([]);
    const mute = talk({ ...honeywell, init }, hidPosDevice({ isMute: true }));
    mute.pass(10_000);
    expect(commands(mute.written)).toEqual([...init, version, version]);
    expect(mute.faults).toEqual(["setup-refused", "setup-refused"]);
    expect(mute.ready).toEqual([{}]);
  });

  it("never takes its answers for scans, asked for or not", () => {
    const desk = talk(honeywell);
    for (const report of reportsOf("CBRENA1\x06.", "]Z6")) desk.say(report);
    expect(desk.scans).toEqual([]);
    expect(desk.drops).toEqual({ "not-a-scan": 1 });
  });

  it("delivers a scan that comes while an answer is awaited", () => {
    const desk = talk(honeywell, hidPosDevice({ isMute: true }));
    desk.pass(3_000);
    for (const report of reportsOf("scan")) desk.say(report);
    desk.driver.setArmed(true, desk.nowMs);
    desk.driver.signal("identify", desk.nowMs);
    for (const report of reportsOf("scan")) desk.say(report);
    expect(desk.texts).toEqual(["scan", "scan"]);
  });
});

describe("a Newland reader over HID POS", () => {
  it("delivers scans without the terminator that it adds, and takes commands in report 04", () => {
    const desk = talk(newland, hidPosDevice(newlandReader));
    expect(desk.ready).toEqual([{}]);
    desk.device.present(card, 0);
    desk.pass(0);
    expect(desk.texts).toEqual([card.toString()]);
    expect(desk.scans[0]).not.toHaveProperty("aim");
    expect(desk.written.map((report) => report.toString("hex"))).toEqual(["0403015404".padEnd(128, "0")]);
  });

  const ask = encodeUnifiedCommand({ storage: "temporary", tag: "QRY", sub: "SYS", data: "*" });

  it("answers a query in a report that looks like a scan's, and only then is it none", () => {
    const desk = talk(
      { ...newland, version: { send: Buffer.from(ask), expect: undefined } },
      hidPosDevice(newlandReader),
    );
    expect(desk.ready).toEqual([{ firmware: "SIM00001AAA" }]);
    const sameAgain = reportsOf("\x02\x010000#QRYSYSSIM00001AAA\x06;\x03", "", newlandLayout);
    for (const report of sameAgain) desk.say(report);
    expect(desk.scans).toHaveLength(1);
  });

  it("is not waited for with a command of GM65 for more than half a second", () => {
    const command = Buffer.from(encodeGm65Command({ type: "write", address: 0, data: Uint8Array.of(0xd5) }));
    const profile: Profile = { ...newland, commands: "gm65", init: [command] };
    const desk = talk(profile, hidPosDevice({ ...newlandReader, commands: "gm65", terminator: new Uint8Array() }));
    expect(desk.ready).toEqual([{}]);
    expect(desk.written[0]?.toString("hex")).toBe("04097e0008010000d5ef41".padEnd(128, "0"));
    expect(desk.scans).toEqual([]);
    for (const report of reportsOf("\x02\x00\x00\x01\x00\x33\x31", "", newlandLayout)) desk.say(report);
    expect(desk.scans).toHaveLength(1); // nobody asked: these bytes were a code
  });

  it("whose answer ends in the byte of a terminator is understood all the same", () => {
    const command = Buffer.from(encodeGm65Command({ type: "read", address: 0, data: Uint8Array.of(1) }));
    const profile: Profile = { ...newland, commands: "gm65", version: { send: command, expect: undefined } };
    const desk = talk(profile, hidPosDevice({ ...newlandReader, isMute: true }));
    const answers = Array.from({ length: 256 }, (_, value) =>
      encodeGm65Answer({ type: 0, data: Uint8Array.of(value) }),
    );
    const value = answers.findIndex((answer) => answer.at(-1) === 0x0d);
    const answer = Buffer.from(answers[value] ?? []).toString("latin1");
    for (const report of reportsOf(answer, "", newlandLayout)) desk.say(report);
    expect(desk.ready).toEqual([{ firmware: value.toString(16).padStart(2, "0") }]);
    expect(desk.scans).toEqual([]);
  });
});

describe("any reader over HID POS", () => {
  it("without a layout, declared or known, has failed at once", () => {
    const desk = talk(base);
    expect(desk.failures).toEqual(["wrong-protocol"]);
    desk.say(new Uint8Array(64));
    desk.pass(10_000);
    expect([desk.ready, desk.scans, desk.failures]).toEqual([[], [], ["wrong-protocol"]]);
  });

  it("that breaks off in a scan loses it after half a second of silence, and no other", () => {
    const desk = talk({ ...honeywell, version: base.version });
    const [first = new Uint8Array(), ...rest] = reportsOf("x".repeat(100));
    desk.say(first);
    desk.pass(499);
    for (const report of rest) desk.say(report);
    expect(desk.texts).toHaveLength(1);
    desk.say(first);
    desk.pass(499);
    expect(desk.drops).toEqual({});
    desk.pass(1);
    expect(desk.dropped).toEqual({ unfinished: 56 });
    desk.device.present(card, 0);
    desk.pass(0);
    expect(desk.texts).toHaveLength(2);
  });

  it("that sends five broken reports within ten seconds has another layout", () => {
    const desk = talk({ ...honeywell, version: base.version });
    const broken = Uint8Array.from(reportsOf("x")[0] ?? []).fill(57, 1, 2);
    for (let time = 0; time < 4; time += 1) desk.say(broken);
    desk.pass(10_000);
    desk.say(broken);
    expect(desk.failures).toEqual([]);
    for (let time = 0; time < 4; time += 1) desk.say(broken);
    expect(desk.failures).toEqual(["wrong-protocol"]);
    expect(desk.drops).toEqual({ "bad-length": 9 });
  });

  it("is told by the standard bits of its descriptor where the profile has no bytes", () => {
    const beeps = bytes("8503750195010985910209869102950691 03".replaceAll(" ", ""));
    const descriptor = Buffer.concat([exampleDescriptor.subarray(0, -1), bytes("058c"), beeps, bytes("c0")]);
    const desk = talk(base, hidPosDevice({ commands: "none" }), { outcome: "accepted" }, descriptor);
    desk.device.present(card, 0);
    desk.pass(0);
    desk.driver.signal("rejected", desk.nowMs);
    desk.driver.signal("result", desk.nowMs);
    expect(desk.written.map((report) => report.toString("hex"))).toEqual(["0302", "0301"]);
  });

  it("whose profile has a command too long for a report says so once", () => {
    const desk = talk(
      { ...newland, init: [Buffer.alloc(63, 0x41), Buffer.alloc(63, 0x42)] },
      hidPosDevice(newlandReader),
    );
    expect(desk.faults).toEqual(["setup-refused"]);
    expect(desk.ready).toEqual([{}]);
  });

  it("counts what was half read when the line closes, once, and says nothing afterwards", () => {
    const desk = talk({ ...honeywell, version: base.version });
    desk.say(reportsOf("x".repeat(100))[0] ?? new Uint8Array());
    desk.driver.close();
    desk.driver.close();
    desk.driver.receive(reportsOf("late")[0] ?? new Uint8Array(), desk.nowMs);
    desk.driver.signal("identify", desk.nowMs);
    desk.pass(10_000);
    expect(desk.dropped).toEqual({ closed: 56 });
    expect(desk.texts).toEqual([]);
  });
});
