// Invents patients with identity cards that satisfy every rule of FORMATS chapters 4, 5 and 8.1; one seed, one queue of patients.

import { type CalendarDate, dateOfToday, isoDate, yearOf, yearsLater } from "../protocol/document/calendar.ts";
import { cardExpiry } from "../protocol/document/card-expiry.ts";
import { provinces } from "../protocol/document/provinces.ts";
import type { FictitiousCard } from "./fictitious-card.ts";
import { communes, districts, familyNames, givenNames, hamlets, middleNames } from "./invented-names.ts";
import { SeededRandom } from "./seeded-random.ts";
import { SimulationFailure } from "./simulation-failure.ts";

/** Who comes to the desk: with a card of 2021, with one of 2024, or a child under 14 with one of 2024. */
export type PatientKind = "cccd" | "can-cuoc" | "child";

/** First and last day on which each edition was issued (Luật 26/2023/QH15, in force from 01/07/2024). */
const cccdFrom: CalendarDate = 20210101;
const cccdUntil: CalendarDate = 20240630;
const canCuocFrom: CalendarDate = 20240701;

/** On earlier days too few cards of 2024 had been issued to choose from. */
const firstToday: CalendarDate = 20250101;

/** The new addresses have no district (Nghị quyết 202/2025/QH15, in force from 01/07/2025). */
const withoutDistrictsFrom: CalendarDate = 20250701;

/** Ages in years: a card of 2021 was given from 14 on, and the oldest of our people is 96. */
const adultAge = 14;
const ageMax = 96;

/** Cards tried until one is, or is not, expired as asked; a quarter of them fits, so a hundred never fail. */
const attemptsMax = 1_000;

export class PatientQueue {
  readonly #random: SeededRandom;
  readonly #today: CalendarDate;
  readonly #provinces = [...provinces];
  #count: number;

  /** `today` is `yyyy-MM-dd`: cards are issued before it. The same seed and day give the same patients. Throws `SimulationFailure` for a day before 2025. */
  constructor(seed: number, today: string) {
    this.#random = new SeededRandom(seed);
    this.#today = dateOfToday(today);
    if (!(this.#today >= firstToday && this.#today < 100_000_000)) {
      const sentence = `Ngày phải từ 2025-01-01: ${today} | The day must be 2025-01-01 or later: ${today}`;
      throw new SimulationFailure("wrong-usage", sentence);
    }
    this.#count = this.#random.between(0, 9_999);
  }

  /** The next patient. `isExpired` asks for a card whose validity is over (never a child's or one of 2024: too young). */
  next(kind: PatientKind, isExpired = false): FictitiousCard {
    const sex = this.#random.pick(["male", "female"] as const);
    const [birth, issue] = this.#dates(kind, isExpired);
    const [code, province] = this.#random.pick(this.#provinces as [[string, string]]);
    const hasParents = kind === "child";
    return {
      edition: kind === "cccd" ? "cccd" : "can-cuoc",
      number: this.#number(code, birth, sex),
      oldNumber: kind === "cccd" && this.#random.unit() < 0.5 ? this.#digits(9) : undefined,
      name: this.#name(sex),
      birthDate: isoDate(birth),
      sex,
      address: this.#address(province, issue),
      issueDate: isoDate(issue),
      cancelledNumber: kind === "can-cuoc" && this.#random.unit() < 0.1 ? this.#number(code, birth, sex) : undefined,
      fatherName: hasParents && this.#random.unit() < 0.9 ? this.#name("male") : undefined,
      motherName: hasParents ? this.#name("female") : undefined,
    };
  }

  /** Place, century with sex, year, then 99 and a running number, so that no two people of a run share theirs (FORMATS 8.1). */
  #number(province: string, birth: CalendarDate, sex: "male" | "female"): string {
    this.#count = (this.#count + 1) % 10_000;
    const year = yearOf(birth);
    const centuryAndSex = (Math.floor(year / 100) - 19) * 2 + (sex === "male" ? 0 : 1);
    const yearInCentury = String(year % 100).padStart(2, "0");
    return `${province}${centuryAndSex}${yearInCentury}99${String(this.#count).padStart(4, "0")}`;
  }

  #dates(kind: PatientKind, isExpired: boolean): readonly [birth: CalendarDate, issue: CalendarDate] {
    for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
      const issue = kind === "cccd" ? this.#day(cccdFrom, cccdUntil) : this.#day(canCuocFrom, this.#today);
      const birth =
        kind === "child"
          ? this.#day(yearsLater(issue, -adultAge) + 1, issue - 1)
          : this.#day(yearsLater(issue, -ageMax), yearsLater(issue, -adultAge));
      const expiry = cardExpiry(birth, issue, kind !== "cccd");
      if (expiry === undefined) continue; // born on 29 February: nobody can say when the card ends
      if ((expiry !== "unlimited" && expiry < this.#today) === isExpired) return [birth, issue];
    }
    throw new RangeError(`No ${kind} card is ${isExpired ? "expired" : "valid"} on ${isoDate(this.#today)}`);
  }

  /** A day from `first` to `last`, where both may be integers that no calendar has (19900230): the neighbour is taken then. */
  #day(first: CalendarDate, last: CalendarDate): CalendarDate {
    const span = (milliseconds(last) - milliseconds(first)) / dayMs;
    const day = new Date(milliseconds(first) + this.#random.between(0, Math.max(0, span)) * dayMs);
    return day.getUTCFullYear() * 10_000 + (day.getUTCMonth() + 1) * 100 + day.getUTCDate();
  }

  #name(sex: "male" | "female"): string {
    const parts = [familyNames, middleNames[sex], givenNames];
    return parts.map((choices) => this.#random.pick(choices)).join(" ");
  }

  #address(province: string, issue: CalendarDate): string {
    const hamlet = this.#random.unit() < 0.8 ? [this.#random.pick(hamlets)] : [];
    const district = issue < withoutDistrictsFrom ? [this.#random.pick(districts)] : [];
    return [...hamlet, this.#random.pick(communes), ...district, province].join(", ");
  }

  #digits(count: number): string {
    return Array.from({ length: count }, () => this.#random.between(0, 9)).join("");
  }
}

const dayMs = 86_400_000;

function milliseconds(date: CalendarDate): number {
  return Date.UTC(yearOf(date), (Math.floor(date / 100) % 100) - 1, date % 100);
}
