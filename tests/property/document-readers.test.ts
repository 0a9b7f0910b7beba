// No reader of documents throws, whatever the bytes; and what its small decoders answer is what the platform answers.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesOfBase64 } from "../../protocol/bytes/base64.ts";
import { bytesOfHex } from "../../protocol/bytes/hex.ts";
import { encodeUtf8, isUtf8 } from "../../protocol/bytes/utf8.ts";
import { readDg13 } from "../../protocol/document/chip-dg13.ts";
import { readHexField } from "../../protocol/document/hex-field.ts";
import { readReaderMessage } from "../../protocol/document/reader-message.ts";
import { contextOf, decodeText, readBytes } from "../fixtures/read-document.ts";

const hexOf = (text: string): string => Buffer.from(text).toString("hex");
const dg13 =
  "6d81a230819f020101060628d3160100083181913011020101130c30303130393039393939303130180201020c134e677579e1bb856e2056c4836e204de1baab75300f020103130a31352f30332f3139393030080201040c034e616d300f02010c0c0a31352f30332f32303330303602010d30190c174e677579e1bb856e2056c4836e20436861204de1baab7530160c144cc3aa205468e1bb8b204de1bab9204de1baab75";
const soundScans = [
  `0199999904|${hexOf("Nguyễn Văn Mẫu")}|15/03/1990|1|-|01 - C54|01/01/2025|-|01/01/2025|-|-|4| 01/01/2030|-|4|${hexOf("Hà Nội")}|$`,
  "IDVNM0909999010001090999901<<1\n9003152M3003150VNM<<<<<<<<<<<2\nNGUYEN<<VAN<MAU<<<<<<<<<<<<<<<",
  '{"id":2,"data":{"idCode":"001090999901","personName":"Nguyễn Văn Mẫu","dateOfBirth":"15/03/1990"}}',
  '{"CCCD Number":"079185999913","Full Name":"Trần Thị Ví Dụ","Date of Expiry":"07/07/2045"}',
  dg13,
  "GD401019999990101C54",
].map((text) => Buffer.from(text));

/** Bytes with a few replaced, removed or inserted. */
const damaged = (sound: fc.Arbitrary<Uint8Array>) =>
  fc
    .tuple(sound, fc.array(fc.tuple(fc.nat(), fc.uint8Array({ maxLength: 2 }), fc.nat({ max: 2 })), { maxLength: 4 }))
    .map(([bytes, damages]) =>
      damages.reduce((rest, [place, inserted, cut]) => {
        const at = place % (rest.length + 1);
        return Buffer.concat([rest.subarray(0, at), inserted, rest.subarray(at + cut)]);
      }, Buffer.from(bytes)),
    );

describe("readers of documents", () => {
  it("refuse or read damaged scans of every kind, and never throw", () => {
    fc.assert(
      fc.property(damaged(fc.constantFrom(...soundScans)), (payload) => {
        expect(["document", "rejected"]).toContain(readBytes(payload).kind);
        expect(["document", "rejected"]).toContain(readReaderMessage(payload, contextOf()).kind);
      }),
      { numRuns: 5_000 },
    );
  });

  it("refuse or read a damaged chip, and never throw", () => {
    const chips = damaged(fc.constant(Buffer.from(dg13, "hex")));
    fc.assert(
      fc.property(fc.oneof(chips, fc.uint8Array({ maxLength: 300 })), (bytes) => {
        expect(["document", "rejected"]).toContain(readDg13(bytes, contextOf()).kind);
      }),
      { numRuns: 5_000 },
    );
  });

  it("answer every warning once, in alphabetical order", () => {
    fc.assert(
      fc.property(damaged(fc.constantFrom(...soundScans)), (payload) => {
        const reading = readBytes(payload);
        fc.pre(reading.kind === "document");
        if (reading.kind !== "document") return;
        expect(reading.document.warnings).toEqual([...new Set(reading.document.warnings)].toSorted());
      }),
      { numRuns: 5_000 },
    );
  });
});

/** What Telex makes of hexadecimal text that is typed into it. */
const telexed = (hex: string): string =>
  hex
    .replace(/a(?:af|fa)/g, "ầ")
    .replace(/e(?:ef|fe)/g, "ề")
    .replaceAll("aa", "â")
    .replaceAll("af", "à")
    .replaceAll("ee", "ê")
    .replaceAll("ef", "è")
    .replaceAll("dd", "đ");

describe("the reversal of Telex", () => {
  const syllables = [
    "Nguyễn",
    "Phạm",
    "Thắng",
    "Mẫu",
    "Lê",
    "Ẩn",
    "NỮ",
    "Ường",
    "Đặng",
    "Thị",
    "Ví",
    "Dụ",
    "Hoà",
    "Quề",
    "ữ",
  ];
  const names = fc.array(fc.constantFrom(...syllables), { minLength: 1, maxLength: 6 }).map((words) => words.join(" "));

  it("gives back the name or nothing, never another", () => {
    fc.assert(
      fc.property(names, (name) => {
        const field = readHexField(telexed(hexOf(name)), "name", decodeText);
        if (field !== undefined) expect(field.text).toBe(name);
      }),
      { numRuns: 5_000 },
    );
  });
});

describe("small decoders", () => {
  it("know UTF-8 as the platform does", () => {
    const strict = new TextDecoder("utf-8", { fatal: true });
    const nearUtf8 = damaged(fc.string({ unit: "binary", maxLength: 20 }).map((text) => Buffer.from(text)));
    fc.assert(
      fc.property(fc.oneof(nearUtf8, fc.uint8Array({ maxLength: 8 })), (bytes) => {
        let isValid = true;
        try {
          strict.decode(bytes);
        } catch {
          isValid = false;
        }
        expect(isUtf8(bytes)).toBe(isValid);
      }),
      { numRuns: 20_000 },
    );
  });

  it("write UTF-8 as the platform does", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(Buffer.from(encodeUtf8(text))).toEqual(Buffer.from(text));
      }),
    );
  });

  it("read what hexadecimal and base64 write", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 50 }), (bytes) => {
        const buffer = Buffer.from(bytes);
        expect(bytesOfHex(buffer.toString("hex"))).toEqual(bytes);
        expect(bytesOfHex(buffer.toString("hex").toUpperCase())).toEqual(bytes);
        expect(bytesOfBase64(buffer.toString("base64"))).toEqual(bytes);
      }),
    );
  });
});
