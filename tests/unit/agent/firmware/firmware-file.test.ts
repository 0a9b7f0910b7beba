// Signed firmware files: what is signed can be read, and whatever is changed afterwards is noticed.
import { generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import { readFirmwareFile, signFirmwareFile } from "../../../../agent/firmware/firmware-file.ts";

const pair = generateKeyPairSync("ed25519");
const { x = "", d = "" } = pair.privateKey.export({ format: "jwk" });
const keys = [{ kid: "fw-1", x }];
const facts = { hardware: "a1-rev2", version: "1.1.0", keyId: "fw-1" };
const data = Uint8Array.from({ length: 3_000 }, (_, at) => at % 256);

const signed = signFirmwareFile(data, facts, { x, d });
const text = signed.kind === "file" ? signed.text : "";
const changed = (change: object) => JSON.stringify({ ...JSON.parse(text), ...change });
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");

test("what was signed is read again", () => {
  const read = readFirmwareFile(text, keys);
  expect(read).toMatchObject({ kind: "image", image: facts });
  expect(read.kind === "image" && Buffer.from(read.image.data).equals(data)).toBe(true);
});

const other = data.slice();
other[7] = 0xff;
const refusals: [what: string, text: string, why: string][] = [
  ["another version", changed({ version: "1.2.0" }), "bad-signature"],
  ["another board", changed({ hardware: "b7" }), "bad-signature"],
  ["another key's name", changed({ keyId: "fw-2" }), "bad-signature"],
  ["another signature", changed({ signature: base64(new Uint8Array(64)) }), "bad-signature"],
  ["another image", changed({ image: base64(other) }), "bad-image"],
  ["no image", changed({ image: "" }), "bad-image"],
  ["a hash that is none", changed({ sha256: "abc" }), "bad-image"],
  ["base64 that is none", changed({ image: `${base64(data)}=` }), "bad-image"],
  ["another schema", changed({ schema: "reader-firmware/2" }), "bad-image"],
  ["a version with a path in it", changed({ version: "../1" }), "bad-image"],
  ["no JSON", text.slice(0, -10), "bad-image"],
  ["a list", "[]", "bad-image"],
  ["nothing", "", "bad-image"],
];
test.each(refusals)("%s is refused", (_what, file, why) => {
  expect(readFirmwareFile(file, keys)).toEqual({ kind: "refused", why });
});

test("without keys, and with a key that is none, everything is refused", () => {
  expect(readFirmwareFile(text, [])).toEqual({ kind: "refused", why: "bad-signature" });
  expect(readFirmwareFile(text, [{ kid: "fw-1", x: "short" }])).toEqual({ kind: "refused", why: "bad-signature" });
});

test.each([
  ["hardware", { ...facts, hardware: "a 1" }, data],
  ["version", { ...facts, version: "" }, data],
  ["image", facts, new Uint8Array()],
])("%s that can't stand in a file is not signed", (what, wrong, image) => {
  expect(signFirmwareFile(image, wrong, { x, d })).toMatchObject({
    kind: "wrong",
    what: expect.stringContaining(what),
  });
});
