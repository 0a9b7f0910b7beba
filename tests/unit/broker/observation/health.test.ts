// Health is judged from facts alone: each reason at its bound, the worst first, in words for two languages.
import { expect, test } from "vitest";
import { alarmStep } from "../../../../broker/delivery/alarm-step.ts";
import type { Facts } from "../../../../broker/observation/facts.ts";
import { healthCodes, healthOf } from "../../../../broker/observation/health.ts";
import { quietFacts, quietTls } from "./quiet-facts.ts";

const day = 86_400;
const commits = (isRefused: boolean) => ({ commits: { ...quietFacts.commits, isRefused } });
const room = (fill: number, isFull = false) => ({
  store: { ...quietFacts.store, fill, alarmStep: alarmStep(fill, 0), isFull },
});
const fullest = (share: number) => ({
  queues: { ...quietFacts.queues, fullest: share, alarmStep: alarmStep(share, 0) },
});
const audit = (isWritable: boolean) => ({ audit: { ...quietFacts.audit, isWritable } });
const tls = (changes: object) => ({ tls: { ...quietTls, ...changes } });

test.each<[string, Partial<Facts>, string]>([
  ["nothing", {}, ""],
  ["certificates good for long", tls({}), ""],
  ["no revocation list", tls({ listSeconds: undefined }), ""],
  ["a commit that the disk refused", commits(true), "store-unwritable"],
  ["a store just below half", room(0.4999), ""],
  ["a store half full", room(0.5), "store-filling"],
  ["a store with room for little", room(0.98), "store-filling"],
  ["a store without room", room(0.98, true), "store-full"],
  ["a queue just below half", fullest(0.4999), ""],
  ["a queue half full", fullest(0.5), "queue-half-full"],
  ["a queue at 80 percent", fullest(0.8), "queue-80-percent"],
  ["a queue at 95 percent", fullest(0.95), "queue-95-percent"],
  ["a certificate of 30 days", tls({ certificateSeconds: 30 * day }), ""],
  ["a certificate of less", tls({ certificateSeconds: 30 * day - 1 }), "certificate-expires-soon"],
  ["an authority of less", tls({ authoritySeconds: day }), "certificate-expires-soon"],
  ["a certificate that has run out", tls({ certificateSeconds: 0 }), "certificate-expired"],
  ["an authority that has run out", tls({ authoritySeconds: -1 }), "certificate-expired"],
  ["a list of a day", tls({ listSeconds: day }), "revocation-list-expires-soon"],
  ["a list that has run out", tls({ listSeconds: -5 }), "revocation-list-expired"],
  ["files that can't be used", tls({ isStale: true }), "tls-files-unusable"],
  ["users that can't be read", { users: { count: 4, isStale: true } }, "users-file-unreadable"],
  ["an audit log that can't be written", audit(false), "audit-unwritable"],
  ["a fight for an id just now", { secondsSince: { dispute: 0 } }, "client-id-in-dispute"],
  ["a fight five minutes ago", { secondsSince: { dispute: 300 } }, ""],
  ["guessing a quarter of an hour ago", { secondsSince: { "lock-out": 899 } }, "locked-out"],
  ["guessing before that", { secondsSince: { "lock-out": 900 } }, ""],
  ["messages that were lost yesterday", { secondsSince: { loss: day - 1 } }, "messages-lost"],
  ["messages that were lost the day before", { secondsSince: { loss: day } }, ""],
])("%s", (_what, changes, codes) => {
  const { reasons } = healthOf({ ...quietFacts, ...changes });
  expect(reasons.map(({ code }) => code).join()).toBe(codes);
});

test("the worst decides, and stands first", () => {
  expect(healthOf(quietFacts)).toEqual({ status: "ok", reasons: [] });
  expect(healthOf({ ...quietFacts, ...fullest(0.6) }).status).toBe("degraded");
  const { status, reasons } = healthOf({ ...quietFacts, ...fullest(0.6), ...commits(true) });
  expect(status).toBe("failing");
  expect(reasons.map(({ severity }) => severity)).toEqual(["failing", "degraded"]);
});

test("every reason can hold, and has a sentence in Vietnamese and one in English", () => {
  const worst: Facts = {
    ...quietFacts,
    ...{
      ...audit(false),
      ...commits(true),
      ...room(1, true),
      ...fullest(1),
      secondsSince: { dispute: 1, "lock-out": 1, loss: 1 },
      users: { count: 0, isStale: true },
    },
    ...tls({ certificateSeconds: -1, authoritySeconds: day, listSeconds: -1, isStale: true }),
  };
  const lesser: readonly Partial<Facts>[] = [
    room(0.8),
    fullest(0.5),
    fullest(0.8),
    tls({ certificateSeconds: day }),
    tls({ listSeconds: day }),
  ];
  const reasons = [worst, ...lesser.map((changes) => ({ ...quietFacts, ...changes }))].flatMap(
    (facts) => healthOf(facts).reasons,
  );
  expect(new Set(reasons.map(({ code }) => code))).toEqual(new Set(healthCodes));
  for (const { vietnamese, english } of reasons) {
    expect(vietnamese).toMatch(/[ăâđêôơưàáảãạèéẻẽẹìíỉĩịòóỏõọùúủũụ]/);
    expect(english).toMatch(/^[\x20-\x7e]+$/);
  }
});
