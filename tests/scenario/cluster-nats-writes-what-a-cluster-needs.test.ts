// `tiepdon cluster nats` from a description: files for each node, certificates that stay, and words for what is missing.
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../fixtures/clean-up.ts";
import { tiepdon } from "../fixtures/tiepdon.ts";

function makeDescription(directory: string, more = ""): string {
  const file = join(directory, "nats.yaml");
  const nodes = [1, 2, 3].map((n) => `  - { name: n${n}, host: nats-${n}.benhvien.local }`).join("\n");
  writeFileSync(file, `nodes:\n${nodes}\nfacilities: [{ facility: 38xxx, desks: 2 }]\n${more}`);
  return file;
}

test("each node gets its files, for the owner alone; a second run keeps certificates and takes up new users", () => {
  const directory = temporaryDirectory();
  const [ca, out] = [join(directory, "ca"), join(directory, "nats")];
  tiepdon(["ca", "init", "--dir", ca]);
  const run = (file: string) => tiepdon(["cluster", "nats", file, "--out", out, "--authority-dir", ca]);
  const first = run(makeDescription(directory));
  expect(first.error).toContain("mqtts://nats-1.benhvien.local:8883");
  expect(first.status).toBe(0);
  expect(readdirSync(out).sort()).toEqual(["n1", "n2", "n3"]); // nothing is left of the routes' authority
  const files = readdirSync(join(out, "n2")).sort();
  expect(files).toEqual(
    ["ca.pem", "nats-server.conf", "route-ca.pem", "route.key", "route.pem"].concat([
      ...["server.key", "server.pem", "users.conf"],
    ]),
  );
  for (const file of files) expect(statSync(join(out, "n2", file)).mode & 0o777).toBe(0o600);
  const verify = (authority: string, certificate: string, purpose: string) =>
    execFileSync("openssl", ["verify", "-purpose", purpose, "-CAfile", authority, certificate], {
      cwd: join(out, "n2"),
      stdio: "pipe",
    }).toString();
  for (const purpose of ["sslserver", "sslclient"])
    expect(verify("route-ca.pem", "route.pem", purpose)).toContain("OK");
  expect(verify("ca.pem", "server.pem", "sslserver")).toContain("OK");
  expect(() => verify("route-ca.pem", "server.pem", "sslserver")).toThrow();

  const keys = ["server.key", "route.key"].map((name) => readFileSync(join(out, "n3", name), "utf8"));
  expect(run(makeDescription(directory, "users: [{ name: his, role: his }]\n")).status).toBe(0);
  expect(["server.key", "route.key"].map((name) => readFileSync(join(out, "n3", name), "utf8"))).toEqual(keys);
  expect(readFileSync(join(out, "n3", "users.conf"), "utf8")).toContain('"CN=his"');
});

test("servers that know each other by new certificates all have them, though a run was cut off half way", () => {
  const directory = temporaryDirectory();
  const out = join(directory, "nats");
  const file = makeDescription(directory);
  const run = () => tiepdon(["cluster", "nats", file, "--out", out, "--external-authority"]).status;
  expect(run()).toBe(0);
  const [lost, inTheWay] = [join(out, "n1", "route.key"), join(out, "n2", "route.pem")];
  for (const path of [lost, inTheWay]) rmSync(path);
  mkdirSync(inTheWay);
  expect(run()).toBe(5);
  rmSync(inTheWay, { recursive: true });
  expect(run()).toBe(0);
  const authorities = ["n1", "n2", "n3"].map((node) => readFileSync(join(out, node, "route-ca.pem"), "utf8"));
  expect(new Set(authorities).size).toBe(1);
});

test("without an authority, or with a faulty description, it says what to do", () => {
  const directory = temporaryDirectory();
  const absent = ["--authority-dir", join(directory, "absent"), "--out", join(directory, "out")];
  const file = makeDescription(directory);
  expect(tiepdon(["cluster", "nats", file, ...absent])).toMatchObject({ status: 2 });
  expect(tiepdon(["cluster", "nats", file, ...absent]).error).toContain("tiepdon ca init");
  expect(tiepdon(["cluster", "nats", file, "--external-authority", ...absent]).status).toBe(0);
  const faulty = tiepdon(["cluster", "nats", makeDescription(directory, "colour: green\nnatsVersion: '1'\n")]);
  expect(faulty.status).toBe(2);
  expect(faulty.error).toContain("nats.yaml:6");
  expect(faulty.error).toContain("nats.yaml:7");
  expect(tiepdon(["cluster", "nats"])).toMatchObject({ status: 2 });
  expect(tiepdon(["cluster", "nats", "--example"]).out).toContain("facilities:");
});
