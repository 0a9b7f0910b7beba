// What our authority issues, revokes and lists, judged by openssl; and requests that it must not sign.
import { X509Certificate } from "node:crypto";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Authority, newRequest } from "../../../../broker/authority/authority.ts";
import { readToken, writeToken } from "../../../../broker/authority/token.ts";
import { afterThisTest, temporaryDirectory } from "../../../fixtures/clean-up.ts";
import { openssl } from "../../../fixtures/openssl-authority.ts";

const name = "38xxx:quay-01";

async function makeOurs(): Promise<{ authority: Authority; directory: string }> {
  const directory = join(temporaryDirectory(), "ca");
  const authority = await Authority.create(directory, "Bệnh viện thử nghiệm CA");
  afterThisTest(() => authority.close());
  return { authority, directory };
}

async function issueTo(
  authority: Authority,
  path: string,
  subject: Parameters<Authority["issue"]>[1],
): Promise<string> {
  writeFileSync(path, await authority.issue((await newRequest("anything")).request, subject));
  return path;
}

/** What `openssl verify` says; never throws. */
function verdict(words: readonly string[]): string {
  try {
    return openssl(["verify", ...words]);
  } catch (error) {
    return String((error as { stderr?: string }).stderr);
  }
}

test("openssl takes what is issued for its purpose and no other, and reads every extension", async () => {
  const { authority, directory } = await makeOurs();
  const ca = authority.files.certificate;
  const client = await issueTo(authority, join(directory, "c.pem"), { purpose: "client", name });
  const hosts = ["broker.benhvien.local", "127.0.0.1"];
  const server = await issueTo(authority, join(directory, "s.pem"), { purpose: "server", name: "broker", hosts });
  const strict = ["-x509_strict", "-CAfile", ca];
  expect(verdict([...strict, ca])).toContain("OK");
  expect(verdict([...strict, "-purpose", "sslclient", client])).toContain("OK");
  expect(verdict([...strict, "-purpose", "sslserver", client])).toContain("unsuitable certificate purpose");
  expect(verdict([...strict, "-purpose", "sslserver", "-verify_hostname", "broker.benhvien.local", server])).toContain(
    "OK",
  );
  expect(verdict([...strict, "-verify_ip", "127.0.0.1", server])).toContain("OK");
  expect(verdict([...strict, "-verify_hostname", "other.local", server])).toContain("ostname mismatch");
  expect(verdict([...strict, "-purpose", "sslclient", server])).toContain("unsuitable certificate purpose");
  const text = openssl(["x509", "-in", client, "-noout", "-text"]);
  expect(text).toContain("Subject: CN = 38xxx:quay-01");
  expect(text).toMatch(/Basic Constraints: critical\s+CA:FALSE/);
  expect(text).toMatch(/Key Usage: critical\s+Digital Signature/);
  expect(text).toMatch(/Extended Key Usage:\s+TLS Web Client Authentication/);
  expect(text).toMatch(/Subject Key Identifier/);
  expect(text).toMatch(/Authority Key Identifier/);
  const caText = openssl(["x509", "-in", ca, "-noout", "-text"]);
  expect(caText).toMatch(/Basic Constraints: critical\s+CA:TRUE, pathlen:0/);
  expect(caText).toMatch(/Key Usage: critical\s+Certificate Sign, CRL Sign/);
});

test("the list is signed, and openssl refuses what stands on it", async () => {
  const { authority, directory } = await makeOurs();
  const { certificate: ca, list } = authority.files;
  const kept = await issueTo(authority, join(directory, "k.pem"), { purpose: "client", name: "his" });
  const lost = await issueTo(authority, join(directory, "l.pem"), { purpose: "client", name });
  const checked = ["-crl_check", "-CAfile", ca, "-CRLfile", list];
  expect(verdict([...checked, lost])).toContain("OK");
  expect(await authority.revoke(name)).toBe(1);
  expect(await authority.revoke(name)).toBe(0);
  expect(verdict([...checked, lost])).toContain("certificate revoked");
  expect(verdict([...checked, kept])).toContain("OK");
  expect(openssl(["crl", "-in", list, "-CAfile", ca, "-noout", "-text"])).toMatch(/X509v3 CRL Number:\s+\d+/);
  const bySerial = new X509Certificate(readFileSync(kept)).serialNumber;
  expect(await authority.revoke(bySerial)).toBe(1);
  expect(verdict([...checked, kept])).toContain("certificate revoked");
  expect(authority.list().map(({ name, revokedAt }) => [name, revokedAt !== null])).toEqual([
    ["his", true],
    [name, true],
  ]);
});

test("serial numbers are random, long and positive; the key is for its owner alone; nothing is made twice", async () => {
  const { authority, directory } = await makeOurs();
  const { request } = await newRequest("x");
  const serials = new Set<string>();
  for (let count = 0; count < 20; count += 1) {
    serials.add(new X509Certificate(await authority.issue(request, { purpose: "client", name })).serialNumber);
  }
  expect(serials.size).toBe(20);
  for (const serial of serials) expect(serial).toMatch(/^[4-7][0-9A-F]{31}$/);
  expect(statSync(authority.files.key).mode & 0o777).toBe(0o600);
  await expect(Authority.create(directory, "again")).rejects.toMatchObject({ code: "authority-exists" });
  await expect(Authority.open(join(directory, "none"))).rejects.toMatchObject({ code: "authority-absent" });
  const opened = await Authority.open(directory);
  expect(opened.list()).toHaveLength(20);
  opened.close();
});

test("requests by openssl are signed under our name for them; weak, altered and broken ones are not", async () => {
  const { authority, directory } = await makeOurs();
  const subject = { purpose: "client", name } as const;
  const requestOf = (...key: readonly string[]): string => {
    openssl(
      ["req", "-new", ...key, "-nodes", "-keyout", "k.key", "-out", "k.csr", "-subj", "/CN=38xxx:quay-99/O=x"],
      directory,
    );
    return readFileSync(join(directory, "k.csr"), "utf8");
  };
  const good = requestOf("-newkey", "rsa:2048");
  expect(new X509Certificate(await authority.issue(good, subject)).subject).toBe(`CN=${name}`);
  const weak = requestOf("-newkey", "rsa:1024");
  const lines = good.split("\n");
  const line = lines[3] ?? "";
  const altered = [...lines.slice(0, 3), `${line.startsWith("A") ? "B" : "A"}${line.slice(1)}`, ...lines.slice(4)].join(
    "\n",
  );
  for (const bad of [weak, altered, "", "rubbish", lines.slice(0, 5).join("\n"), authority.pem]) {
    await expect(authority.issue(bad, subject)).rejects.toMatchObject({ code: "request-invalid" });
  }
  expect(authority.list()).toHaveLength(1);
});

test("a token is good once, until it runs out, and only in its own form", async () => {
  const { authority } = await makeOurs();
  const secret = authority.index.newToken(name, 1_000);
  const late = authority.index.newToken(name, 1_000);
  expect(authority.index.burnToken(secret, 999)).toEqual({ kind: "burnt", name });
  expect(authority.index.burnToken(secret, 999)).toEqual({ kind: "used-before", name });
  expect(authority.index.burnToken(late, 1_000)).toEqual({ kind: "expired", name });
  expect(authority.index.burnToken("A".repeat(32), 0)).toEqual({ kind: "unknown" });
  expect(readFileSync(authority.files.index).includes(secret)).toBe(false);
  const token = { host: "broker.benhvien.local", port: 8884, fingerprint: "ab".repeat(32), secret };
  expect(readToken(writeToken(token))).toEqual(token);
  for (const bad of [
    "",
    "tiepdon1",
    writeToken({ ...token, port: 70_000 }),
    writeToken({ ...token, secret: "short" }),
  ]) {
    expect(readToken(bad)).toBeUndefined();
  }
});
