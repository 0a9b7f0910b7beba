// Every kind of document: what a simulator writes is what the decoder reads, however the bytes were split, and as no other kind.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cleanScan } from "../../protocol/document/clean.ts";
import { dispatch, dispatchRows } from "../../protocol/document/dispatch.ts";
import { type DocumentFormat, documentFormats } from "../../protocol/document/patient-document.ts";
import { PlainFramer } from "../../protocol/frame/plain-framer.ts";
import { defaultPlainFraming } from "../../protocol/frame/plain-framing.ts";
import { type SoundDocument, soundDay, soundDocuments } from "../fixtures/documents.ts";
import { decodeText, readBytes } from "../fixtures/read-document.ts";

const read = (payload: Uint8Array) => readBytes(payload, soundDay, { optionalFields: true });

/** The rows that each kind may be found by. */
const rowsOf: Readonly<Record<DocumentFormat, readonly string[]>> = {
  "cccd-qr": ["6"],
  "can-cuoc-qr": ["6"],
  mrz: ["7"],
  "bhyt-qr-old": ["5"],
  "bhyt-qr-new": ["5", "5-pin"],
  "number-pin": ["8"],
  "number-cmnd": ["8"],
  "number-bhxh": ["8"],
  "number-bhyt": ["8"],
  "chip-dg13": ["7a"],
  "reader-socketio": ["3"],
  "reader-json": ["3"],
};

const anyDocument: fc.Arbitrary<SoundDocument> = fc.oneof(...Object.values(soundDocuments));

/** The text of a payload with its pipes, as dispatch sees it. */
function cleaned(payload: Uint8Array): { text: string; pipes: readonly number[] } {
  const scan = cleanScan(payload, decodeText);
  if (scan.kind === "dirty") throw new Error(`refused: ${scan.reason}`);
  return scan;
}

describe.each(documentFormats)("%s", (format) => {
  it("is read as it was written", () => {
    fc.assert(
      fc.property(soundDocuments[format], ({ payload, person, insurance, document }) => {
        const warnings = format === "number-cmnd" ? ["cmnd-legacy"] : [];
        expect(read(payload)).toEqual({
          kind: "document",
          document: { format, person, insurance, document, warnings },
        });
      }),
      { numRuns: 500 },
    );
  });

  it("is found by its own row", () => {
    fc.assert(
      fc.property(soundDocuments[format], ({ payload }) => {
        const { text, pipes } = cleaned(payload);
        expect(rowsOf[format]).toContain(dispatch(text, pipes).row);
      }),
      { numRuns: 300 },
    );
  });
});

describe("any document", () => {
  it("is the same document however its bytes are split", () => {
    fc.assert(
      fc.property(anyDocument, fc.array(fc.nat({ max: 60 })), ({ payload }, sizes) => {
        const stream = Buffer.concat([Buffer.of(0x02), payload, Buffer.of(0x03)]);
        const scans: Uint8Array[] = [];
        const framer = new PlainFramer(
          { ...defaultPlainFraming, stx: true },
          { scan: ({ raw }) => scans.push(raw.slice()), discarded: () => undefined },
        );
        let at = 0;
        for (const size of sizes) {
          framer.push(stream.subarray(at, at + size));
          at += size;
        }
        framer.push(stream.subarray(at));
        expect(scans.map(read)).toEqual([read(payload)]);
      }),
      { numRuns: 2_000 },
    );
  });
});

/** The shape that the rows look at, made the slow way. */
function shapeOf(text: string, pipes: readonly number[]) {
  const parts = pipes.length === 0 ? [text] : text.split("|");
  const [first = "", , third = ""] = parts.map((part) => part.trim());
  return { text, count: parts.length, first, third };
}

describe("dispatch", () => {
  const pieces = fc.constantFrom(
    ...["|", "||||||||||||||", "$", "0123456789", "001090999901", "GD4010199999901", "A", "-", "{", "<<", "IDVNM"],
    ...["https://", "2021-01-02", "00020101021238", "6d", "30", "ab", ".", " ", "Nguyễn", "=", "_"],
  );
  const odd = fc.array(pieces, { minLength: 1, maxLength: 12 }).map((parts) => Buffer.from(parts.join("")));
  const documents = anyDocument.map(({ payload }) => payload);

  it("answers the first row that fits, by the short way too", () => {
    fc.assert(
      fc.property(fc.oneof(odd, documents), (payload) => {
        const scan = cleanScan(payload, decodeText);
        fc.pre(scan.kind === "clean");
        if (scan.kind !== "clean") return;
        const shape = shapeOf(scan.text, scan.pipes);
        expect(dispatch(scan.text, scan.pipes)).toBe(dispatchRows.find((row) => row.fits(shape)));
      }),
      { numRuns: 20_000 },
    );
  });

  it("has no row that nothing reaches, and each has a name of its own", () => {
    const examples = [
      "https://example.vn",
      "00020101021238540010A000000727",
      "{}",
      "001099999904|Nguyễn Văn Mẫu|1999-02-03|1|Q|A",
      `001090999901${"|".repeat(13)}`,
      "0199999904|x",
      "001090999901|x",
      "123|x",
      "x|x",
      "IDVNM",
      `6d${"30".repeat(20)}`,
      "123456789",
      "abcdefghij.abcdefghij.",
      "xin chào",
    ];
    const reached = examples.map((text) => {
      const { pipes } = cleaned(Buffer.from(text));
      return dispatch(text, pipes).row;
    });
    expect(reached).toEqual(dispatchRows.map(({ row }) => row));
    expect(new Set(reached).size).toBe(reached.length);
  });
});
