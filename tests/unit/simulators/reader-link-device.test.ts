// The simulated ReaderLink reader: its ring, its window, when it sends again, and when it refuses to read.
import { describe, expect, it, test } from "vitest";
import type { ApduOutcome } from "../../../protocol/driver/reader-link/card-part.ts";
import { goodLine, Rig } from "../protocol/driver/reader-link/rig.ts";

describe("its ring", () => {
  it("sends again after 0.5, 1, 2 and then every 5 seconds, a tenth more or less, with its age told anew", () => {
    const rig = new Rig();
    rig.openArmed();
    rig.outcome = "never";
    const times: number[] = [];
    rig.medium = (bytes, direction) => {
      if (rig.sent.at(-1)?.body.kind === "scan") times.push(rig.nowMs);
      return goodLine(bytes, direction);
    };
    rig.present("one");
    rig.run(16_000);
    const pauses = times.slice(1).map((time, at) => time - (times[at] ?? 0));
    const wanted = [500, 1_000, 2_000, 5_000, 5_000];
    expect(pauses).toHaveLength(wanted.length);
    for (const [at, pause] of pauses.entries()) {
      expect(Math.abs(pause - (wanted[at] ?? 0))).toBeLessThanOrEqual((wanted[at] ?? 0) / 10);
    }
    const scans = rig.bodies("to-host", "scan");
    expect(scans.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(scans.map(({ ageMs }) => ageMs)).toEqual(times.map((time) => Math.round(time - (times[0] ?? 0))));
  });

  it("has no more scans under way than its window, the oldest first", () => {
    const rig = new Rig({ model: { window: 2 } });
    rig.openArmed();
    rig.outcome = "never";
    for (const text of ["one", "two", "three"]) rig.present(text);
    rig.run(4_000);
    const seqs = rig.sent.filter(({ body }) => body.kind === "scan").map(({ seq }) => seq);
    expect([...new Set(seqs)]).toEqual([1, 2]);
    rig.outcome = "accepted";
    rig.kill();
    rig.openArmed();
    rig.run(100);
    expect(rig.kept.texts).toEqual(["one", "two", "three"]);
  });

  it("refuses to read when it is full, and overwrites nothing", () => {
    const rig = new Rig({ model: { ringSize: 2 } });
    rig.openArmed();
    rig.outcome = "never";
    expect([rig.present("one"), rig.present("two"), rig.present("three")]).toEqual([true, true, false]);
    expect(rig.signs).toEqual(["held", "held", "error"]);
    expect(rig.device.held).toBe(2);
    rig.run(6_000);
    expect(rig.bodies("to-host", "health").at(-1)).toMatchObject({ ringUsed: 2, scans: 2, refused: 1 });
  });

  it("reads nothing while it is disarmed, and nothing once the host is silent or gone", () => {
    const rig = new Rig();
    rig.open();
    rig.run(50);
    expect(rig.present("one")).toBe(false);
    rig.driver?.setArmed(true, rig.nowMs);
    rig.run(50);
    expect(rig.present("two")).toBe(true);
    rig.medium = (bytes, direction) => (direction === "to-device" ? [] : goodLine(bytes, direction));
    rig.run(16_000);
    expect(rig.present("three")).toBe(false);
    rig.medium = goodLine;
    rig.openArmed();
    expect(rig.present("four")).toBe(true);
    rig.kill();
    expect(rig.present("five")).toBe(false);
  });

  it("forgets with its power, unless it is persistent", () => {
    const forgetful = new Rig();
    forgetful.openArmed();
    forgetful.outcome = "never";
    forgetful.present("one");
    forgetful.cutPower();
    expect(forgetful.device.held).toBe(0);
  });
});

describe("its chip", () => {
  const withCard = (chip = {}): Rig => {
    const rig = new Rig({ model: { chip: true, ...chip } });
    rig.openArmed();
    rig.device.layCard(true, rig.nowMs);
    rig.run(50);
    return rig;
  };
  const ask = (rig: Rig, hex: string): ApduOutcome[] => {
    const outcomes: ApduOutcome[] = [];
    rig.driver?.exchange(Buffer.from(hex, "hex"), 1_000, rig.nowMs, (outcome) => void outcomes.push(outcome));
    return outcomes;
  };

  it("answers a command", () => {
    const rig = withCard();
    const outcomes = ask(rig, "00a40000");
    rig.run(50);
    expect(outcomes).toEqual([{ kind: "answered", apdu: Uint8Array.of(0, 0xa4, 0, 0, 0x90, 0), chipMs: 3 }]);
  });

  it("executes a command once, though it comes twice", () => {
    const rig = withCard();
    let lost = 0;
    rig.medium = (bytes, direction) => {
      if (rig.sent.at(-1)?.body.kind !== "apduResponse" || lost > 0) return goodLine(bytes, direction);
      lost += 1;
      return [];
    };
    const outcomes = ask(rig, "00b00000");
    rig.run(1_600);
    expect(outcomes).toMatchObject([{ kind: "answered" }]);
    expect(rig.device.executed).toBe(1);
    expect(rig.bodies("to-device", "apduRequest").map(({ requestId }) => requestId)).toHaveLength(2);
    expect(new Set(rig.bodies("to-device", "apduRequest").map(({ requestId }) => requestId)).size).toBe(1);
  });

  it("is given up and reset after one repeat", () => {
    const rig = withCard();
    rig.medium = (bytes, direction) => (direction === "to-host" ? [] : goodLine(bytes, direction));
    const outcomes = ask(rig, "00b00000");
    rig.run(2_900);
    expect(outcomes).toEqual([]);
    rig.run(200);
    expect(outcomes).toEqual([{ kind: "no-answer" }]);
    expect(rig.bodies("to-device", "control").at(-1)?.op).toBe("card-reset");
  });

  it("takes one command at a time, and none without a card or beyond its size", () => {
    const rig = withCard({ maxCommand: 8 });
    const first = ask(rig, "00b00000");
    expect(ask(rig, "00b00000")).toEqual([{ kind: "busy" }]);
    rig.run(50);
    expect(first).toHaveLength(1);
    expect(ask(rig, "00".repeat(9))).toEqual([{ kind: "too-long" }]);
    rig.device.layCard(false, rig.nowMs);
    rig.run(50);
    expect(ask(rig, "00b00000")).toEqual([{ kind: "no-card" }]);
  });

  it("refuses a command for the card before", () => {
    const rig = withCard();
    rig.medium = (bytes, direction) => (rig.sent.at(-1)?.body.kind === "cardEvent" ? [] : goodLine(bytes, direction));
    rig.device.layCard(true, rig.nowMs);
    const outcomes = ask(rig, "00b00000");
    rig.run(50);
    expect(outcomes).toEqual([{ kind: "refused", status: "bad-session" }]);
    rig.medium = goodLine;
    rig.run(6_000); // the card is said again
    const again = ask(rig, "00b00000");
    rig.run(50);
    expect(again).toMatchObject([{ kind: "answered" }]);
  });

  it("ends a command when the line closes or the reader starts anew, and forgets the card", () => {
    const rig = withCard();
    const cut = ask(rig, "00b00000");
    rig.driver?.close();
    expect(cut).toEqual([{ kind: "closed" }]);
    const other = withCard();
    other.medium = (bytes, direction) =>
      other.sent.at(-1)?.body.kind === "apduResponse" ? [] : goodLine(bytes, direction);
    const lost = ask(other, "00b00000");
    other.device.restart(other.nowMs);
    other.run(100);
    expect(lost).toEqual([{ kind: "closed" }]);
    expect(ask(other, "00b00000")).toEqual([{ kind: "no-card" }]);
  });

  test.each([
    ["00a40000", "00a40000"],
    ["00b0000000", "00b000003e"],
    ["00b0000010", "00b0000010"],
    ["00b00000000000", "00b0000000003e"],
    ["00a4040c02011c", "00a4040c02011c"],
    ["0088000002aabb00", "0088000002aabb3e"],
    ["00880000000002aabb0000", "00880000000002aabb003e"],
    ["0088000005aabb", "0088000005aabb"],
  ])("gets %s as %s, since it answers 64 bytes at the most", (command, sent) => {
    const rig = withCard({ maxResponse: 64 });
    ask(rig, command);
    const { apdu } = rig.bodies("to-device", "apduRequest").at(-1) ?? {};
    expect(Buffer.from(apdu ?? []).toString("hex")).toBe(sent);
  });
});
