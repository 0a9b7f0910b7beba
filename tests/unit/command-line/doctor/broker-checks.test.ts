// The doctor's words on a broker: how it keeps, whether its certificates last, and what it says of itself.

import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { brokerConfigSchema } from "../../../../broker/config.ts";
import { openBrokerStore } from "../../../../broker/store/broker-store.ts";
import { checkBrokerHere } from "../../../../command-line/doctor/broker-checks.ts";
import { afterThisTest, temporaryDirectory } from "../../../fixtures/clean-up.ts";
import { makeAuthority } from "../../../fixtures/openssl-authority.ts";

const now = Date.now();
const look = async (config: object, dataDir: string, at = now) => {
  const findings = await checkBrokerHere(brokerConfigSchema.parse(config), dataDir, at);
  return new Map(findings.map((finding) => [finding.check.split(" | ")[1] ?? finding.check, finding]));
};

async function storeIn(dataDir: string): Promise<void> {
  const store = openBrokerStore(join(dataDir, "broker.db"), now);
  await store.commit.run(() => {
    store.sessions.create(1, "his", "his");
    const message = { topic: "t", payload: Buffer.from("1"), qos: 1 } as const;
    store.queue.keep(1, message, [{ session: 1, qos: 1 }], { retain: false, keptAt: now });
  });
  store.close();
}

test("the persistence is named, before the first start and after", async () => {
  const dataDir = temporaryDirectory();
  expect((await look({}, dataDir)).get("broker's store")).toMatchObject({
    isGood: true,
    words: expect.stringContaining("not there yet"),
  });
  await storeIn(dataDir);
  const { isGood, words = "" } = (await look({}, dataDir)).get("broker's store") ?? {};
  expect(isGood).toBe(true);
  expect(words).toMatch(/SQLite.*PUBACK.*broker\.db, 1 phiên.*1 tin chờ/);
  writeFileSync(join(dataDir, "broker.db"), "x".repeat(9_000));
  expect((await look({}, dataDir)).get("broker's store")).toMatchObject({
    isGood: false,
    fix: expect.stringContaining("inspect"),
  });
});

test("users that can't be read are told of", async () => {
  const dataDir = temporaryDirectory();
  expect((await look({}, dataDir)).get("broker's users")).toMatchObject({ isGood: true, words: "0" });
  writeFileSync(join(dataDir, "users.json"), "{");
  expect((await look({}, dataDir)).get("broker's users")).toMatchObject({ isGood: false });
});

/** A page that answers this; its port. */
async function page(status: number, body: object): Promise<number> {
  const server = createServer((_request, response) => response.writeHead(status).end(JSON.stringify(body)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  afterThisTest(() => server.close());
  return (server.address() as AddressInfo).port;
}

test("what the broker says of itself is passed on; silence is a fault only where a broker has run", async () => {
  const dataDir = temporaryDirectory();
  const port = await page(200, { status: "ok", reasons: [] });
  expect((await look({ observation: { port } }, dataDir)).get("broker's health")).toBeUndefined();
  await storeIn(dataDir);
  expect((await look({ observation: { port } }, dataDir)).get("broker's health")).toMatchObject({ isGood: true });
  const reasons = [{ code: "store-full", severity: "failing", vietnamese: "Hết chỗ", english: "No room" }];
  const failing = await page(503, { status: "failing", reasons });
  const { isGood, words } = (await look({ observation: { port: failing } }, dataDir)).get("broker's health") ?? {};
  expect([isGood, words]).toEqual([false, "failing\n    store-full: Hết chỗ | No room"]);
  const silent = await look({ observation: { port: 1 } }, dataDir);
  expect(silent.get("broker's health")).toMatchObject({ isGood: false, exitCode: 4 });
});

test("certificates that last are good, those that soon don't are told of, and files at fault are named", async () => {
  const directory = temporaryDirectory();
  const { caFile, issue } = makeAuthority(join(directory, "ca"));
  const { certFile, keyFile } = issue("localhost", { forServer: true, days: 60 });
  const tls = { certFile, keyFile, caFile };
  const certificate = "broker's certificate";
  const day = 86_400_000;
  expect((await look({ tls }, directory)).get(certificate)).toMatchObject({ isGood: true });
  const later = await look({ tls }, directory, now + 39.5 * day);
  expect(later.get(certificate)).toMatchObject({ isGood: false, words: expect.stringContaining("20 ngày") });
  expect(later.get("authority's certificate")).toMatchObject({ isGood: false });
  const absent = await look({ tls: { ...tls, keyFile: "/nowhere/broker.key" } }, directory);
  expect(absent.get("TLS")).toMatchObject({ isGood: false, words: expect.stringContaining("/nowhere/broker.key") });
});
