// The age group on the day of arrival, also from birth dates that are known in part.
import { expect, it } from "vitest";
import { ageGroup } from "../../../../protocol/check-in/age-group.ts";

it.each([
  ["2020-11-22", "under6"],
  ["2020-11-21", "from6to13"],
  ["2012-11-22", "from6to13"],
  ["2012-11-21", "from14"],
  ["1890-01-01", "from14"],
  ["2026-11-21", "under6"],
  ["2026-11-22", undefined], // not yet born: a wrong clock or a wrong card
  ["2020-10", "from6to13"],
  ["2020-11", undefined], // the sixth birthday is this month, before or after today
  ["2020-12", "under6"],
  ["2021", "under6"],
  ["2020", undefined],
  ["2019", "from6to13"],
  ["2012", undefined],
  ["2011", "from14"],
  ["2026", undefined],
] as const)("born %s, arrived 2026-11-21: %s", (birthDate, group) => {
  expect(ageGroup(birthDate, "2026-11-21")).toBe(group);
});

it("counts a birthday on 29 February from 1 March in other years", () => {
  expect(ageGroup("2020-02-29", "2026-02-28")).toBe("under6");
  expect(ageGroup("2020-02-29", "2026-03-01")).toBe("from6to13");
});
