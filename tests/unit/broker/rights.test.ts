// Who may publish, read and subscribe to what: the table, and that no wildcard climbs out of it.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { everyonesRights, noRights, rightsOf } from "../../../broker/access/rights.ts";
import { filterMatches } from "../../../broker/topic/topic-filter.ts";
import type { Identity } from "../../../protocol/access.ts";

const desk: Identity = { role: "desk", facility: "38xxx", desk: "quay-01" };
const his: Identity = { role: "his", facility: "38xxx" };
const it: Identity = { role: "it", facility: "38xxx" };
const gateway: Identity = { role: "gateway", facility: "38xxx" };
const own = "tiepdon/v1/38xxx/quay-01";
const other = "tiepdon/v1/38xxx/quay-02";

describe("publishing", () => {
  test.each<[Identity, string, boolean, boolean]>([
    [desk, `${own}/checkin/json`, false, true],
    [desk, `${own}/checkin/pb`, false, true],
    [desk, `${own}/checkin/json`, true, false],
    [desk, `${own}/checkin`, false, false],
    [desk, `${own}/state`, true, true],
    [desk, `${own}/state`, false, true],
    [desk, `${own}/reader/r1/state`, true, true],
    [desk, `${own}/reader/r1/other`, true, false],
    [desk, `${own}/event`, true, false],
    [desk, `${own}/response/reader/restart`, false, true],
    [desk, `${own}/request/restart`, false, false],
    [desk, `${own}/result`, false, false],
    [desk, `${other}/state`, true, false],
    [desk, "tiepdon/v1/38xxx/registry", true, false],
    [desk, "tiepdon/v1/39xxx/quay-01/state", true, false],
    [his, `${own}/result`, false, true],
    [his, `${own}/request/restart`, false, true],
    [his, "tiepdon/v1/38xxx/broadcast/request/restart", false, true],
    [his, `${own}/checkin/json`, false, false],
    [his, "tiepdon/v1/39xxx/quay-01/result", false, false],
    [gateway, `${own}/result`, false, true],
    [gateway, `${own}/request/restart`, false, false],
    [gateway, `${own}/checkin/json`, false, false],
    [it, "tiepdon/v1/38xxx/registry", true, true],
    [it, `${own}/request/restart`, false, true],
    [it, `${own}/result`, false, false],
    [it, "$SYS/x", false, false],
  ])("%j to %s, retained %s: %s", (identity, topic, retain, expected) => {
    expect(rightsOf(identity).mayPublish(topic, retain)).toBe(expected);
  });
});

describe("subscribing", () => {
  test.each<[Identity, string, boolean]>([
    [desk, `${own}/request/#`, true],
    [desk, `${own}/result`, true],
    [desk, "tiepdon/v1/38xxx/registry", true],
    [desk, "tiepdon/v1/38xxx/broadcast/request/#", true],
    [desk, `${own}/#`, false],
    [desk, `${own}/checkin/json`, false],
    [desk, "tiepdon/v1/38xxx/+/request/#", false],
    [desk, "#", false],
    [his, "tiepdon/v1/38xxx/+/checkin/json", true],
    [his, "tiepdon/v1/38xxx/quay-01/checkin/#", true],
    [his, "tiepdon/v1/+/+/checkin/json", false],
    [his, "tiepdon/v1/38xxx/+/+", false],
    [his, "tiepdon/v1/38xxx/+/health", false],
    [his, "$SYS/#", false],
    [{ role: "his" }, "tiepdon/v1/+/+/checkin/json", true],
    [gateway, "tiepdon/v1/38xxx/+/checkin/json", true],
    [gateway, "tiepdon/v1/38xxx/+/request/#", false],
    [it, "tiepdon/v1/38xxx/+/reader/+/state", true],
    [it, "$SYS/#", true],
    [it, "tiepdon/v1/38xxx/+/checkin/json", false],
    [{ role: "desk" }, `${own}/result`, false],
  ])("%j to %s: %s", (identity, filter, expected) => {
    expect(rightsOf(identity).maySubscribe(filter)).toBe(expected);
  });
});

test("no filter is granted that could match a topic which may not be read", () => {
  const level = fc.constantFrom(
    ...["tiepdon", "v1", "38xxx", "39xxx", "quay-01", "quay-02", "broadcast", "registry", "state", "request"],
    ...["checkin", "json", "result", "reader", "$SYS", "restart", ""],
  );
  const near = (wild: fc.Arbitrary<string>) =>
    fc
      .tuple(
        fc.constantFrom([], ["tiepdon", "v1"], ["tiepdon", "v1", "38xxx"], ["tiepdon", "v1", "38xxx", "quay-01"]),
        fc.array(fc.oneof(level, wild), { minLength: 1, maxLength: 4 }),
      )
      .map(([prefix, rest]) => [...prefix, ...rest].join("/"));
  const identity = fc.constantFrom<Identity>(desk, his, it, gateway, { role: "his" }, { role: "it" }, { role: "desk" });
  const filter = fc.tuple(near(fc.constant("+")), fc.constantFrom("", "/#")).map(([text, end]) => text + end);
  fc.assert(
    fc.property(identity, filter, near(level), (who, f, topic) => {
      const rights = rightsOf(who);
      if (rights.maySubscribe(f) && filterMatches(f, topic)) expect(rights.mayRead(topic)).toBe(true);
    }),
    { numRuns: 20_000 },
  );
});

test("who is gone may nothing, and everyone may all but the broker's own topics", () => {
  expect([noRights.mayPublish("a", false), noRights.mayRead("a"), noRights.maySubscribe("a")]).not.toContain(true);
  const everyone = everyonesRights(["closed"]);
  expect(everyone.mayPublish("a", true) && everyone.maySubscribe("#") && everyone.mayRead("a")).toBe(true);
  expect(everyone.mayPublish("$SYS/a", false)).toBe(false);
  expect(everyone.maySubscribe("$SYS/#")).toBe(false);
  expect(everyone.maySubscribe("closed")).toBe(false);
});
