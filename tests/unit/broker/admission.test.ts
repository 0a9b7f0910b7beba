// How many connections an address may have and open, under a clock of the test, and what the log tells of refusals.
import { expect, test } from "vitest";
import { Admission, networkOf } from "../../../broker/engine/admission.ts";
import { RefusalLog } from "../../../broker/engine/refusal-log.ts";

const limits = {
  connectionsMax: 6,
  connectionsReserved: 0,
  connectionsPerAddressMax: 4,
  connectsPerSecondPerAddress: 2,
};

function start() {
  let nowMs = 1_000;
  const clock = { now: () => 0, monotonic: () => nowMs, isSynced: () => true };
  const pass = (ms: number) => {
    nowMs += ms;
  };
  return { admission: new Admission(limits, clock), clock, pass };
}

test("an address opens as many as it may have, and others have the rest of the total", () => {
  const { admission } = start();
  for (let n = 0; n < 4; n += 1) expect(admission.enter("10.0.0.1", false)).toBeUndefined();
  expect(admission.enter("10.0.0.1", false)).toBe("address-full");
  expect(admission.enter("10.0.0.2", false)).toBeUndefined();
  expect(admission.enter("10.0.0.2", false)).toBeUndefined();
  expect(admission.enter("10.0.0.3", false)).toBe("connections-full");
  admission.leave("10.0.0.2");
  expect(admission.enter("10.0.0.3", false)).toBeUndefined();
});

test("what is reserved is for known clients", () => {
  const { clock } = start();
  const admission = new Admission({ ...limits, connectionsReserved: 2 }, clock);
  for (let n = 0; n < 4; n += 1) expect(admission.enter(`10.0.0.${n}`, false)).toBeUndefined();
  expect(admission.enter("10.0.0.9", false)).toBe("connections-full");
  expect(admission.enter("10.0.0.9", true)).toBeUndefined();
  expect(admission.enter("10.0.0.9", true)).toBeUndefined();
  expect(admission.enter("10.0.0.9", true)).toBe("connections-full");
  admission.leave("10.0.0.9");
  expect(admission.enter("10.0.0.9", false)).toBe("connections-full");
});

test("an address that comes and goes is held to the rate", () => {
  const { admission, pass } = start();
  const visit = () => {
    const refusal = admission.enter("10.0.0.1", false);
    if (refusal === undefined) admission.leave("10.0.0.1");
    return refusal;
  };
  for (let n = 0; n < 4; n += 1) expect(visit()).toBeUndefined();
  expect(visit()).toBe("address-too-fast");
  pass(499);
  expect(visit()).toBe("address-too-fast");
  pass(1);
  expect(visit()).toBeUndefined();
  expect(visit()).toBe("address-too-fast");
  pass(3_600_000); // credit does not pile up
  for (let n = 0; n < 4; n += 1) expect(visit()).toBeUndefined();
  expect(visit()).toBe("address-too-fast");
});

test("addresses that went are forgotten, those with connections are not", () => {
  const { admission } = start();
  for (let n = 0; n < 4; n += 1) admission.enter("10.0.0.1", false);
  for (let n = 0; n < 10_000; n += 1) {
    const address = `10.1.${n >> 8}.${n & 255}`;
    expect(admission.enter(address, false)).toBeUndefined();
    admission.leave(address);
  }
  expect(admission.enter("10.0.0.1", false)).toBe("address-full");
});

test.each([
  ["192.0.2.7", "192.0.2.7"],
  ["::ffff:192.0.2.7", "192.0.2.7"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
  ["2001:db8:1:2::9", "2001:db8:1:2"],
  ["2001:db8::9", "2001:db8:0:0"],
  ["fe80::1%eth0", "fe80:0:0:0"],
  ["::1", "0:0:0:0"],
  [undefined, ""],
])("the network of %s is %s", (address, network) => {
  expect(networkOf(address)).toBe(network);
});

test("each reason is counted always and told once in a burst, with how many were left out", () => {
  const { clock, pass } = start();
  const told: object[] = [];
  const ignore = () => {};
  const log = { debug: ignore, info: ignore, error: ignore, warn: (facts: object) => told.push(facts) };
  const refusals = new RefusalLog(log, clock);
  for (let n = 0; n < 5; n += 1) refusals.note("packet-id-zero", { clientId: `c${n}`, address: "10.0.0.1" });
  refusals.note("qos-invalid", { address: "10.0.0.2" });
  pass(10_000);
  refusals.note("packet-id-zero", { clientId: "later", address: "10.0.0.1" });
  expect(told).toEqual([
    { refusal: "packet-id-zero", clientId: "c0", address: "10.0.0.1" },
    { refusal: "qos-invalid", address: "10.0.0.2" },
    { refusal: "packet-id-zero", clientId: "later", address: "10.0.0.1", untold: 4 },
  ]);
  expect(refusals.counts()).toEqual({ "packet-id-zero": 6, "qos-invalid": 1 });
});
