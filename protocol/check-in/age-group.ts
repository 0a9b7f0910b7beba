// The age group of a patient on the day of arrival.

export type AgeGroup = "under6" | "from6to13" | "from14";

/**
 * `birthDate` is `yyyy-MM-dd`, `yyyy-MM` or `yyyy`; `today` is `yyyy-MM-dd`. Undefined where the part that is known
 * fits two groups, and for a birth after `today`: a wrong group is worse than none.
 */
export function ageGroup(birthDate: string, today: string): AgeGroup | undefined {
  const youngest = groupOf(fullYears(birthDate + "-12-31".slice(birthDate.length - 4), today));
  const oldest = groupOf(fullYears(birthDate + "-01-01".slice(birthDate.length - 4), today));
  return youngest === oldest ? youngest : undefined;
}

function fullYears(birthDay: string, today: string): number {
  const years = Number(today.slice(0, 4)) - Number(birthDay.slice(0, 4));
  return today.slice(5) < birthDay.slice(5) ? years - 1 : years;
}

function groupOf(years: number): AgeGroup | undefined {
  if (years < 0) return undefined;
  if (years < 6) return "under6";
  return years < 14 ? "from6to13" : "from14";
}
