// Hostile HID readers: random and mutated descriptors and reports, through the driver, in bounded memory and linear time.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DriverHost } from "../../protocol/driver/driver.ts";
import { hidPosDriver } from "../../protocol/driver/hidpos-driver.ts";
import { hidPosLayout } from "../../protocol/frame/hid-pos/layout.ts";
import { readReportDescriptor } from "../../protocol/frame/hid-pos/report-descriptor.ts";
import { honeywellDescriptor, newlandDescriptor } from "../../simulators/hid-pos/report-descriptors.ts";
import { profileWith } from "../fixtures/profiles.ts";

const descriptors = fc.constantFrom(honeywellDescriptor, newlandDescriptor);
const changes = fc.array(fc.tuple(fc.nat(116), fc.nat(255)), { maxLength: 8 });
const reports = fc.array(
  fc.tuple(fc.constantFrom(0, 1, 2, 4, 0xfd, 0xfe), fc.uint8Array({ minLength: 60, maxLength: 70 })),
  {
    maxLength: 40,
  },
);

function mutated(descriptor: Uint8Array, places: readonly (readonly [number, number])[]): Uint8Array {
  const bytes = descriptor.slice();
  for (const [at, byte] of places) bytes[at % bytes.length] = byte;
  return bytes;
}

describe("a hostile HID reader", () => {
  it("with a changed descriptor has a layout within its reports, or none", () => {
    fc.assert(
      fc.property(descriptors, changes, (descriptor, places) => {
        const layout = hidPosLayout(readReportDescriptor(mutated(descriptor, places)), undefined);
        for (const piece of layout?.pieces ?? []) {
          const ends = [piece.countAt, piece.dataAt + piece.dataBytesMax - 1, piece.moreAt, ...(piece.aimAt ?? [])];
          for (const end of ends) expect(end).toBeLessThan(piece.reportBytes);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("gets no scan through that is empty, over the limit, or larger than what it sent", () => {
    fc.assert(
      fc.property(descriptors, changes, reports, (descriptor, places, sent) => {
        let scanned = 0;
        const host: DriverHost = {
          write: () => undefined,
          writeFeature: () => undefined,
          scan: ({ raw }) => {
            expect(raw.length).toBeGreaterThan(0);
            expect(raw.length).toBeLessThanOrEqual(8_192);
            scanned += raw.length;
          },
          discarded: (_why, bytes) => expect(bytes).toBeGreaterThanOrEqual(0),
          ready: () => undefined,
          fault: () => undefined,
          failed: () => undefined,
          wakeAt: () => undefined,
        };
        const profile = { ...profileWith({ driver: "hidpos", layout: "honeywell-64" }) };
        const driver = hidPosDriver(host, { profile, reportDescriptor: mutated(descriptor, places) });
        driver.start(0);
        driver.setArmed(true, 0);
        sent.forEach(([id, bytes], at) => {
          driver.receive(Uint8Array.of(id, ...bytes), at * 100);
          if (bytes[0] === 0) driver.wake(at * 100 + 600);
        });
        driver.close();
        expect(scanned).toBeLessThanOrEqual(sent.reduce((sum, [, bytes]) => sum + bytes.length + 1, 0));
      }),
    );
  });
});
