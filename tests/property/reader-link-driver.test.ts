// What holds for the ReaderLink driver whatever messages a hostile reader sends in whatever order.
import fc from "fast-check";
import { expect, it } from "vitest";
import type { DriverFailure } from "../../protocol/driver/driver.ts";
import { readerLinkDriver } from "../../protocol/driver/reader-link-driver.ts";
import { encodeEnvelope } from "../../protocol/frame/reader-link/encode-envelope.ts";
import { encodeFrame } from "../../protocol/frame/reader-link/encode-frame.ts";
import type { EnvelopeDraft } from "../../protocol/frame/reader-link/messages.ts";
import type { Scan } from "../../protocol/message/scan.ts";
import { SeededRandom } from "../../simulators/seeded-random.ts";
import { anyBody } from "../unit/protocol/frame/reader-link/drafts.ts";

/** Few boot ids and numbers, so that messages have to do with each other. */
const bootId = fc.constantFrom(1, 2, 3).map((byte) => new Uint8Array(8).fill(byte));
const envelope: fc.Arbitrary<EnvelopeDraft> = fc.record({
  version: fc.constantFrom(1, 1, 1, 1, 2),
  bootId,
  seq: fc.constantFrom(0, 1, 2, 3, 7, 500, 0xffffffff),
  body: fc.oneof(
    anyBody,
    fc.constantFrom<EnvelopeDraft["body"]>(
      { kind: "hello", minVersion: 1, maxVersion: 1 },
      { kind: "capabilities" },
      { kind: "scan", data: Uint8Array.of(0x41), length: 1, attempt: 1 },
      { kind: "scan", data: Uint8Array.of(0x42), length: 1, attempt: 2 },
      { kind: "cardEvent", session: 1, state: "present" },
    ),
  ),
});

const outcomes = fc.constantFrom("accepted", "rejected", "repeated", "wait", "none" as const);
type Act =
  | { readonly kind: "say"; readonly bytes: Uint8Array }
  | { readonly kind: "settle"; readonly outcome: "accepted" | "rejected" | "repeated" | "wait" | "none" }
  | { readonly kind: "pass"; readonly ms: number }
  | { readonly kind: "arm" | "disarm" | "exchange" };
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 6, arbitrary: envelope.map((each): Act => ({ kind: "say", bytes: encodeFrame(encodeEnvelope(each)) })) },
  {
    weight: 1,
    arbitrary: fc
      .uint8Array({ minLength: 1, maxLength: 60 })
      .map((each): Act => ({ kind: "say", bytes: encodeFrame(each) })),
  },
  { weight: 2, arbitrary: outcomes.map((outcome): Act => ({ kind: "settle", outcome })) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 6_000 }).map((ms): Act => ({ kind: "pass", ms })) },
  { weight: 1, arbitrary: fc.constantFrom<Act>({ kind: "arm" }, { kind: "disarm" }, { kind: "exchange" }) },
);

/** Frames written for each message heard and each second that passed: more would be an amplifier. */
const framesPerEventMax = 6;

it("throws at nothing, answers in proportion, fails once, and is silent afterwards", () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 80 }), (acts) => {
      let nowMs = 0;
      let wishMs: number | undefined;
      let written = 0;
      let exchanges = 0;
      let answers = 0;
      const failures: DriverFailure[] = [];
      const open: Scan[] = [];
      const driver = readerLinkDriver(
        {
          write: () => {
            expect(failures).toEqual([]);
            written += 1;
          },
          writeFeature: () => undefined,
          scan: (scan) => void open.push(scan),
          discarded: () => undefined,
          ready: () => undefined,
          fault: () => undefined,
          failed: (why) => void failures.push(why),
          wakeAt: (timeMs) => {
            wishMs = timeMs;
          },
        },
        { taken: { crcOf: () => undefined, last: () => undefined }, random: new SeededRandom(1) },
      );
      driver.start(nowMs);
      for (const each of acts) {
        if (each.kind === "say") driver.receive(each.bytes.slice(), nowMs);
        else if (each.kind === "arm" || each.kind === "disarm") driver.setArmed(each.kind === "arm", nowMs);
        else if (each.kind === "exchange") {
          exchanges += 1;
          driver.exchange(Uint8Array.of(0, 0xa4, 0, 0), 1_000, nowMs, () => {
            answers += 1;
          });
        } else if (each.kind === "settle") {
          const scan = open.shift();
          if (scan !== undefined && each.outcome !== "none") driver.settle(scan, each.outcome, nowMs);
        } else if (each.kind === "pass") {
          const endMs = nowMs + each.ms;
          while (wishMs !== undefined && wishMs <= endMs) {
            nowMs = Math.max(nowMs, wishMs);
            wishMs = undefined;
            driver.wake(nowMs);
          }
          nowMs = endMs;
        }
      }
      driver.close();
      expect(failures.length).toBeLessThanOrEqual(1);
      expect(wishMs).toBeUndefined();
      expect(written).toBeLessThanOrEqual(framesPerEventMax * (acts.length + nowMs / 1_000 + 1));
      expect(answers).toBe(exchanges);
    }),
    { numRuns: 400 },
  );
});
