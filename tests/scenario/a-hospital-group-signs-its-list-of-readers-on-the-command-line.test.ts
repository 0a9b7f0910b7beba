// Keys are made, a list is signed, checked and shown; whatever a desk would not take is refused before it is published.
import { chmodSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import type { RegistryDocument } from "../../protocol/registry/registry-document.ts";
import { temporaryDirectory } from "../fixtures/clean-up.ts";
import { currentDocument, dayFromNow as day } from "../fixtures/registry.ts";
import { tiepdon } from "../fixtures/tiepdon.ts";

let folder: string;
const at = (name: string): string => join(folder, name);
const kid = "reg-2026a";
const current: RegistryDocument = { ...currentDocument, keyId: kid, readers: currentDocument.readers.slice(0, 1) };

function writeList(changes: Partial<RegistryDocument> | object = {}, name = "list.json"): string {
  writeFileSync(at(name), JSON.stringify({ ...current, ...changes }, null, 2));
  return at(name);
}
const sign = (...words: string[]) =>
  tiepdon(["registry", "sign", "--key", at(`${kid}.private.jwk`), "--kid", kid, ...words]);
const verify = (name: string, ...words: string[]) =>
  tiepdon(["registry", "verify", at(name), "--key", at(`${kid}.public.jwk`), ...words]);

beforeEach(() => {
  folder = temporaryDirectory();
  expect(tiepdon(["registry", "keygen", "--kid", kid, "--out", folder]).status).toBe(0);
});

describe("keygen", () => {
  test("writes the private key for its owner alone, never over another, and prints what desks pin", () => {
    expect(statSync(at(`${kid}.private.jwk`)).mode & 0o777).toBe(0o600);
    const made = readFileSync(at(`${kid}.private.jwk`), "utf8");
    const { x, d } = JSON.parse(made);
    expect(readFileSync(at(`${kid}.public.jwk`), "utf8")).not.toContain(d);
    const again = tiepdon(["registry", "keygen", "--kid", kid, "--out", folder]);
    expect(again.status).toBe(1);
    expect(again.error).toContain("EEXIST");
    expect(readFileSync(at(`${kid}.private.jwk`), "utf8")).toBe(made);
    const other = tiepdon(["registry", "keygen", "--kid", "reg-2027a", "--out", folder]);
    expect(other.out).toContain("kid: reg-2027a, x: ");
    expect(other.out).not.toContain(x);
    expect(tiepdon(["registry", "keygen", "--kid", "../x", "--out", folder]).status).toBe(2);
  });
});

describe("sign", () => {
  test("makes a list that verify takes and show tells in plain words", () => {
    expect(sign(writeList(), "--out", at("registry.jws"))).toMatchObject({ status: 0, out: "" });
    expect(verify("registry.jws")).toMatchObject({ status: 0 });
    expect(JSON.parse(verify("registry.jws", "--json").out)).toMatchObject({
      verdict: "good",
      version: 17,
      entries: 1,
    });
    const shown = tiepdon(["registry", "show", at("registry.jws"), "--key", at(`${kid}.public.jwk`)]);
    expect(shown).toMatchObject({ status: 0, error: "" });
    expect(shown.out).toContain("Example A1");
    expect(shown.out).toContain(`còn hạn đến ${day(700)} | good until ${day(700)}`);
    const facts = JSON.parse(tiepdon(["registry", "show", at("registry.jws"), "--json", "--config", at("none")]).out);
    expect(facts).toMatchObject({
      version: 17,
      signature: "unchecked",
      readers: [{ id: "example-a1", standing: "in-date" }],
    });
  });

  test("refuses a version that is not higher than the previous one's, signed or not", () => {
    sign(writeList(), "--out", at("registry.jws"));
    for (const version of [16, 17]) {
      const refused = sign(writeList({ version }), "--previous", at("registry.jws"));
      expect(refused).toMatchObject({ status: 1, out: "" });
      expect(refused.error).toContain("must be higher than 17");
    }
    expect(sign(writeList({ version: 18 }), "--previous", at("registry.jws")).status).toBe(0);
    expect(sign(writeList({ version: 18 }), "--previous", writeList({ version: 18 }, "old.json")).status).toBe(1);
  });

  test("tells every fault of the list at once, with its line", () => {
    const [entry] = current.readers;
    const faulty = writeList({
      version: "17",
      notAfter: "2027-02-30",
      readers: [{ ...entry, usb: ["1209"], colour: "red" }],
    });
    const { status, error, out } = sign(faulty);
    expect({ status, out }).toEqual({ status: 2, out: "" });
    for (const place of ["version", "notAfter", "readers[0].usb[0]", "readers[0].colour"])
      expect(error).toContain(` ${place}: `);
    expect(error).toMatch(/list\.json:\d+:\d+ /);
  });

  test("refuses a key of another name, and no key", () => {
    writeList();
    expect(
      tiepdon(["registry", "sign", "--key", at(`${kid}.private.jwk`), "--kid", "other", at("list.json")]).status,
    ).toBe(2);
    expect(sign(writeList({ keyId: "other" })).status).toBe(2);
    const withPublic = ["registry", "sign", "--key", at(`${kid}.public.jwk`), "--kid", kid, writeList()];
    expect(tiepdon(withPublic).status).toBe(2);
    expect(tiepdon(["registry", "sign", writeList()]).status).toBe(2);
  });

  test("warns of a key that others can read, of papers that run out, and of a chip reader without its statement", () => {
    chmodSync(at(`${kid}.private.jwk`), 0o644);
    const [entry] = current.readers;
    const { error } = sign(writeList({ readers: [{ ...entry, chip: true, validUntil: day(10) }] }));
    for (const words of ["chmod 600", "ends soon", "chip-statement"]) expect(error).toContain(words);
  });
});

describe("verify", () => {
  test("says what is wrong with a list that no desk would take, exit code 1", () => {
    sign(writeList(), "--out", at("registry.jws"));
    const jws = readFileSync(at("registry.jws"), "utf8");
    writeFileSync(
      at("changed.jws"),
      jws.replace(/\.(.{40})./, (_, kept) => `.${kept}${jws.at(-3) === "A" ? "B" : "A"}`),
    );
    tiepdon(["registry", "keygen", "--kid", "reg-2027a", "--out", folder]);
    const refused = verify("changed.jws", "--json");
    expect(refused.status).toBe(1);
    expect(JSON.parse(refused.out)).toEqual({ verdict: "refused", reason: "bad-signature" });
    const unknown = tiepdon(["registry", "verify", at("registry.jws"), "--key", at("reg-2027a.public.jwk")]);
    expect(unknown.status).toBe(1);
    expect(unknown.error).toContain("unknown-key");
  });

  test("takes the keys of the configuration, several keys, and a list in its days of grace", () => {
    sign(writeList({ issued: day(-300), notAfter: day(-10) }), "--out", at("grace.jws"));
    const { x } = JSON.parse(readFileSync(at(`${kid}.public.jwk`), "utf8"));
    writeFileSync(at("tiepdon.yaml"), `agent:\n  registry:\n    keys: [{ kid: ${kid}, x: ${x} }]\n`);
    const byConfig = tiepdon(["registry", "verify", at("grace.jws"), "--config", at("tiepdon.yaml")]);
    expect(byConfig.status).toBe(0);
    expect(byConfig.out).toContain("20 more days");
    tiepdon(["registry", "keygen", "--kid", "reg-2027a", "--out", folder]);
    expect(verify("grace.jws", at("reg-2027a.public.jwk")).status).toBe(0);
  });

  test("ends with 1 for a list that desks use no more, and 2 without a key or a file", () => {
    sign(writeList({ issued: day(-300), notAfter: day(-40) }), "--out", at("stale.jws"));
    const stale = verify("stale.jws", "--json");
    expect(stale.status).toBe(1);
    expect(JSON.parse(stale.out)).toMatchObject({ verdict: "stale" });
    expect(tiepdon(["registry", "verify", at("stale.jws"), "--config", at("none.yaml")]).status).toBe(2);
    expect(verify("none.jws").status).toBe(2);
  });
});

describe("show", () => {
  test("without a file shows what the desk uses, and says when it uses none", () => {
    const none = tiepdon(["registry", "show", "--data-dir", folder, "--config", at("none.yaml")]);
    expect(none.status).toBe(2);
    expect(none.error).toContain("has no list yet");
    sign(writeList(), "--out", at("registry.jws"));
    const shown = tiepdon(["registry", "show", "--data-dir", folder, "--config", at("none.yaml")]);
    expect(shown).toMatchObject({ status: 0 });
    expect(shown.error).toContain("signature was not checked");
  });

  test("shows a list whose signature is wrong, and ends with 1", () => {
    sign(writeList(), "--out", at("registry.jws"));
    tiepdon(["registry", "keygen", "--kid", "reg-2027a", "--out", folder]);
    const shown = tiepdon(["registry", "show", at("registry.jws"), "--key", at("reg-2027a.public.jwk")]);
    expect(shown.status).toBe(1);
    expect(shown.out).toContain("Example A1");
  });
});
