// Insurance cards, zones and numbers, however damaged, are read exactly as the rules written straight down read them.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cleanScan } from "../../protocol/document/clean.ts";
import { dispatch, type Family } from "../../protocol/document/dispatch.ts";
import type { DocumentFormat } from "../../protocol/document/patient-document.ts";
import type { PlainReading } from "../bench/peers/straightforward-decode.ts";
import { decodeInsuranceStraightforwardly } from "../bench/peers/straightforward-insurance.ts";
import { decodeMrzStraightforwardly } from "../bench/peers/straightforward-mrz.ts";
import { decodeNumberStraightforwardly } from "../bench/peers/straightforward-number.ts";
import { soundDay, soundDocuments } from "../fixtures/documents.ts";
import { decodeText, readBytes } from "../fixtures/read-document.ts";

/** Our reading in the words of the straightforward versions. */
function plain(payload: Uint8Array): PlainReading {
  const reading = readBytes(payload, soundDay);
  if (reading.kind === "rejected") return { verdict: "reject", reason: reading.reason, warnings: [], fields: {} };
  const { person, insurance, document, warnings } = reading.document;
  const verdict = warnings.length === 0 ? "valid" : "warn";
  return { verdict, warnings, fields: { ...person, ...insurance, ...document } };
}

const fragments = fc.constantFrom(
  ...[
    "|",
    "||",
    "$",
    "-",
    " ",
    "\u00a0",
    "0",
    "9",
    "1",
    "/",
    ".",
    "<",
    "A",
    "M",
    "F",
    "4e",
    "ff",
    "ê",
    "â",
    "ầ",
    "đ",
    "ễ",
  ],
  ...[
    "00",
    "29/02/1990",
    "31/04/2020",
    "01/01/2030",
    "02/12/2026",
    "2027",
    "03/1990",
    "K2",
    "7",
    "ﬁ",
    "\u0301",
    "?",
    "\u200b",
  ],
);

const damaged = (payloads: fc.Arbitrary<Uint8Array>) =>
  fc
    .tuple(payloads, fc.array(fc.tuple(fc.nat(), fragments, fc.nat({ max: 4 })), { maxLength: 3 }))
    .map(([payload, damages]) =>
      damages.reduce((text, [place, fragment, cut]) => {
        const at = place % (text.length + 1);
        return text.slice(0, at) + fragment + text.slice(at + cut);
      }, Buffer.from(payload).toString()),
    )
    .map((text) => Buffer.from(text));

/** Fields of cards, each replaced as a whole by what another field may hold. */
const shuffled = (payloads: fc.Arbitrary<Uint8Array>) =>
  fc
    .tuple(payloads, fc.array(fc.tuple(fc.nat(), fc.oneof(fragments, fc.constant(""))), { maxLength: 3 }))
    .map(([payload, changes]) => {
      const fields = Buffer.from(payload).toString().split("|");
      for (const [place, text] of changes) fields[place % fields.length] = text;
      return Buffer.from(fields.join("|"));
    });

const of = (...formats: readonly DocumentFormat[]) =>
  fc.oneof(...formats.map((format) => soundDocuments[format].map(({ payload }) => payload)));

const insurance = of("bhyt-qr-old", "bhyt-qr-new");
const subjects: readonly [Family, fc.Arbitrary<Uint8Array>, (payload: Uint8Array, today: string) => PlainReading][] = [
  ["insurance-qr", fc.oneof(damaged(insurance), shuffled(insurance)), decodeInsuranceStraightforwardly],
  ["mrz", damaged(of("mrz")), decodeMrzStraightforwardly],
  ["number", damaged(of("number-pin", "number-bhxh", "number-bhyt", "number-cmnd")), decodeNumberStraightforwardly],
];

describe.each(subjects)("%s", (family, payloads, peer) => {
  it("is read as the straightforward version reads it", () => {
    fc.assert(
      fc.property(payloads, (payload) => {
        const scan = cleanScan(payload, decodeText);
        fc.pre(scan.kind === "clean");
        if (scan.kind !== "clean") return;
        const { destination } = dispatch(scan.text, scan.pipes);
        fc.pre(destination.kind === "family" && destination.family === family);
        expect(plain(payload)).toEqual(peer(payload, soundDay));
      }),
      { numRuns: 5_000 },
    );
  });
});
