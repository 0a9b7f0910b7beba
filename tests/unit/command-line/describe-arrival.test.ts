// What a screen shows of an event: who is masked, and a reader that is not certified is marked.
import { expect, test } from "vitest";
import { describeArrival } from "../../../command-line/describe-arrival.ts";

const event = (certification: string, warnings: readonly string[] = []) =>
  JSON.stringify({
    sequence: "0000000007",
    data: { method: "cccd-qr", person: { number: "001090999901" }, warnings, reader: { certification } },
  });

test.each([
  ["unlisted", "[uncertified: unlisted]"],
  ["expired-clock-unsure", "[uncertified: expired-clock-unsure]"],
])("a reader that is %s is marked", (certification, mark) => {
  expect(describeArrival(event(certification)).who).toContain(mark);
});

test("the mark stands with the warnings of the document", () => {
  expect(describeArrival(event("suspect", ["expired"])).who).toContain("[expired, uncertified: suspect]");
});

test.each(["certified", "certified-clock-unsure", "no-registry"])("a reader that is %s is not", (certification) => {
  const { what, who } = describeArrival(event(certification));
  expect(what).toBe("0000000007 cccd-qr");
  expect(who).not.toContain("[");
  expect(who).not.toContain("001090999901");
});

test("text that is no event shows nothing of itself", () => {
  expect(describeArrival("001090999901")).toEqual({ what: "?", who: "" });
});
