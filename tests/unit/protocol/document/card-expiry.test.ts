// Ages at which identity cards end (Luật 26/2023/QH15, Article 21).
import { describe, expect, it } from "vitest";
import { cardExpiry } from "../../../../protocol/document/card-expiry.ts";

describe("the card's last day", () => {
  it.each([
    ["the day before 23", 20130314, 20150315],
    ["at 23", 20130315, 20300315],
    ["the day before 38", 20280314, 20300315],
    ["at 38", 20280315, 20500315],
    ["at 58", 20480315, "unlimited"],
  ])("of a card issued %s", (_, issue, expiry) => {
    expect(cardExpiry(19900315, issue, issue >= 20240701)).toBe(expiry);
  });

  it("of a child's card of 2024 is the fourteenth birthday, told by its fields or by its date", () => {
    expect(cardExpiry(20180101, 20240315, true)).toBe(20320101);
    expect(cardExpiry(20180101, 20240630, false)).toBe(20430101);
    expect(cardExpiry(20180101, 20240701, false)).toBe(20320101);
    expect(cardExpiry(20180101, 20300101, true)).toBe(20430101);
  });

  it("can't be told without a day of birth, or with 29 February", () => {
    expect(cardExpiry(19900300, 20210520, false)).toBeUndefined();
    expect(cardExpiry(19900000, 20210520, false)).toBeUndefined();
    expect(cardExpiry(19920229, 20210520, false)).toBeUndefined();
  });
});
