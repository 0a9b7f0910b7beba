// The serial text driver over virtual time: silence, acknowledgements, commands, and scans between answers.
import { describe, expect, it } from "vitest";
import type { Driver } from "../../../../protocol/driver/driver.ts";
import type { Profile } from "../../../../protocol/driver/profile.ts";
import { serialTextDriver } from "../../../../protocol/driver/serial-text-driver.ts";
import type { TakenScans } from "../../../../protocol/driver/taken-scans.ts";
import { encodeGm65Answer } from "../../../../protocol/frame/gm65/answer.ts";
import { encodeGm65Command } from "../../../../protocol/frame/gm65/command.ts";
import { encodeDechdr } from "../../../../protocol/frame/honeywell/dechdr.ts";
import { encodeHostAck } from "../../../../protocol/frame/honeywell/host-ack.ts";
import { encodeMenuCommand } from "../../../../protocol/frame/honeywell/menu-command.ts";
import { encodeUnifiedCommand } from "../../../../protocol/frame/newland/unified-command.ts";
import { MemoryHost } from "../../../fixtures/driver-host.ts";
import { profileWith } from "../../../fixtures/profiles.ts";

const latin1 = (text: string): Uint8Array => Buffer.from(text, "latin1");
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");

interface Desk {
  readonly host: MemoryHost;
  readonly driver: Driver;
}

type Transport = Parameters<typeof serialTextDriver>[1]["transport"];

const nothingTaken: TakenScans = { crcOf: () => undefined, last: () => undefined };

function start(profile: Profile, transport: Transport = "usb", taken = nothingTaken): Desk {
  const host = new MemoryHost();
  return { host, driver: host.run((each) => serialTextDriver(each, { profile, transport, taken })) };
}

/** A reader that has nothing to answer is armed at once. */
function armed(profile: Profile = profileWith(), transport: Transport = "usb"): Desk {
  const desk = start(profile, transport);
  expect(desk.host.reports).toHaveLength(1);
  desk.driver.setArmed(true, desk.host.nowMs);
  return desk;
}

describe("scans", () => {
  it("are cut at terminators, however the bytes are split", () => {
    const { host } = armed();
    for (const byte of latin1("]Q1AB\r\nCD\r")) host.receive(Uint8Array.of(byte));
    expect(host.scans.map(({ raw, aim, endedBy }) => [text(raw), aim, endedBy])).toEqual([
      ["AB", "]Q1", "terminator"],
      ["CD", undefined, "terminator"],
    ]);
  });

  it("end at silence: 60 ms on USB, not earlier", () => {
    const { host } = armed();
    host.receive("AB");
    host.pass(50);
    host.receive("CD");
    host.pass(59);
    expect(host.payloads).toEqual([]);
    host.pass(1);
    expect(host.payloads).toEqual(["ABCD"]);
  });

  it.each([
    ["tcp", 100],
    ["rs232", 64],
    ["usb", 60],
  ] as const)("end at silence on %s after %i ms", (transport, gap) => {
    const { host } = armed(profileWith(), transport);
    host.receive("AB");
    host.pass(gap - 1);
    expect(host.payloads).toEqual([]);
    host.pass(1);
    expect(host.payloads).toEqual(["AB"]);
  });

  it("of a reader that sends terminators get three times the gap", () => {
    const { host } = armed();
    host.receive("AB\rCD");
    host.pass(179);
    expect(host.payloads).toEqual(["AB"]);
    host.receive("EF\r");
    expect(host.payloads).toEqual(["AB", "CDEF"]);
  });

  it("in STX frames fault after 500 ms of silence", () => {
    const { host } = armed(profileWith({ framing: { stxEtx: true } }));
    host.receive("\x02A\rB");
    host.pass(499);
    expect(host.discards).toEqual([]);
    host.pass(1);
    expect(host.discards).toEqual([{ why: "stx-unfinished", bytes: 3 }]);
  });

  it("ask to be woken once a gap, not once a chunk", () => {
    const { host } = armed();
    for (let chunk = 0; chunk < 100; chunk += 1) {
      host.receive("A");
      host.pass(10);
    }
    expect(host.wakeUps).toBeLessThan(25);
  });

  it("lose the vendor's code id, which names the symbology", () => {
    const { host } = armed(profileWith({ framing: { codeId: latin1("s") } }));
    host.receive("sAB\rxCD\rs\r");
    expect(host.scans.map(({ raw, symbology }) => [text(raw), symbology])).toEqual([
      ["AB", "QRCode"],
      ["xCD", undefined],
    ]);
    expect(host.discards).toEqual([{ why: "empty", bytes: 1 }]);
  });

  it("go to the host while disarmed, too: it knows why it takes none", () => {
    const { host, driver } = armed(profileWith({ feedback: { rejected: [latin1("no")] } }));
    driver.setArmed(false, host.nowMs);
    host.outcome = "rejected";
    host.receive("AB\r");
    expect(host.payloads).toEqual(["AB"]);
    expect(host.writtenText).toBe("no");
  });

  it("of a closed line are dropped and counted, and nothing follows", () => {
    const { host, driver } = armed();
    host.receive("AB");
    driver.close();
    host.receive("CD\r");
    host.pass(1_000);
    expect(host.payloads).toEqual([]);
    expect(host.discards).toEqual([{ why: "closed", bytes: 2 }]);
  });
});

describe("a device server that speaks telnet", () => {
  it("ends the conversation, and nothing of it is delivered", () => {
    const { host } = armed(profileWith(), "tcp");
    host.receive("\xff\xfd\x00AB\r");
    expect(host.discards).toEqual([{ why: "telnet", bytes: 2 }]);
    expect(host.failures).toEqual(["wrong-protocol"]);
    host.receive("AB\r");
    expect(host.payloads).toEqual([]);
  });
});

describe("acknowledgements", () => {
  it.each([
    ["accepted", "\x06"],
    ["repeated", "\x06"],
    ["rejected", "\x06"],
    ["wait", "\x15"],
  ] as const)("of %s scans", (outcome, bytes) => {
    const { host } = armed(profileWith({ ack: { mode: "ack-nak", timeoutMs: 500 } }));
    host.outcome = outcome;
    host.receive("AB\r");
    expect(host.writtenText).toBe(bytes);
  });

  it("wait for the outcome", () => {
    const { host, driver } = armed(profileWith({ ack: { mode: "ack-nak", timeoutMs: 500 } }));
    host.outcome = undefined;
    host.receive("AB\r");
    host.pass(5_000);
    expect(host.writtenText).toBe("");
    driver.settle({ raw: latin1("AB"), endedBy: "terminator" }, "accepted", host.nowMs);
    expect(host.writtenText).toBe("\x06");
  });

  it("ask again for what the line broke, and for what came while disarmed", () => {
    const { host, driver } = armed(
      profileWith({ ack: { mode: "ack-nak", timeoutMs: 500 }, framing: { stxEtx: true } }),
    );
    host.receive("\x02AB");
    host.pass(500);
    driver.setArmed(false, host.nowMs);
    host.receive("AB\r");
    expect(host.writtenText).toBe("\x15\x15");
  });

  it("are given again for a scan that is sent again, which is not taken twice", () => {
    const { host } = armed(profileWith({ ack: { mode: "ack-nak", timeoutMs: 2_000 } }));
    host.outcome = "rejected";
    host.receive("AB\r");
    host.pass(2_000);
    host.receive("AB\r");
    expect([host.payloads, host.writtenText]).toEqual([["AB"], "\x06\x06"]);
    host.pass(3_000); // nobody waits that long: the same code was shown again
    host.receive("AB\r");
    expect([host.payloads, host.writtenText]).toEqual([["AB", "AB"], "\x06\x06\x06"]);
  });

  it("are not given for what is under way, and a refused scan comes again as new", () => {
    const { host } = armed(profileWith({ ack: { mode: "ack-nak", timeoutMs: 2_000 } }));
    host.outcome = "wait";
    host.receive("AB\rAB\r");
    expect([host.payloads, host.writtenText]).toEqual([["AB"], "\x15"]);
    host.outcome = "accepted";
    host.receive("AB\r");
    expect([host.payloads, host.writtenText]).toEqual([["AB", "AB"], "\x15\x06"]);
  });

  it("are given at once for the scan that was on the disk before the agent ended", () => {
    const profile = profileWith({ ack: { mode: "ack-nak", timeoutMs: 2_000 } });
    const crcs: number[] = [];
    const first = armed(profile).host;
    first.receive("AB\r");
    crcs.push(first.scans[0]?.link?.crc ?? 0);
    const { host, driver } = start(profile, "usb", { ...nothingTaken, crcOf: () => crcs[0] });
    driver.setArmed(true, host.nowMs);
    host.receive("AB\rCD\r");
    expect([host.payloads, host.writtenText]).toEqual([["CD"], "\x06\x06"]);
  });

  it("in Host-ACK strings name the outcome, from the profile where it has bytes", () => {
    const feedback = { rejected: [encodeHostAck("b", "8")] };
    const { host } = armed(
      profileWith({ commands: "honeywell", ack: { mode: "host-ack", timeoutMs: 10_000 }, feedback }),
    );
    for (const outcome of ["accepted", "repeated", "rejected", "wait"] as const) {
      host.outcome = outcome;
      host.receive("AB\r");
    }
    expect(host.writtenText).toBe("\x1b7\x1b4\x1bb\x1b8\x1bb");
  });
});

describe("the length-prefixed frame", () => {
  const profile = profileWith({ framing: { lengthPrefix: "dechdr" } });
  const frame = (data: string) => encodeDechdr({ codeId: 0x73, aim: "]Q1", raw: latin1(data) });

  it("may hold anything, and loses one terminator", () => {
    const { host } = armed(profile);
    for (const byte of frame("A\r\x16\xfe\x03B\r")) host.receive(Uint8Array.of(byte));
    expect(host.scans).toMatchObject([{ aim: "]Q1", symbology: "QRCode", endedBy: "length" }]);
    expect(host.payloads.map((payload) => Buffer.from(payload).length)).not.toEqual([]);
    expect(text(host.scans[0]?.raw ?? new Uint8Array())).toBe("A\r\x16\xfe\x03B");
  });

  it("is refused when its lengths disagree, and the next one is taken", () => {
    const { host } = armed(profile);
    const wrong = frame("AB\r");
    wrong[2] = 99;
    host.receive(Buffer.concat([wrong, frame("CD\r")]));
    expect(host.payloads).toEqual(["CD"]);
    expect(host.discards).toEqual([{ why: "bad-length", bytes: wrong.length }]);
  });

  it("is dropped when the rest does not come within 500 ms", () => {
    const { host } = armed(profile);
    host.receive(frame("ABCDEF\r").subarray(0, 25));
    host.pass(500);
    host.receive(frame("GH\r"));
    expect(host.discards).toEqual([{ why: "unfinished", bytes: 25 }]);
    expect(host.payloads).toEqual(["GH"]);
  });

  it("broken five times in ten seconds is line noise", () => {
    const { host } = armed(profile);
    const wrong = frame("AB\r");
    wrong[20] = 0;
    for (let time = 0; time < 5; time += 1) {
      host.receive(wrong);
      host.pass(1_000);
    }
    expect(host.failures).toEqual(["line-noise"]);
  });

  it("is not delivered after the conversation has failed, though it came in the same piece", () => {
    const { host } = armed(profile);
    const wrong = frame("AB\r");
    wrong[20] = 0;
    const pieces = Array.from({ length: 5 }, () => [wrong, frame("CD\r")]).flat();
    host.receive(Buffer.concat(pieces));
    expect(host.payloads).toEqual(["CD", "CD", "CD", "CD"]);
    expect(host.failures).toEqual(["line-noise"]);
  });
});

describe("set-up and version", () => {
  const query = encodeMenuCommand({ entries: [{ tag: "REVINF", data: "^" }], storage: "ram" });
  const setting = encodeMenuCommand({ entries: [{ tag: "DECHDR", data: "0" }], storage: "ram" });
  const honeywell = profileWith({ commands: "honeywell", init: [setting], version: { send: query } });
  const revision = "Product Name: Example\r\nSoftware Revision: 1.4.2\r\nREVINF\x06.";

  it("go one after the other, each after the answer before it", () => {
    const { host } = start(honeywell);
    expect(host.written).toEqual([setting]);
    host.receive("DECHDR0\x06!");
    expect(host.written).toEqual([setting, query]);
    for (const byte of latin1(revision)) host.receive(Uint8Array.of(byte));
    expect(host.reports).toEqual([{ firmware: "1.4.2" }]);
    expect([host.faults, host.discards]).toEqual([[], []]);
  });

  it("tell of a setting that the reader refused or left without an answer", () => {
    const { host } = start(honeywell);
    host.receive("DECHDR0\x15!");
    host.receive(revision);
    expect(host.faults).toEqual(["setup-refused"]);
    const silent = start(honeywell).host;
    silent.pass(999);
    expect(silent.written).toEqual([setting]);
    silent.pass(1);
    expect(silent.written).toEqual([setting, query]); // a setting is not repeated
    expect(silent.faults).toEqual(["setup-refused"]);
  });

  it("fail when the query stays without an answer twice", () => {
    const { host } = start({ ...honeywell, init: [] });
    host.pass(1_000);
    expect(host.written).toEqual([query, query]);
    host.pass(1_000);
    expect(host.failures).toEqual(["handshake-failed"]);
    expect(host.reports).toEqual([]);
  });

  it("let scans through that arrive meanwhile", () => {
    const { host, driver } = start({ ...honeywell, init: [] });
    host.receive(revision);
    driver.setArmed(true, host.nowMs);
    driver.checkHealth(host.nowMs);
    host.receive(`001099012345\rProduct Name: Example\r\nR E:V|1\r\nREV\rREVINF\x06.CD\r`);
    expect(host.payloads).toEqual(["001099012345", "R E:V|1", "REV", "CD"]);
    host.pass(5_000);
    expect([host.failures, host.discards]).toEqual([[], []]);
  });

  it("give a scan back that looked like text, when no answer comes", () => {
    const { host, driver } = start({ ...honeywell, init: [] });
    host.receive(revision);
    driver.setArmed(true, host.nowMs);
    driver.checkHealth(host.nowMs);
    host.receive("Name: value\r");
    host.pass(3_000);
    expect(host.payloads).toEqual(["Name: value"]);
  });

  it("find a silent reader by its health", () => {
    const { host, driver } = start({ ...honeywell, init: [] });
    host.receive(revision);
    driver.checkHealth(host.nowMs);
    host.pass(2_000);
    expect(host.failures).toEqual(["no-answer"]);
  });

  it("are over at once for a reader that answers nothing", () => {
    const { host } = start(profileWith({ init: [latin1("X")], arm: { off: latin1("D"), on: latin1("E") } }));
    expect(host.writtenText).toBe("DX");
    expect(host.reports).toEqual([{}]);
  });
});

describe("a GM65 answer", () => {
  const read = encodeGm65Command({ type: "read", address: 0x00e1, data: Uint8Array.of(1) });
  const profile = profileWith({ commands: "gm65", version: { send: read } });
  const answer = encodeGm65Answer({ type: 0, data: Uint8Array.of(0x64) });

  it("tells the version, in hexadecimal", () => {
    const { host } = start(profile);
    host.receive(answer);
    expect(host.reports).toEqual([{ firmware: "64" }]);
  });

  it("is one only while a command is pending", () => {
    const { host, driver } = start(profile);
    host.receive(answer);
    driver.setArmed(true, host.nowMs);
    host.receive(Buffer.concat([answer, latin1("\r")]));
    expect(host.scans.map(({ raw }) => raw)).toEqual([new Uint8Array(answer)]);
  });

  it("with a wrong checksum is none, and is given back", () => {
    const { host, driver } = start(profile);
    host.receive(answer);
    driver.setArmed(true, host.nowMs);
    driver.checkHealth(host.nowMs);
    const wrong = answer.slice();
    wrong[4] = 0;
    host.receive(Buffer.concat([latin1("AB\r"), wrong, latin1("\r"), answer, latin1("CD\r")]));
    expect(host.scans.map(({ raw }) => text(raw))).toEqual(["AB", text(wrong), "CD"]);
    expect(host.failures).toEqual([]);
  });

  it("must come within 500 ms", () => {
    const { host } = start(profile);
    host.pass(500);
    expect(host.written).toEqual([read, read]);
  });
});

describe("Newland's commands", () => {
  it("are answered in kind; the arming waits for its turn", () => {
    const on = encodeUnifiedCommand({ storage: "temporary", tag: "SCN", sub: "ENA", data: "1" });
    const off = encodeUnifiedCommand({ storage: "temporary", tag: "SCN", sub: "ENA", data: "0" });
    const { host, driver } = start(profileWith({ commands: "newland", arm: { on, off } }));
    expect([host.written, host.reports]).toEqual([[off], []]);
    host.receive("\x02\x010000#SCNENA0\x06;\x03");
    expect(host.reports).toEqual([{}]);
    driver.setArmed(true, host.nowMs);
    host.receive("\x02\x010000#SCNENA1\x15;\x03");
    expect(host.written).toEqual([off, on]);
    expect(host.faults).toEqual(["setup-refused"]);
  });

  it("of the older mode go word by word", () => {
    const init = ["$$$$", "#SETE123;", "%%%%"].map(latin1);
    const { host } = start(profileWith({ commands: "newland-legacy", init }));
    host.receive("@@@@");
    host.receive("!SETE123;");
    expect(host.writtenText).toBe("$$$$#SETE123;%%%%");
    host.receive("^^^^");
    expect([host.reports, host.faults]).toEqual([[{}], []]);
  });
});

describe("Datalogic's letters", () => {
  const profile = profileWith({
    ...{ commands: "datalogic", version: { send: latin1("i") }, arm: { on: latin1("E"), off: latin1("D") } },
  });

  it("ask for the identity while disarmed, and take silence for no answer", () => {
    const { host } = start(profile);
    expect(host.writtenText).toBe("Di");
    host.receive("QD2400 SW 3.1\r\n");
    expect(host.reports).toEqual([{ firmware: "QD2400 SW 3.1" }]);
    const silent = start(profile).host;
    silent.pass(2_000);
    expect([silent.reports, silent.failures]).toEqual([[{}], []]);
  });

  it.each([
    "GD4797930400412",
    "GD 4 79 79 304 00412",
    "GD479793040041201234",
    "gd4797930400412",
    "HC40112345678",
    "]Q1AB",
    "CMND 012345678",
    "001090999901|012345678|Nguyen Van Mau",
    "GD4797930400412|4e67|01/01/1990$",
    "no pipe, but a dollar$",
    "I<VNM090999901<<<",
    "https://example.vn/a",
    "ZGF0YQ==".repeat(8),
  ])("take a scan of a document for no answer: %s", (text) => {
    const { host, driver } = start(profile);
    driver.setArmed(true, host.nowMs);
    host.receive(`${text}\r`);
    const bare = text.replace(/^\]../, "");
    expect(host.reports).toEqual([]);
    expect(host.payloads).toEqual([bare]);
    host.receive("QD2400 SW 3.1\r\n");
    expect(host.reports).toEqual([{ firmware: "QD2400 SW 3.1" }]);
    expect(host.payloads).toEqual([bare]);
  });

  it("say again to scan, since nothing tells whether they were heard", () => {
    const { host, driver } = start(profile);
    host.receive("QD2400 SW 3.1\r\n");
    driver.setArmed(true, host.nowMs);
    driver.checkHealth(host.nowMs);
    expect(host.writtenText).toBe("DiEE");
    driver.setArmed(false, host.nowMs);
    driver.checkHealth(host.nowMs);
    expect(host.writtenText).toBe("DiEED");
  });

  it("are not sent to a reader that is deaf after its reset", () => {
    expect(start({ ...profile, init: [latin1("R")] }).host.writtenText).toBe("DRi");
    const { host, driver } = start({ ...profile, init: [latin1("R")], quirks: ["deaf-after-reset-30s"] });
    host.pass(29_999);
    expect(host.writtenText).toBe("DR");
    driver.checkHealth(host.nowMs);
    host.pass(1);
    expect(host.writtenText).toBe("DRi");
  });
});
