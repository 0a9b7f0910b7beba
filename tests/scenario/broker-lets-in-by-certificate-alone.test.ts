// Mutual TLS with mosquitto's clients and certificates made by openssl: who is let in, who is not, and what a reload or a revocation does to open connections.
import { copyFileSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { connect as connectPlain } from "node:net";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { expect, test } from "vitest";
import { startProgram } from "../fixtures/child-process.ts";
import { afterThisTest, temporaryDirectory } from "../fixtures/clean-up.ts";
import { type Subscriber, subscribe } from "../fixtures/mosquitto-sub.ts";
import { type Issued, makeAuthority, type OpensslAuthority } from "../fixtures/openssl-authority.ts";
import { waitUntil } from "../fixtures/wait-until.ts";
import { connect, runBroker, type TestBroker, testUsers } from "../unit/broker/running-broker.ts";

const desk = "38xxx:quay-01";
const own = "tiepdon/v1/38xxx/quay-01";

interface Facility {
  readonly broker: TestBroker;
  readonly authority: OpensslAuthority;
  readonly port: number;
  /** Options of mosquitto's clients and for a certificate. */
  words(client: Issued | undefined, clientId: string): string[];
  /** The certificate that the broker shows. */
  replaceServerCertificate(): void;
}

async function startFacility(
  settings: { requireClientCertificate?: boolean; serverDays?: number } = {},
): Promise<Facility> {
  const directory = temporaryDirectory();
  const authority = makeAuthority(join(directory, "ca"));
  const certFile = join(directory, "broker.pem");
  const keyFile = join(directory, "broker.key");
  const put = (days: number) => {
    const server = authority.issue("localhost", { forServer: true, days });
    copyFileSync(server.keyFile, `${keyFile}.new`);
    copyFileSync(server.certFile, `${certFile}.new`);
    renameSync(`${keyFile}.new`, keyFile);
    renameSync(`${certFile}.new`, certFile);
  };
  put(settings.serverDays ?? 60);
  const { caFile, crlFile } = authority;
  const requireClientCertificate = settings.requireClientCertificate ?? true;
  const tls = { host: "127.0.0.1", port: 0, certFile, keyFile, caFile, crlFile, requireClientCertificate };
  const broker = await runBroker({ users: testUsers, config: { tls } });
  afterThisTest(() => broker.close());
  const port = broker.tlsPort ?? 0;
  return {
    ...{ broker, authority, port },
    words: (client, clientId) => [
      ...["-h", "localhost", "-p", String(port), "-i", clientId, "--cafile", caFile],
      ...(client === undefined ? [] : ["--cert", client.certFile, "--key", client.keyFile]),
    ],
    replaceServerCertificate: () => put(50),
  };
}

/** What mosquitto_pub ends with: 0 once the broker has acknowledged. */
async function publish(words: readonly string[], topic = `${own}/event`, text = "x"): Promise<number | undefined> {
  return startProgram("mosquitto_pub", [...words, "-q", "1", "-t", topic, "-m", text]).exited;
}

/** `-h` of the fixture comes first; mosquitto_sub takes the later one. */
const listen = ({ port, words }: Facility, client: Issued, clientId: string, topic: string): Promise<Subscriber> =>
  subscribe(port, [topic], words(client, clientId));

const whyRefused = (broker: TestBroker): unknown[] =>
  broker.lines
    .filter(({ sentence }) => sentence === "A TLS connection was refused" || sentence === "A client was refused")
    .map(({ facts }) => ("why" in facts ? facts.why : "refusal" in facts && facts.refusal));

test("a desk publishes by its certificate, without a password, what the hospital's software reads by its own", async () => {
  const facility = await startFacility();
  const { authority, words } = facility;
  const his = await listen(facility, authority.issue("his"), "his", "tiepdon/v1/38xxx/+/checkin/json");
  expect(await publish(words(authority.issue(desk), desk), `${own}/checkin/json`, "arrival")).toBe(0);
  await waitUntil("the message is there", () => his.received.length === 1);
  expect(his.received[0]?.payload.toString()).toBe("arrival");
});

test("revoked, expired, foreign, absent, nameless and unknown certificates are refused, and other people's client ids", async () => {
  const facility = await startFacility();
  const { authority, words, broker } = facility;
  const foreign = makeAuthority(join(temporaryDirectory(), "foreign"));
  const revoked = authority.issue(desk);
  authority.revoke(revoked);
  await waitUntil("the list was read", () => broker.lines.some(({ sentence }) => sentence.includes("read again")));
  const attempts: [Issued | undefined, string, string][] = [
    [revoked, desk, "CERT_REVOKED"],
    [authority.issue(desk, { days: -1 }), desk, "CERT_HAS_EXPIRED"],
    [foreign.issue(desk), desk, "UNABLE_TO_VERIFY_LEAF_SIGNATURE"],
    [authority.issue(desk, { forServer: true }), desk, "INVALID_PURPOSE"],
    [undefined, desk, "no-certificate"],
    [authority.issue("Nguyen Van A"), desk, "name-invalid"],
    [authority.issue("nobody-we-know"), "nobody-we-know", "certificate-of-nobody"],
    [authority.issue(desk), "38xxx:quay-02", "client-id-not-the-certificates"],
    [authority.issue(desk), "anything", "client-id-not-the-certificates"],
  ];
  for (const [client, clientId] of attempts) expect(await publish(words(client, clientId))).not.toBe(0);
  const whys = whyRefused(broker);
  for (const [, , why] of attempts) expect(whys).toContain(why);
  expect(JSON.stringify(broker.lines)).not.toContain("Nguyen");
  expect(await publish(words(authority.issue(desk), desk))).toBe(0);
  expect(await publish(words(authority.issue(desk), desk), "tiepdon/v1/38xxx/quay-02/event")).not.toBe(0);
});

test("TLS 1.1 is refused, 1.2 and 1.3 are spoken", async () => {
  const { authority, port } = await startFacility();
  const { certFile, keyFile } = authority.issue(desk);
  const protocolOf = (version: "TLSv1.1" | "TLSv1.2" | "TLSv1.3") =>
    new Promise<string | null>((resolve) => {
      const files = { ca: readFileSync(authority.caFile), cert: readFileSync(certFile), key: readFileSync(keyFile) };
      const range = { minVersion: version, maxVersion: version, ciphers: "ALL:@SECLEVEL=0" } as const;
      const socket = connectTls({ host: "127.0.0.1", servername: "localhost", port, ...files, ...range }, () => {
        resolve(socket.getProtocol());
        socket.destroy();
      });
      socket.once("error", () => resolve(null));
    });
  expect(await protocolOf("TLSv1.1")).toBeNull();
  expect(await protocolOf("TLSv1.2")).toBe("TLSv1.2");
  expect(await protocolOf("TLSv1.3")).toBe("TLSv1.3");
});

test("a renewed server certificate is shown to new clients, while the old connections go on", async () => {
  const facility = await startFacility({ serverDays: 10 });
  const { authority, words, broker } = facility;
  expect(broker.lines.filter(({ sentence }) => sentence.includes("runs out soon"))).toHaveLength(2); // server and authority
  expect(broker.tlsFacts()).toMatchObject({ expiresSoon: true, isStale: false });
  const his = await listen(facility, authority.issue("his"), "his", `${own}/checkin/json`);
  const before = broker.tlsFacts()?.certificateExpires;
  facility.replaceServerCertificate();
  await waitUntil("the files were read", () => broker.tlsFacts()?.certificateExpires !== before);
  expect(await publish(words(authority.issue(desk), desk), `${own}/checkin/json`)).toBe(0);
  await waitUntil("the old connection gets it", () => his.received.length === 1);
  await waitUntil("the publisher has gone", () => broker.counts().connections === 1);
  expect(broker.tlsFacts()?.ended).toBe(0);
});

test("files that don't fit change nothing, and are told of", async () => {
  const { authority, words, broker } = await startFacility();
  const other = makeAuthority(join(temporaryDirectory(), "other"));
  writeFileSync(authority.crlFile, "rubbish");
  await waitUntil("it is noticed", () => broker.tlsFacts()?.isStale === true);
  expect(await publish(words(authority.issue(desk), desk))).toBe(0);
  expect(await publish(words(other.issue(desk), desk))).not.toBe(0);
});

test("the connection of a certificate ends when it is revoked, and others go on", async () => {
  const facility = await startFacility();
  const { authority, words, broker } = facility;
  const lost = authority.issue("it");
  await listen(facility, lost, "it", `${own}/event`);
  const his = await listen(facility, authority.issue("his"), "his", `${own}/checkin/json`);
  authority.revoke(lost);
  await waitUntil("it is out", () => broker.tlsFacts()?.ended === 1);
  await waitUntil("one is left", () => broker.counts().connections === 1);
  expect(await publish(words(authority.issue(desk), desk), `${own}/checkin/json`)).toBe(0);
  await waitUntil("the other reads on", () => his.received.length === 1);
});

test("where certificates are not required, passwords are asked for; a bad certificate is no way round", async () => {
  const { authority, words } = await startFacility({ requireClientCertificate: false });
  const asDesk = ["-u", "desk1", "-P", "only-for-tests-1"];
  expect(await publish([...words(undefined, "any"), ...asDesk])).toBe(0);
  expect(await publish([...words(undefined, "any"), ...asDesk.slice(0, 3), "wrong-password"])).not.toBe(0);
  const foreign = makeAuthority(join(temporaryDirectory(), "foreign"));
  expect(await publish([...words(foreign.issue(desk), desk), ...asDesk])).not.toBe(0);
  expect(await publish(words(authority.issue(desk), desk))).toBe(0);
});

test("a password opens no session of a certified desk, and no user may sit on a desk's client id", async () => {
  const { authority, words, broker } = await startFacility();
  await expect(connect(broker.port, { username: "his", clientId: desk })).rejects.toMatchObject({ code: 2 });
  const sub = [...words(authority.issue(desk), desk), "-t", `${own}/result`, "-c", "-q", "1", "-W", "1"];
  await startProgram("mosquitto_sub", sub).exited;
  expect(broker.counts().sessions).toBe(1);
  await expect(connect(broker.port, { username: "desk1", clientId: desk })).rejects.toMatchObject({ code: 2 });
});

test("connections that never begin their handshake keep no desk of another address out", async () => {
  const { authority, words, broker, port } = await startFacility();
  const idle = Array.from({ length: 100 }, () => connectPlain({ port, host: "127.0.0.1", localAddress: "127.0.0.2" }));
  for (const socket of idle) socket.on("error", () => undefined);
  afterThisTest(() => {
    for (const socket of idle) socket.destroy();
  });
  // Long before the ten seconds that a handshake may take.
  await waitUntil("those beyond 64 are closed", () => idle.filter(({ closed }) => closed).length === 36, 8_000);
  expect(broker.counts().connections).toBe(0);
  expect(await publish(words(authority.issue(desk), desk))).toBe(0);
});

test("a copied SD card: a few take-overs, then the newcomer stays out, IT is told, and the desk works on", async () => {
  const facility = await startFacility();
  const { authority, words, broker } = facility;
  const it = await listen(facility, authority.issue("it"), "it", `${own}/event`);
  const card = authority.issue(desk);
  const holders: Subscriber[] = [];
  for (let copy = 0; copy < 4; copy += 1) holders.push(await listen(facility, card, desk, `${own}/result`));
  expect(await publish(words(card, desk))).not.toBe(0);
  await waitUntil("IT is told", () => it.received.length === 1);
  expect(it.json(`${own}/event`)).toMatchObject([{ kind: "duplicate_client" }]);
  expect(broker.counts().takeOvers).toBeGreaterThanOrEqual(4);
  expect(broker.lines.filter(({ sentence }) => sentence.startsWith("A client took over"))).toHaveLength(3);
  expect(whyRefused(broker)).toContain("client-id-in-dispute");
  expect(await publish(words(authority.issue("his"), "his"), `${own}/result`)).toBe(0);
  await waitUntil("the last one that was let in works on", () => holders[3]?.received.length === 1);
  for (const holder of holders) await holder.end();
  await waitUntil("it has gone", () => broker.counts().connections === 1);
  expect(await publish(words(card, desk))).toBe(0); // once it is alone there is nothing to fight about
});
