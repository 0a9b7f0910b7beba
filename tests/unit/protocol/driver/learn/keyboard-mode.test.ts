// Which plugged readers are probably keyboards, and what the maker's manual calls the way out.
import { expect, test } from "vitest";
import { keyboardHints } from "../../../../../protocol/driver/learn/keyboard-mode.ts";

const device = (vid: string | undefined, pid: string, ...usagePages: string[]) => ({ vid, pid, usagePages });

test.each([
  ["0c2e", "0b61", /Honeywell 0c2e:0b61: .*131.* \| .*131/],
  ["1eab", "8203", /Newland .*CDC.* \| .*CDC/],
  ["05e0", "1200", /Zebra .*1701.* \| .*1701/],
  ["05f9", "2206", /Datalogic .*4204.* \| .*4204/],
])("%s:%s", (vid, pid, words) => {
  expect(keyboardHints([device(vid, pid, "1")])).toEqual([expect.stringMatching(words)]);
});

test("not those with a bar code interface, serial ones, or keyboards of people", () => {
  const others = [
    device("1eab", "8210", "1", "8c"),
    device("1eab", "8206"),
    device("046d", "c31c", "1"),
    device(undefined, ""),
  ];
  expect(keyboardHints(others)).toEqual([]);
});
