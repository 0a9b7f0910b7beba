// Where metrics may be served: this machine freely, anywhere else with a token only.
import { expect, test } from "vitest";
import { observationConfigSchema } from "../../../../broker/observation/observation-config.ts";

test("by default no page is served, and $SYS is published every minute", () => {
  expect(observationConfigSchema.parse(undefined)).toEqual({ host: "127.0.0.1", sysSeconds: 60 });
});

test.each([
  ["127.0.0.1", undefined, true],
  ["127.1.2.3", undefined, true],
  ["::1", undefined, true],
  ["localhost", undefined, true],
  ["0.0.0.0", undefined, false],
  ["::", undefined, false],
  ["10.0.0.5", undefined, false],
  ["127.0.0.1.example.org", undefined, false],
  ["0.0.0.0", "/etc/tiepdon/token", true],
])("host %s with token file %s: %s", (host, tokenFile, isGood) => {
  const given = { host, port: 9883, ...(tokenFile !== undefined && { tokenFile }) };
  expect(observationConfigSchema.safeParse(given).success).toBe(isGood);
});
