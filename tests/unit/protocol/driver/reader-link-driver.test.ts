// The ReaderLink driver against the simulated reader over virtual time: handshake, delivery, doubles, gaps, silence.
import { describe, expect, it, test } from "vitest";
import { encodeEnvelope } from "../../../../protocol/frame/reader-link/encode-envelope.ts";
import { encodeFrame } from "../../../../protocol/frame/reader-link/encode-frame.ts";
import type { BodyDraft, ScanBody } from "../../../../protocol/frame/reader-link/messages.ts";
import { goodLine, Kept, type Medium, Rig } from "./reader-link/rig.ts";

const bootId = Uint8Array.of(0xa1, 0xb2, 0xc3, 0xd4, 0xe5, 0xf6, 0x07, 0x18);
const boot = "a1b2c3d4e5f60718";

/** A reader whose every word the test says itself: the simulated one is not connected. */
class Ventriloquist extends Rig {
  override open(): void {
    this.medium = (bytes, direction) => (direction === "to-host" ? [] : goodLine(bytes, direction));
    super.open();
  }

  say(body: BodyDraft, seq = 0, from: Uint8Array = bootId, version = 1): void {
    this.inject(encodeFrame(encodeEnvelope({ version, bootId: from, seq, body })), "to-host");
  }

  claim(): void {
    this.open();
    this.run(10);
    this.say({ kind: "hello", minVersion: 1, maxVersion: 1, model: "A1" });
    this.say({ kind: "capabilities", window: 4 });
    this.driver?.setArmed(true, this.nowMs);
    this.run(10);
  }

  scan(text: string, seq: number, more: Partial<ScanBody> = {}, from = bootId): void {
    const data = Buffer.from(text);
    this.say({ kind: "scan", data, aim: "]Q1", attempt: 1, length: data.length, ...more }, seq, from);
    this.run(10);
  }
}

describe("the handshake", () => {
  it("greets, is answered, disarms, and reports what the reader says of itself", () => {
    const rig = new Rig();
    rig.open();
    rig.run(50);
    expect(rig.reports).toEqual([{ firmware: "1.0.0", model: "A1", serial: "SIM-0001" }]);
    expect(rig.bodies("to-device", "hello")[0]).toMatchObject({ minVersion: 1, maxVersion: 1, resumeSeq: 0 });
    expect(rig.bodies("to-device", "hello")[0]?.nonce).toHaveLength(32);
    expect(rig.bodies("to-device", "control")[0]).toMatchObject({ op: "disarm" });
    expect(rig.device.isArmed).toBe(false);
    expect(rig.failures).toEqual([]);
  });

  it("arms and disarms", () => {
    const rig = new Rig();
    rig.openArmed();
    expect(rig.device.isArmed).toBe(true);
    rig.driver?.setArmed(false, rig.nowMs);
    rig.run(50);
    expect(rig.device.isArmed).toBe(false);
  });

  it("arms although the first ARM is lost", () => {
    const rig = new Rig();
    rig.open();
    rig.run(50);
    rig.medium = () => [];
    rig.driver?.setArmed(true, rig.nowMs);
    rig.medium = goodLine;
    rig.run(50);
    expect(rig.device.isArmed).toBe(false);
    rig.run(1_000);
    expect(rig.device.isArmed).toBe(true);
  });

  it("gives up after five Hellos without an answer", () => {
    const rig = new Rig({ medium: () => [] });
    rig.open();
    rig.run(4_900);
    expect(rig.failures).toEqual([]);
    rig.run(200);
    expect(rig.failures).toEqual(["handshake-failed"]);
    expect(rig.bodies("to-device", "hello")).toHaveLength(5);
    rig.run(60_000);
    expect(rig.bodies("to-device", "hello")).toHaveLength(5);
  });

  it("asks again when the reader's Capabilities are lost", () => {
    let lost = 0;
    const rig: Rig = new Rig({
      medium: (bytes, direction) => {
        const isCapabilities = rig.sent.at(-1)?.body.kind === "capabilities";
        if (direction === "to-host" && isCapabilities && lost < 2) {
          lost += 1;
          return [];
        }
        return goodLine(bytes, direction);
      },
    });
    rig.open();
    rig.run(3_000);
    expect([lost, rig.reports.length, rig.failures]).toEqual([2, 1, []]);
  });

  test.each([
    [2, 3],
    [0, 0],
  ])("refuses a reader that speaks versions %d to %d only", (minVersion, maxVersion) => {
    const rig = new Ventriloquist();
    rig.open();
    rig.run(10);
    rig.say({ kind: "hello", minVersion, maxVersion });
    expect(rig.failures).toEqual(["version-unknown"]);
    expect(rig.bodies("to-device", "fault")).toHaveLength(1);
  });

  it("refuses a message of a version outside the agreed range", () => {
    const rig = new Ventriloquist();
    rig.claim();
    rig.say({ kind: "health" }, 0, bootId, 2);
    expect(rig.failures).toEqual(["version-unknown"]);
  });

  it("hears no scan before the first handshake is over, and takes it when it comes again", () => {
    const rig = new Ventriloquist();
    rig.open();
    rig.run(10);
    rig.scan("early", 1);
    rig.say({ kind: "hello", minVersion: 1, maxVersion: 1 });
    rig.scan("early", 1);
    expect(rig.kept.texts).toEqual([]);
    rig.say({ kind: "capabilities" });
    rig.scan("early", 1, { attempt: 3 });
    expect(rig.kept.texts).toEqual(["early"]);
  });
});

describe("a scan", () => {
  it("is acknowledged after it was kept, with the word for people before", () => {
    const rig = new Rig();
    rig.openArmed();
    rig.settleMs = 120;
    expect(rig.present("one")).toBe(true);
    rig.run(100);
    expect(rig.signs).toEqual(["held"]);
    expect(rig.device.held).toBe(1);
    rig.run(100);
    expect(rig.kept.texts).toEqual(["one"]);
    expect(rig.device.held).toBe(0);
    expect(rig.signs).toEqual(["held", "good-read"]);
    const words = rig.sent.filter(({ direction, body }) => direction === "to-device" && /ack|feedback/.test(body.kind));
    expect(words.map(({ body }) => body)).toMatchObject([
      { kind: "feedback", ofSeq: 1, outcome: "accepted" },
      { kind: "ack", seq: [1], result: "stored" },
    ]);
  });

  test.each([
    ["accepted", "good-read"],
    ["repeated", "light"],
    ["rejected", "error"],
  ] as const)("that was %s is dealt with, and sounds as %s", (outcome, sign) => {
    const rig = new Rig();
    rig.outcome = outcome;
    rig.openArmed();
    rig.present("one");
    rig.run(100);
    expect(rig.device.held).toBe(0);
    expect(rig.signs).toEqual(["held", sign]);
  });

  it("sounds by its Ack alone when the word for people is lost", () => {
    const rig: Rig = new Rig({
      medium: (bytes, direction) => (rig.sent.at(-1)?.body.kind === "feedback" ? [] : goodLine(bytes, direction)),
    });
    rig.openArmed();
    rig.present("one");
    rig.run(100);
    expect(rig.signs).toEqual(["held", "good-read"]);
  });

  it("tells its number, its symbology and its age", () => {
    const rig = new Ventriloquist();
    const scans: unknown[] = [];
    rig.kept.store = (text, link) => void scans.push([text, link.boot, link.seq]);
    rig.claim();
    rig.scan("Nữ", 7, { ageMs: 12 });
    expect(scans).toEqual([["Nữ", boot, 7]]);
  });

  it("is sent again until it can be kept, while the reader is told that nothing can", () => {
    const rig = new Rig();
    rig.openArmed();
    rig.outcome = "wait";
    rig.present("one");
    rig.run(4_000);
    expect(rig.device.held).toBe(1);
    expect(rig.kept.texts).toEqual([]);
    expect(rig.bodies("to-device", "ack")).toEqual([]);
    expect(rig.bodies("to-device", "feedback")).toMatchObject([{ outcome: "wait", ofSeq: 1 }]);
    expect(rig.bodies("to-device", "health").at(-1)?.canStore).toBe(false);
    expect(rig.present("two")).toBe(false);
    rig.outcome = "accepted";
    rig.run(6_000);
    expect(rig.kept.texts).toEqual(["one"]);
    expect(rig.bodies("to-device", "health").at(-1)?.canStore).toBe(true);
    expect(rig.present("two")).toBe(true);
  });

  it("that comes again while the spool still has it is neither taken twice nor acknowledged", () => {
    const rig = new Rig();
    rig.openArmed();
    rig.settleMs = 5_000;
    rig.present("one");
    rig.run(4_900);
    expect(rig.bodies("to-host", "scan").length).toBeGreaterThan(2);
    expect(rig.bodies("to-device", "ack")).toEqual([]);
    rig.run(1_000);
    expect(rig.kept.texts).toEqual(["one"]);
    expect(rig.device.held).toBe(0);
  });

  it("that was kept by an earlier process is acknowledged as a duplicate", () => {
    const kept = new Kept();
    const rig = new Ventriloquist({ kept });
    rig.claim();
    rig.scan("one", 1);
    const again = new Ventriloquist({ kept });
    again.claim();
    again.scan("one", 1, { attempt: 2 });
    expect(kept.texts).toEqual(["one"]);
    expect(again.bodies("to-device", "ack")).toMatchObject([{ seq: [1], result: "duplicate" }]);
  });

  it("with a number that was taken with other data is taken, and the fault is told", () => {
    const rig = new Ventriloquist();
    rig.claim();
    rig.scan("one", 1);
    rig.scan("other", 1);
    expect(rig.kept.texts).toEqual(["one", "other"]);
    expect(rig.faults).toEqual(["boot-id-reused"]);
    expect(rig.bodies("to-device", "ack").map(({ result }) => result)).toEqual(["stored", "stored"]);
  });

  it("with a number older than any ring holds is taken once, and the fault is told", () => {
    const rig = new Ventriloquist();
    rig.kept.crcOf = () => "old" as never;
    rig.claim();
    rig.scan("one", 1);
    rig.scan("one", 1, { attempt: 2 });
    expect(rig.kept.texts).toEqual(["one"]);
    expect(rig.faults).toEqual(["boot-id-reused"]);
    expect(rig.bodies("to-device", "ack")).toMatchObject([{ result: "stored" }, { result: "duplicate" }]);
  });

  it("too large for the link is refused for good, and counted once", () => {
    const rig = new Rig();
    rig.openArmed();
    rig.device.present(new Uint8Array(3_073).fill(0x41), rig.nowMs);
    rig.run(100);
    expect(rig.device.held).toBe(0);
    expect(rig.discards).toEqual([["overflow", 3_073]]);
    expect(rig.signs).toEqual(["held", "error"]);
    expect(rig.bodies("to-device", "ack")).toMatchObject([{ result: "too-large" }]);
  });

  test.each<readonly [string, Partial<ScanBody>, unknown]>([
    ["shorter than the reader says", { length: 9 }, ["overflow", 9]],
    ["with nothing in it", { data: new Uint8Array(), length: 0 }, ["empty", 0]],
  ])("%s is refused for good", (_name, more, discard) => {
    const rig = new Ventriloquist();
    rig.claim();
    rig.scan("one", 1, more);
    rig.scan("one", 1, { ...more, attempt: 2 });
    expect(rig.kept.texts).toEqual([]);
    expect(rig.discards).toEqual([discard]);
    expect(rig.bodies("to-device", "ack")).toHaveLength(2);
  });

  it("without a number is a broken message", () => {
    const rig = new Ventriloquist();
    rig.claim();
    rig.scan("one", 0);
    expect(rig.kept.texts).toEqual([]);
    expect(rig.discards).toMatchObject([["bad-frame", expect.any(Number)]]);
  });

  it("of another kind than we know is acknowledged as unknown when it wants to be", () => {
    const rig = new Ventriloquist();
    rig.claim();
    const payload = [0x08, 1, 0x12, 8, ...bootId, 0x18, 9, 0xa2, 0x06, 0];
    rig.inject(encodeFrame(Uint8Array.from(payload)), "to-host");
    rig.inject(encodeFrame(Uint8Array.from(payload.toSpliced(12, 2))), "to-host");
    expect(rig.bodies("to-device", "ack")).toMatchObject([{ seq: [9], result: "unknown-body" }]);
  });

  it("is not taken beyond what the host can have open", () => {
    const rig = new Ventriloquist();
    rig.claim();
    rig.outcome = "never";
    for (let seq = 1; seq <= 100; seq += 1) rig.scan(`scan ${seq}`, seq);
    rig.outcome = "accepted";
    for (let seq = 1; seq <= 100; seq += 1) rig.scan(`scan ${seq}`, seq);
    expect(rig.kept.texts).toEqual([]); // 64 are open for ever, and the rest finds no room
  });
});

describe("the numbering", () => {
  it("goes on after the scan that is stored: the reader drops what the host has", () => {
    const rig = new Rig();
    rig.openArmed();
    // The Ack never arrives: the host is killed between the commit and its word.
    rig.medium = (bytes, direction) => (direction === "to-device" ? [] : goodLine(bytes, direction));
    rig.present("one");
    rig.run(10);
    rig.kill();
    rig.medium = goodLine;
    expect([rig.kept.texts, rig.device.held]).toEqual([["one"], 1]);
    rig.openArmed();
    expect(rig.device.held).toBe(0);
    expect(rig.bodies("to-device", "hello").at(-1)).toMatchObject({ resumeSeq: 1 });
    rig.run(6_000);
    expect(rig.kept.texts).toEqual(["one"]);
  });

  it("that covers a scan whose Ack was cut off lets it sound, once", () => {
    const rig = new Rig();
    rig.openArmed();
    rig.settleMs = 5;
    rig.medium = (bytes, direction) => (direction === "to-device" ? [] : goodLine(bytes, direction));
    rig.present("one");
    rig.run(100);
    rig.kill();
    rig.medium = goodLine;
    expect(rig.signs).toEqual(["held"]);
    rig.open();
    rig.run(6_000);
    expect(rig.device.held).toBe(0);
    expect(rig.kept.texts).toEqual(["one"]);
    expect(rig.signs).toEqual(["held", "good-read"]);
  });

  it("that covers a scan whose word was heard says nothing more", () => {
    const rig = new Rig();
    rig.openArmed();
    let words = 0;
    rig.medium = (bytes, direction) => {
      if (direction === "to-device") words += 1;
      return direction === "to-device" && words > 1 ? [] : goodLine(bytes, direction);
    };
    rig.present("one");
    rig.run(100);
    expect(rig.signs).toEqual(["held", "good-read"]);
    expect(rig.device.held).toBe(1);
    rig.kill();
    rig.medium = goodLine;
    rig.open();
    rig.run(6_000);
    expect(rig.device.held).toBe(0);
    expect(rig.signs).toEqual(["held", "good-read"]);
  });

  it("tells of scans that never come while later ones do, once, after five seconds", () => {
    const rig = new Ventriloquist();
    rig.claim();
    rig.scan("one", 1);
    rig.scan("four", 4);
    rig.run(4_900);
    rig.say({ kind: "health" });
    expect(rig.faults).toEqual([]);
    rig.run(200);
    expect(rig.faults).toEqual(["scans-lost"]);
    rig.scan("five", 5);
    rig.run(9_000);
    expect(rig.faults).toEqual(["scans-lost"]);
  });

  it("says nothing when the missing one comes in time", () => {
    const rig = new Ventriloquist();
    rig.claim();
    rig.scan("one", 1);
    rig.scan("three", 3);
    rig.run(3_000);
    rig.scan("two", 2);
    rig.run(9_000);
    expect(rig.faults).toEqual([]);
  });

  it("does not miss what was before our time, nor what the reader kept over its restart", () => {
    const rig = new Ventriloquist();
    rig.claim();
    rig.scan("old", 57, {}, Uint8Array.from(bootId).fill(9));
    rig.scan("one", 500);
    rig.run(9_000);
    expect(rig.kept.texts).toEqual(["old", "one"]);
    expect(rig.faults).toEqual([]);
  });

  it("misses the first ones of a start that we saw", () => {
    const rig = new Ventriloquist();
    rig.claim();
    const other = Uint8Array.from(bootId).fill(9);
    rig.say({ kind: "hello", minVersion: 1, maxVersion: 1 }, 0, other);
    rig.say({ kind: "capabilities" }, 0, other);
    rig.scan("two", 2, {}, other);
    rig.run(6_000);
    expect(rig.faults).toEqual(["scans-lost"]);
  });
});

describe("a reader that starts anew", () => {
  it("is greeted and armed again, without a new line", () => {
    const rig = new Rig();
    rig.openArmed();
    rig.device.restart(rig.nowMs);
    expect(rig.device.isArmed).toBe(false);
    rig.run(100);
    expect(rig.device.isArmed).toBe(true);
    expect([rig.reports.length, rig.failures]).toEqual([1, []]);
    rig.present("one");
    rig.run(100);
    expect(rig.kept.texts).toEqual(["one"]);
  });

  it("with the same boot id is greeted again too, and its reused numbers are a fault", () => {
    const rig = new Rig({ model: { reusesBootId: true } });
    rig.openArmed();
    rig.present("one");
    rig.run(100);
    rig.device.restart(rig.nowMs);
    rig.run(3_000);
    expect(rig.device.isArmed).toBe(true);
    rig.present("other");
    rig.run(100);
    expect(rig.kept.texts).toEqual(["one", "other"]);
    expect(rig.faults).toEqual(["boot-id-reused"]);
  });

  it("sends what its persistent ring has kept, under the old boot id and without an age", () => {
    const rig = new Rig({ model: { persistentRing: true } });
    rig.openArmed();
    rig.outcome = "never";
    rig.present("one");
    rig.present("two");
    rig.run(10);
    rig.kill();
    rig.outcome = "accepted";
    rig.cutPower();
    expect(rig.device.held).toBe(2);
    rig.openArmed();
    rig.run(100);
    expect(rig.kept.texts).toEqual(["one", "two"]);
    expect(rig.bodies("to-host", "scan").at(-1)?.ageMs).toBe(0xffffffff);
    expect(rig.faults).toEqual([]);
  });

  it("whose Hello is lost is found out by what it does not understand", () => {
    const rig = new Rig();
    rig.openArmed();
    rig.medium = () => [];
    rig.device.restart(rig.nowMs);
    rig.run(6_000);
    rig.medium = goodLine;
    rig.run(9_000);
    expect(rig.device.isArmed).toBe(true);
    expect(rig.failures).toEqual([]);
  });

  it("does not start a conversation of Hellos without end", () => {
    const rig = new Rig();
    rig.openArmed();
    for (let count = 0; count < 5; count += 1) {
      rig.device.restart(rig.nowMs);
      rig.run(1_000);
    }
    const hellos = rig.bodies("to-device", "hello").length;
    rig.run(60_000);
    expect(rig.bodies("to-device", "hello").length).toBe(hellos);
    expect(hellos).toBeLessThan(15);
  });
});

describe("the line", () => {
  it("that falls silent is given up after fifteen seconds", () => {
    const rig = new Rig();
    rig.openArmed();
    rig.run(60_000);
    expect(rig.failures).toEqual([]);
    rig.medium = () => [];
    rig.run(14_000);
    expect(rig.failures).toEqual([]);
    rig.run(6_000);
    expect(rig.failures).toEqual(["no-answer"]);
    rig.run(10_000);
    expect(rig.device.isArmed).toBe(false);
  });

  it("with five broken frames in ten seconds is noise", () => {
    const rig = new Rig();
    rig.openArmed();
    for (let count = 0; count < 4; count += 1) rig.inject(Uint8Array.of(3, 1, 1, 0), "to-host");
    rig.run(11_000);
    for (let count = 0; count < 4; count += 1) rig.inject(Uint8Array.of(3, 1, 1, 0), "to-host");
    expect(rig.failures).toEqual([]);
    rig.inject(Uint8Array.of(3, 1, 1, 0), "to-host");
    expect(rig.failures).toEqual(["line-noise"]);
    expect(rig.bodies("to-device", "fault")).toEqual([]);
  });

  it("that was closed is spoken to no more, and what was half read is counted", () => {
    const rig = new Rig();
    rig.openArmed();
    rig.inject(Uint8Array.of(3, 1), "to-host");
    const { driver } = rig;
    const before = rig.sent.length;
    driver?.close();
    driver?.receive(Uint8Array.of(0), rig.nowMs);
    driver?.wake(rig.nowMs + 60_000);
    driver?.setArmed(false, rig.nowMs);
    driver?.signal("identify", rig.nowMs);
    expect(rig.discards).toEqual([["closed", 2]]);
    expect(rig.sent.length).toBe(before);
    expect(rig.failures).toEqual([]);
  });
});

describe("other words", () => {
  test.each([
    ["identify", "identify"],
    ["result", "attention"],
    ["attention", "attention"],
    ["accepted", "accepted"],
  ] as const)("%s goes to the reader as %s", (outcome, word) => {
    const rig = new Rig();
    rig.openArmed();
    rig.driver?.signal(outcome, rig.nowMs);
    expect(rig.bodies("to-device", "feedback")).toMatchObject([{ outcome: word, ofSeq: 0 }]);
  });

  test("a reader's fault is told; one about arming by its own name", () => {
    const rig = new Ventriloquist();
    rig.claim();
    const requestId = rig.bodies("to-device", "control").at(-1)?.requestId ?? 0;
    rig.say({ kind: "fault", code: 9 });
    rig.say({ kind: "fault", requestId, code: 9 });
    expect(rig.faults).toEqual(["reader-reported", "setup-refused"]);
  });

  test("what an earlier start of the reader has said is passed over", () => {
    const rig = new Ventriloquist();
    rig.claim();
    rig.say({ kind: "fault", code: 9 }, 0, Uint8Array.from(bootId).fill(9));
    expect(rig.faults).toEqual([]);
  });
});

const proof: readonly (readonly [string, boolean])[] = [
  ["proven", true],
  ["not proven", false],
];

describe("a reader with a key", () => {
  test.each(proof)("is reported as %s, over what both sides have drawn and the image that runs", (_name, isProven) => {
    const seen: unknown[] = [];
    const sha256 = new Uint8Array(32).fill(7);
    const rig = new Rig({
      model: { sign: (message) => Uint8Array.of(message.length), imageSha256: sha256 },
      driver: {
        verifyProof: (claim, message, signature) => {
          seen.push(claim, message.length, Buffer.from(message).toString("latin1").slice(0, 19), [...signature]);
          return isProven;
        },
      },
    });
    rig.open();
    rig.run(100);
    expect(rig.reports).toMatchObject([{ isProven }]);
    const length = 19 + 32 + 8 + 32;
    expect(seen).toEqual([
      { vendor: "Example", model: "A1", serial: "SIM-0001" },
      length,
      "readerlink-proof-v1",
      [length],
    ]);
  });

  test("is asked again when the hash of its image was lost", () => {
    let lost = 0;
    const medium: Medium = (bytes, direction) => {
      const isInfo = rig.sent.at(-1)?.body.kind === "firmwareInfo";
      if (isInfo && lost === 0) {
        lost += 1;
        return [];
      }
      return goodLine(bytes, direction);
    };
    const rig: Rig = new Rig({ medium, model: { sign: () => Uint8Array.of(1) }, driver: { verifyProof: () => true } });
    rig.open();
    rig.run(2_000);
    expect(rig.reports).toMatchObject([{ isProven: true }]);
  });
});
