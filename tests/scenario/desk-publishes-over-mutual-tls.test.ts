// The agent's own link over mutual TLS: the right broker and no other, renewed certificates at the next connection, unreadable files told.
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openMqttLink, type TlsFiles } from "../../agent/publisher/mqtt-link.ts";
import { afterThisTest, temporaryDirectory } from "../fixtures/clean-up.ts";
import { makeAuthority } from "../fixtures/openssl-authority.ts";
import { runBroker, testUsers } from "../unit/broker/running-broker.ts";

const desk = "38xxx:quay-01";

async function startFacility() {
  const directory = temporaryDirectory();
  const authority = makeAuthority(join(directory, "ca"));
  const server = authority.issue("localhost", { forServer: true });
  const tls = { host: "127.0.0.1", port: 0, ...server, caFile: authority.caFile };
  const broker = await runBroker({ users: testUsers, config: { tls, plain: false } });
  afterThisTest(() => broker.close());
  return { directory, authority, broker, url: `mqtts://127.0.0.1:${broker.port}` };
}

const open = (url: string, tls: TlsFiles, clientId = desk) =>
  openMqttLink(
    { url, tls, clientId, username: undefined, password: undefined, keepaliveSeconds: 30, will: undefined },
    { onMessage: () => undefined, onLost: () => undefined },
    AbortSignal.timeout(10_000),
  );

test("a link with a certificate publishes; the files are read anew for each link", async () => {
  const { directory, authority, broker, url } = await startFacility();
  const files = { caFile: authority.caFile, certFile: join(directory, "d.pem"), keyFile: join(directory, "d.key") };
  const put = (name: string) => {
    const { certFile, keyFile } = authority.issue(name);
    copyFileSync(certFile, files.certFile);
    copyFileSync(keyFile, files.keyFile);
  };
  put("38xxx:quay-02");
  await expect(open(url, files)).rejects.toMatchObject({ connack: 2 });
  put(desk);
  const link = await open(url, files);
  await new Promise<void>((resolve) =>
    link.publish({ topic: "tiepdon/v1/38xxx/quay-01/event", payload: "x", retain: false }, resolve),
  );
  expect(broker.counts().received).toBe(1);
  await link.close();
});

test("a broker of another authority is not trusted", async () => {
  const { authority, broker, url } = await startFacility();
  const other = makeAuthority(join(temporaryDirectory(), "other"));
  await expect(open(url, { ...authority.issue(desk), caFile: other.caFile })).rejects.toMatchObject({
    code: "unreachable",
  });
  expect(broker.counts().received).toBe(0);
});

test("a file that can't be read is told by its name", async () => {
  const { authority, directory, url } = await startFacility();
  const certFile = join(directory, "absent.pem");
  await expect(open(url, { caFile: authority.caFile, certFile })).rejects.toMatchObject({
    code: "denied",
    message: expect.stringContaining("absent.pem"),
  });
  writeFileSync(certFile, "rubbish");
  await expect(open(url, { caFile: authority.caFile, certFile, keyFile: certFile })).rejects.toMatchObject({
    name: "LinkError",
  });
});
