// Every invented card means to the decoder what its inventor meant, whatever the seed and the day.
import fc from "fast-check";
import { expect, test } from "vitest";
import { readDocument } from "../../protocol/document/read-document.ts";
import { scanKinds, simulateScans } from "../../simulators/simulated-scans.ts";

const decoder = new TextDecoder();
const decodeText = (bytes: Uint8Array, start: number, end: number) => decoder.decode(bytes.subarray(start, end));

const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const days = fc
  .date({ min: new Date("2025-01-01"), max: new Date("2035-12-31"), noInvalidDate: true })
  .map((day) => day.toISOString().slice(0, 10));

test.each(scanKinds)("a card of the kind %s reads as it was meant", (kind) => {
  fc.assert(
    fc.property(seeds, days, (seed, today) => {
      const { payload, card, expect: expected } = simulateScans(kind, seed, today).next().value;
      const reading = readDocument(payload, today, decodeText);
      if (expected.kind === "rejected") {
        expect(reading).toMatchObject({ kind: "rejected", reason: expected.reason });
        return;
      }
      if (reading.kind === "rejected") throw new Error(`rejected: ${reading.reason}`);
      const { format, person, document, warnings } = reading.document;
      expect(warnings).toEqual(expected.warnings);
      expect(format).toBe(card.edition === "cccd" ? "cccd-qr" : "can-cuoc-qr");
      expect(document.issueDate).toBe(card.issueDate);
      expect(person).toMatchObject({ number: card.number, birthDate: card.birthDate, sex: card.sex });
      expect([person.oldNumber, person.cancelledNumber]).toEqual([card.oldNumber, card.cancelledNumber]);
      expect([person.fatherName, person.motherName]).toEqual([card.fatherName, card.motherName]);
      if (kind !== "no-diacritics") expect([person.name, person.address]).toEqual([card.name, card.address]);
    }),
    { numRuns: 300 },
  );
});
