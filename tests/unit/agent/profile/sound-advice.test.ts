// Every reader that beeps by itself comes with advice in both languages, and no other does.
import { expect, test } from "vitest";
import { loadProfiles } from "../../../../agent/profile/load-profiles.ts";
import { soundAdvice } from "../../../../agent/profile/sound-advice.ts";

const profiles = [...loadProfiles(undefined).profiles.values()].map(({ profile }) => [profile.id, profile] as const);

function adviceFor(id: string): string | undefined {
  const profile = new Map(profiles).get(id);
  if (profile === undefined) throw new Error(`no profile ${id}`);
  return soundAdvice(profile);
}

test.each(profiles)("%s", (_, profile) => {
  const advice = soundAdvice(profile);
  expect(advice !== undefined).toBe(profile.quirks.includes("beeps-by-itself"));
  if (advice !== undefined) expect(advice).toMatch(/^[^|]+ \| [^|]+$/);
});

test("names the mode in which the reader waits for us, where there is one", () => {
  expect(adviceFor("honeywell-cdc")).toContain("honeywell-cdc-hostack");
  expect(adviceFor("zebra-cdc")).toContain("zebra-ssi");
  expect(adviceFor("honeywell-hidpos")).not.toContain("hostack");
});

test("says where the desk is left without a sound", () => {
  expect(adviceFor("newland-cdc")).toContain("im lặng");
  expect(adviceFor("datalogic-cdc")).not.toContain("im lặng");
});
