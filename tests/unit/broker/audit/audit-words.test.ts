// What the audit log shows of hostile words, and how it writes them for syslog.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { AuditRecord } from "../../../../broker/audit/audit-record.ts";
import { hidden, shownClient, shownTopic } from "../../../../broker/audit/audit-words.ts";
import { whoIsHere } from "../../../../broker/audit/note-administration.ts";
import { syslogLine } from "../../../../broker/audit/syslog-line.ts";

const isDesk = (facility: string, desk: string) => facility === "38xxx" && desk === "quay-01";

test.each([
  ["tiepdon/v1/38xxx/quay-01/state", "tiepdon/v1/38xxx/quay-01/state"],
  ["tiepdon/v1/38xxx/+/checkin/#", "tiepdon/v1/38xxx/+/checkin/#"],
  ["tiepdon/v1/+/+/reader/qr-1/state", "tiepdon/v1/+/+/reader/?/state"],
  ["tiepdon/v1/38xxx/broadcast/request/reader/list", "tiepdon/v1/38xxx/broadcast/request/reader/list"],
  ["tiepdon/v1/38xxx/nguyen-van-a/state", "tiepdon/v1/38xxx/?/state"],
  ["tiepdon/v1/38xxx/001090999901/state", "tiepdon/v1/38xxx/?/state"],
  ["tiepdon/v1/38xxx/quay-01/checkin/001090999901", "tiepdon/v1/38xxx/quay-01/checkin/?"],
  ["tiepdon/v1/Nguyen/quay-01", "tiepdon/v1/?/?"],
  ["nguyen/van/a", "?"],
  ["$SYS/001090999901", "$SYS"],
  ["#", "#"],
])("of the topic %s it shows %s", (topic, shown) => {
  expect(shownTopic(topic, isDesk)).toBe(shown);
});

test("no level of a topic that is not ours is ever shown", () => {
  const level = fc.string({ minLength: 1, maxLength: 12 }).filter((text) => !/[/+#$]/.test(text));
  fc.assert(
    fc.property(fc.array(level, { minLength: 1, maxLength: 40 }), (levels) => {
      const words = shownTopic(`tiepdon/v1/38xxx/quay-01/${levels.join("/")}`, isDesk)
        .split("/")
        .slice(4);
      expect(words.length).toBeLessThanOrEqual(8);
      for (const [at, word] of words.entries()) {
        if (word !== hidden) expect(word).toMatch(/^[a-z_]{2,12}$/);
        if (/\d|[A-Z]/.test(levels[at] ?? "")) expect(word).toBe(hidden);
      }
    }),
  );
});

test.each([
  ["38xxx:quay-01", "38xxx:quay-01"],
  ["his", "his"],
  ["mqttjs_1a2b3c4d", "mqttjs_1a2b3c4d"],
  ["001090999901", "?"],
  ["Nguyễn Văn A", "?"],
  ["x".repeat(65), "?"],
  ["a\nb", "?"],
  ["", "?"],
])("of the client id %j it shows %j", (clientId, shown) => {
  expect(shownClient(clientId)).toBe(shown);
});

test("a line of syslog has the parts of RFC 5424, with quotes, backslashes and brackets escaped", () => {
  const record: AuditRecord = {
    ...{ sequence: 7, time: "2026-11-22T01:02:03.004Z", action: "enrol", result: "alarm" },
    ...{ address: "10.0.0.7", object: 'a"b\\c]d', why: "token-used" },
  };
  expect(syslogLine(record, "ab".repeat(32), "may-chu")).toBe(
    '<105>1 2026-11-22T01:02:03.004Z may-chu tiepdon - enrol [tiepdon@32473 sequence="7" result="alarm" ' +
      `address="10.0.0.7" object="a\\"b\\\\c\\]d" why="token-used" hash="${"ab".repeat(32)}"]`,
  );
});

test("nothing in a record begins a line of syslog of its own", () => {
  const record: AuditRecord = {
    ...{ sequence: 1, time: "2026-11-22T01:02:03.004Z", action: "user-add", result: "ok" },
    account: "lan\n<105>1 forged",
  };
  expect(syslogLine(record, "ab", "may-chu")).toContain('account="lan?<105>1 forged"');
});

test("who runs a command is the account before sudo, and where it came from over SSH", () => {
  const { account: here } = whoIsHere({});
  expect(here).toMatch(/./);
  expect(whoIsHere({ SUDO_USER: "lan", SSH_CONNECTION: "10.0.0.9 50022 10.0.0.5 22" })).toEqual({
    ...{ account: `lan (${here})`, address: "10.0.0.9", port: 50_022 },
  });
  expect(whoIsHere({ SUDO_USER: "lan", SSH_CONNECTION: "nonsense" })).toEqual({ account: `lan (${here})` });
  for (const forged of ["lan (root)", "a\nb", "x".repeat(65), ""])
    expect(whoIsHere({ SUDO_USER: forged })).toEqual({ account: here });
});
