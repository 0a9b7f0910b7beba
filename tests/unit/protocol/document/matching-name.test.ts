// The form in which names of two sources are compared.
import { expect, it } from "vitest";
import { matchingName } from "../../../../protocol/document/matching-name.ts";

it("has neither marks nor lower case, however the name was composed", () => {
  expect(matchingName("Đặng Thị Ví Dụ")).toBe("DANG THI VI DU");
  expect(matchingName("đặng thị ví dụ".normalize("NFD"))).toBe("DANG THI VI DU");
  expect(matchingName("H’Mẫu Niê")).toBe("H’MAU NIE");
});
