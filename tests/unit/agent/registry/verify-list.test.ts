// A signed list is taken only as it was signed, by a pinned key; everything else is refused by name.
import { createHmac, createPrivateKey, createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { listBytesMax } from "../../../../agent/registry/list-size.ts";
import type { PinnedKey } from "../../../../agent/registry/pinned-key.ts";
import { registryConfigSchema } from "../../../../agent/registry/registry-config.ts";
import { verifyList } from "../../../../agent/registry/verify-list.ts";
import { entryAt, fixtureKey, goldenDocument, goldenJws, signed } from "../../../fixtures/registry.ts";

const today = "2026-11-22";
const { pinned } = await fixtureKey();
const keys: readonly PinnedKey[] = [pinned, (await fixtureKey("fixture-2026b")).pinned];
const privateKey = createPrivateKey({
  key: JSON.parse(readFileSync(new URL("../../../golden/registry/fixture-2026a.private.jwk", import.meta.url), "utf8")),
  format: "jwk",
});

const encode = (value: unknown): string =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
const header = { alg: "EdDSA", kid: "fixture-2026a" };

/** A JWS made by hand: any header, any payload, honestly signed by the pinned key unless another signature is given. */
function forge(head: unknown, payload: unknown = goldenDocument, signature?: (input: string) => Buffer): Buffer {
  const input = `${encode(head)}.${encode(payload)}`;
  const made = signature?.(input) ?? sign(null, Buffer.from(input), privateKey);
  return Buffer.from(`${input}.${made.toString("base64url")}`);
}

const verdictOf = async (jws: Uint8Array, pinnedKeys = keys): Promise<string> => {
  const verified = await verifyList(jws, pinnedKeys, today);
  return verified.kind === "refused" ? verified.reason : "list";
};

describe("the golden list", () => {
  it("is taken, whole", async () => {
    const verified = await verifyList(goldenJws, keys, today);
    expect(verified).toMatchObject({ kind: "list", document: goldenDocument });
  });

  it("is what the fixture key signs today (Ed25519 has one signature for one text, RFC 8032)", async () => {
    expect(Buffer.from(await signed()).toString()).toBe(Buffer.from(goldenJws).toString().trimEnd());
  });

  it("is taken with either of two keys pinned, and with a type in the header", async () => {
    expect(await verdictOf(goldenJws, [pinned])).toBe("list");
    expect(await verdictOf(await signed({}, "fixture-2026b"))).toBe("list");
    expect(await verdictOf(forge({ ...header, typ: "reader-registry+jws" }))).toBe("list");
    expect(await verdictOf(forge(header))).toBe("list");
  });

  it.each([0, 1, 10, 100, 700, 2_000, 2_100])("is refused when it is cut after %i bytes", async (length) => {
    expect(["not-jws", "bad-signature"]).toContain(await verdictOf(goldenJws.subarray(0, length)));
  });

  it("is refused when one bit of any part is turned", async () => {
    for (let at = 0; at < goldenJws.length - 1; at += 37) {
      const changed = Uint8Array.from(goldenJws);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(await verdictOf(changed), `byte ${at}`).not.toBe("list");
    }
  });
});

describe("hostile headers", () => {
  const hmacWithPublicKey = (input: string): Buffer => {
    const publicPem = createPublicKey(privateKey).export({ type: "spki", format: "pem" });
    return createHmac("sha256", publicPem).update(input).digest();
  };

  it.each([
    [
      "alg none, no signature",
      () => Buffer.from(`${encode({ ...header, alg: "none" })}.${encode(goldenDocument)}.`),
      "not-jws",
    ],
    ["alg none, some signature", () => forge({ ...header, alg: "none" }), "wrong-algorithm"],
    ["alg nOnE", () => forge({ ...header, alg: "nOnE" }), "wrong-algorithm"],
    [
      "HS256 with the public key as its secret",
      () => forge({ ...header, alg: "HS256" }, goldenDocument, hmacWithPublicKey),
      "wrong-algorithm",
    ],
    ["an HMAC under the name of EdDSA", () => forge(header, goldenDocument, hmacWithPublicKey), "bad-signature"],
    ["alg ES256", () => forge({ ...header, alg: "ES256" }), "wrong-algorithm"],
    [
      "alg Ed25519, which RFC 9864 knows and the list does not",
      () => forge({ ...header, alg: "Ed25519" }),
      "wrong-algorithm",
    ],
    ["alg as a list", () => forge({ ...header, alg: ["EdDSA"] }), "bad-header"],
    ["no alg", () => forge({ kid: header.kid }), "bad-header"],
    ["no kid", () => forge({ alg: "EdDSA" }), "bad-header"],
    ["another kid", () => forge({ ...header, kid: "reg-2026z" }), "unknown-key"],
    ["the kid of the other pinned key", () => forge({ ...header, kid: "fixture-2026b" }), "bad-signature"],
    ["a kid that is a path", () => forge({ ...header, kid: "../../etc/passwd" }), "bad-header"],
    ["a kid from the prototype", () => forge({ ...header, kid: "constructor" }), "unknown-key"],
    ["crit", () => forge({ ...header, crit: ["exp"], exp: 1 }), "bad-header"],
    ["crit with b64", () => forge({ ...header, crit: ["b64"], b64: false }), "bad-header"],
    ["empty crit", () => forge({ ...header, crit: [] }), "bad-header"],
    ["a key of its own", () => forge({ ...header, jwk: { kty: "OKP", crv: "Ed25519", x: pinned.x } }), "bad-header"],
    ["an address of keys", () => forge({ ...header, jku: "https://keys.example/" }), "bad-header"],
    ["a certificate", () => forge({ ...header, x5c: ["MAU="] }), "bad-header"],
    ["compression", () => forge({ ...header, zip: "DEF" }), "bad-header"],
    ["__proto__", () => forge(`{"alg":"EdDSA","kid":"fixture-2026a","__proto__":{"b64":false}}`), "bad-header"],
    ["a list", () => forge("[]"), "bad-header"],
    ["no JSON", () => forge("{"), "bad-header"],
    ["UTF-8 that is none", () => forge(header).fill(0x58, 2, 6), "bad-header"],
    ["a header of a megabyte", () => forge({ ...header, typ: "x".repeat(300_000) }), "bad-header"],
  ])("%s: refused", async (_what, make, reason) => expect(await verdictOf(make())).toBe(reason));
});

describe("hostile forms", () => {
  const text = Buffer.from(goldenJws).toString().trim();
  it.each([
    ["nothing", ""],
    ["blanks", "   \n"],
    ["two parts", text.split(".").slice(0, 2).join(".")],
    ["four parts", `${text}.x`],
    ["padding", `${text}=`],
    ["plain base64 in it", text.replace(/[A-Za-z]$/, "+")],
    ["a line end in the middle", `${text.slice(0, 900)}\n${text.slice(900)}`],
    ["blanks before it", ` ${text}`],
    ["the JSON serialisation", JSON.stringify({ payload: text.split(".")[1], signatures: [] })],
    ["bytes beyond ASCII", `${text}\u00e9`],
    ["NUL", `${text}\0`],
    ["bits that base64url leaves over", text.slice(0, -1) + String.fromCharCode(text.charCodeAt(text.length - 1) + 1)],
  ])("%s: not a compact JWS", async (_what, form) => expect(await verdictOf(Buffer.from(form))).toBe("not-jws"));

  it("more than half a megabyte is refused before it is read", async () => {
    expect(await verdictOf(Buffer.alloc(listBytesMax + 1, 0x41))).toBe("too-large");
  });

  it("dots alone take no time", async () => {
    expect(await verdictOf(Buffer.alloc(listBytesMax, 0x2e))).toBe("not-jws");
  });

  it("a signature of another length is wrong", async () => {
    const input = text.slice(0, text.lastIndexOf("."));
    for (const length of [1, 63, 65, 128]) {
      const signature = Buffer.alloc(length, 7).toString("base64url");
      expect(await verdictOf(Buffer.from(`${input}.${signature}`)), `${length} bytes`).toBe("bad-signature");
    }
  });
});

describe("keys", () => {
  it("none pinned: nothing is taken", async () => expect(await verdictOf(goldenJws, [])).toBe("no-keys"));

  it("another key under the same name does not fit", async () => {
    const { x } = generateKeyPairSync("ed25519").publicKey.export({ format: "jwk" });
    expect(await verdictOf(goldenJws, [{ kid: pinned.kid, x: x ?? "" }])).toBe("bad-signature");
  });

  // Under such a key Node 20 takes a signature that needs no private key; Node 24 does not.
  it("of small order are refused by the configuration", () => {
    const neutral = `AQ${"A".repeat(41)}`;
    const signBit = `AQ${"A".repeat(39)}IA`;
    for (const x of [neutral, "A".repeat(43), signBit]) {
      expect(registryConfigSchema.safeParse({ keys: [{ kid: pinned.kid, x }] }).success).toBe(false);
    }
    expect(registryConfigSchema.safeParse({ keys }).success).toBe(true);
  });

  it("of the list must be the one of the signature", async () => {
    expect(await verdictOf(forge(header, { ...goldenDocument, keyId: "fixture-2026b" }))).toBe("key-id-differs");
  });
});

describe("contents, honestly signed", () => {
  const entry = entryAt(0);
  const [certificate] = entry.certificates;
  const withEntry = (changes: object) => ({ ...goldenDocument, readers: [{ ...entry, ...changes }] });
  const proto = (target: string) =>
    JSON.stringify(goldenDocument).replace(target, `"__proto__":{"version":99},${target}`);

  it.each<[string, unknown]>([
    ["null", null],
    ["a list", []],
    ["an unknown member", { ...goldenDocument, comment: "x" }],
    ["__proto__", proto('"version":17')],
    ["__proto__ in an entry", proto('"vendor":"Example","model":"A1"')],
    ["constructor", { ...goldenDocument, constructor: {} }],
    ["another schema", { ...goldenDocument, schema: "reader-registry/2" }],
    ["no version", { ...goldenDocument, version: undefined }],
    ["version 0", { ...goldenDocument, version: 0 }],
    ["version 1.5", { ...goldenDocument, version: 1.5 }],
    ["a version as text", { ...goldenDocument, version: "17" }],
    ["an enormous version", JSON.stringify(goldenDocument).replace('"version":17', '"version":1e99')],
    ["a day that does not exist", { ...goldenDocument, notAfter: "2027-02-30" }],
    ["a time for a day", { ...goldenDocument, issued: "2026-11-01T00:00:00Z" }],
    ["notAfter before issued", { ...goldenDocument, notAfter: "2026-10-31" }],
    ["an entry that ends before it begins", withEntry({ validFrom: "2029-01-02" })],
    [
      "a certificate that ends before it begins",
      withEntry({ certificates: [{ ...certificate, validFrom: "2030-01-01" }] }),
    ],
    ["one id twice", { ...goldenDocument, readers: [entry, entry] }],
    ["USB numbers in capitals", withEntry({ usb: ["1EAB:1D10"] })],
    ["a range outside the grammar", withEntry({ firmware: { allow: ["^1.2.0"], deny: [] } })],
    ["nothing allowed", withEntry({ firmware: { allow: [], deny: [] } })],
    ["no profile", withEntry({ profiles: [] })],
    ["an unknown member in an entry", withEntry({ certified: true })],
    ["an unknown member in a certificate", withEntry({ certificates: [{ ...certificate, note: "" }] })],
    ["control characters", withEntry({ vendor: "Exa\u001b[2Jmple" })],
    [
      "too many entries",
      { ...goldenDocument, readers: Array.from({ length: 501 }, (_, id) => ({ ...entry, id: `e${id}` })) },
    ],
    ["an attestation key of 31 bytes", withEntry({ attestationKeys: ["A".repeat(42)] })],
  ])("%s: breaks the schema", async (_what, content) =>
    expect(await verdictOf(forge(header, content))).toBe("bad-content"),
  );

  it.each([
    ["half of it", JSON.stringify(goldenDocument).slice(0, -1)],
    ["words", "certified"],
    ["100,000 brackets", "[".repeat(100_000)],
  ])("%s: no JSON", async (_what, content) => expect(await verdictOf(forge(header, content))).toBe("not-json"));

  it("bytes that are no UTF-8: no JSON", async () => {
    const payload = Buffer.concat([Buffer.from(`{"issuer":"`), Buffer.of(0xff, 0xfe), Buffer.from(`"}`)]);
    const input = `${encode(header)}.${payload.toString("base64url")}`;
    const made = `${input}.${sign(null, Buffer.from(input), privateKey).toString("base64url")}`;
    expect(await verdictOf(Buffer.from(made))).toBe("not-json");
  });

  it("issued tomorrow: refused today, and where no date can be judged not", async () => {
    const jws = await signed({ issued: "2026-11-23" });
    expect(await verdictOf(jws)).toBe("not-yet-valid");
    expect((await verifyList(jws, keys, undefined)).kind).toBe("list");
  });

  it("issued today: taken", async () => expect(await verdictOf(await signed({ issued: today }))).toBe("list"));

  it("past notAfter: taken, and then judged stale", async () => {
    expect(await verdictOf(await signed({ issued: "2026-01-01", notAfter: "2026-02-01" }))).toBe("list");
  });

  it("leave nothing on the prototype of objects", async () => {
    await verdictOf(forge(header, proto('"version":17')));
    expect(Reflect.get({}, "version")).toBeUndefined();
  });
});
