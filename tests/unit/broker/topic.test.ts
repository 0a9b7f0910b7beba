// Matching and nesting of topic filters, against a matcher so simple that it is plainly right.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { filterMatches, isTopicFilter, isTopicName, liesWithin } from "../../../broker/topic/topic-filter.ts";
import { TopicTree } from "../../../broker/topic/topic-tree.ts";

/** The rules of clause 4.7 as a regular expression. */
function plainlyMatches(filter: string, topic: string): boolean {
  if (/^[+#]/.test(filter) && topic.startsWith("$")) return false;
  const pattern = filter.replaceAll("$", "\\$").replace(/^#$/, ".*").replace(/\/#$/, "(/.*)?").replaceAll("+", "[^/]*");
  return new RegExp(`^${pattern}$`).test(topic);
}

const level = fc.constantFrom("a", "b", "", "$s");
const topic = fc.array(level, { minLength: 1, maxLength: 4 }).map((levels) => levels.join("/"));
const filter = fc
  .tuple(fc.array(fc.oneof(level, fc.constant("+")), { maxLength: 4 }), fc.boolean())
  .map(([levels, hash]) => (hash ? [...levels, "#"] : levels).join("/"))
  .filter((text) => text !== "");

test("a filter matches what the specification says", () => {
  fc.assert(
    fc.property(filter, topic, (f, t) => {
      expect(filterMatches(f, t)).toBe(plainlyMatches(f, t));
    }),
    { numRuns: 2_000 },
  );
});

test("the tree finds the subscribers of a topic, each once with its highest QoS, whatever was added and removed", () => {
  const change = fc.record({
    filter,
    subscriber: fc.constantFrom("x", "y", "z"),
    qos: fc.integer({ min: -1, max: 2 }),
  });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 30 }), fc.array(topic, { maxLength: 10 }), (changes, topics) => {
      const tree = new TopicTree<string>();
      const plain = new Map<string, number>();
      for (const { filter: f, subscriber, qos } of changes) {
        if (qos < 0) {
          tree.remove(f, subscriber);
          plain.delete(`${subscriber} ${f}`);
        } else {
          tree.add(f, subscriber, qos);
          plain.set(`${subscriber} ${f}`, qos);
        }
        for (const t of topics) {
          const expected = new Map<string, number>();
          for (const [key, granted] of plain) {
            const [who = "", ...rest] = key.split(" ");
            if (plainlyMatches(rest.join(" "), t)) expected.set(who, Math.max(granted, expected.get(who) ?? 0));
          }
          expect(new Map(tree.match(t))).toEqual(expected);
        }
      }
    }),
  );
});

test("what a filter lies within matches all that the filter matches", () => {
  fc.assert(
    fc.property(filter, filter, topic, (inner, outer, t) => {
      if (liesWithin(inner.split("/"), outer.split("/")) && plainlyMatches(inner, t)) {
        expect(plainlyMatches(outer, t)).toBe(true);
      }
    }),
    { numRuns: 5_000 },
  );
});

describe("validity", () => {
  test.each(["a", "/", "a//b", "$x/y", "tiepdon/v1/38xxx/quay-01/state"])("%j is a topic name", (name) => {
    expect(isTopicName(name, 256, 16)).toBe(true);
  });
  test.each(["", "a/+", "#", "a\0b", "a\nb", "a\uFFFDb", "x".repeat(257), "ệ".repeat(100), "/".repeat(16)])(
    "%j is no topic name",
    (name) => expect(isTopicName(name, 256, 16)).toBe(false),
  );
  test.each(["#", "+", "a/#", "+/b/+", "/", "a//+"])("%j is a filter", (text) => {
    expect(isTopicFilter(text, 256, 16)).toBe(true);
  });
  test.each(["", "a#", "#/a", "a+", "+a/b", "a/##", "a/\0", "++"])("%j is no filter", (text) => {
    expect(isTopicFilter(text, 256, 16)).toBe(false);
  });
});
