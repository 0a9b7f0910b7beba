// The secret of an installation: made once, kept, private, and never replaced behind anybody's back.
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { codeKeyFileName, openKeyedHash } from "../../../../agent/check-in/code-key.ts";
import { systemRandom } from "../../../../service/random.ts";
import { temporaryDirectory } from "../../../fixtures/clean-up.ts";

const code = new TextEncoder().encode("not a real code of any app");
const hashIn = (dataDir: string) => openKeyedHash(join(dataDir, codeKeyFileName), systemRandom())(code);

test("the same code has the same hash after a restart, and another one in another installation", () => {
  const here = temporaryDirectory();
  const hash = hashIn(here);
  expect(hash).toMatch(/^[0-9a-f]{32}$/);
  expect(hashIn(here)).toBe(hash);
  expect(hashIn(temporaryDirectory())).not.toBe(hash);
});

test("it is HMAC-SHA-256, as RFC 4231 (test case 1) has it, cut to 16 bytes", () => {
  const path = join(temporaryDirectory(), codeKeyFileName);
  writeFileSync(path, new Uint8Array(32).fill(0x0b, 0, 20)); // HMAC itself fills the 20 bytes up with zeros
  const hash = openKeyedHash(path, systemRandom());
  expect(hash(new TextEncoder().encode("Hi There"))).toBe("b0344c61d8db38535ca8afceaf0bf12b");
});

test("the key is made with its folder, for its owner alone, and nothing else is left there", () => {
  const dataDir = join(temporaryDirectory(), "new");
  hashIn(dataDir);
  expect(readdirSync(dataDir)).toEqual([codeKeyFileName]);
  const path = join(dataDir, codeKeyFileName);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readFileSync(path)).toHaveLength(32);
});

test("what a start that was cut off left behind is no key and no obstacle", () => {
  const dataDir = temporaryDirectory();
  const left = join(dataDir, `${codeKeyFileName}.new`);
  writeFileSync(left, "half");
  chmodSync(left, 0o644);
  hashIn(dataDir);
  expect(readdirSync(dataDir)).toEqual([codeKeyFileName]);
  expect(statSync(join(dataDir, codeKeyFileName)).mode & 0o777).toBe(0o600);
});

test.each([0, 31, 33])(
  "a key of %i bytes is damaged: it stays as it is, and the sentence says what to do",
  (length) => {
    const dataDir = temporaryDirectory();
    const path = join(dataDir, codeKeyFileName);
    writeFileSync(path, new Uint8Array(length));
    expect(() => hashIn(dataDir)).toThrow(
      /hỏng \| .*damaged: .*code-hash\.key[\s\S]*Xóa tệp này[\s\S]*Delete this file/,
    );
    expect(readFileSync(path)).toHaveLength(length);
  },
);

test("a key that can't be read is not replaced", () => {
  const dataDir = temporaryDirectory();
  expect(() => openKeyedHash(dataDir, systemRandom())).toThrow(/can't be read or written: .*EISDIR/);
});
