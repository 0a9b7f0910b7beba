// tiepdon ca: the facility's own certificate authority.
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import {
  Authority,
  AuthorityError,
  fingerprintOf,
  newRequest,
  privateMode,
  publicMode,
  type Subject,
} from "../../broker/authority/authority.ts";
import { writeToken } from "../../broker/authority/token.ts";
import { commonNameOf } from "../../broker/tls/certificate-name.ts";
import { facilityPattern, namePattern } from "../../protocol/topics.ts";
import { CommandFailure, exitCodes } from "../../service/exit-codes.ts";
import { replaceFile } from "../../store/durable-file.ts";
import { auditAct } from "../audit-act.ts";
import { partOf, readConfig } from "../config-schema.ts";
import { print, say } from "../terminal.ts";

export interface AuthorityOptions {
  readonly dir: string;
  /** Whose audit log is told; without such a directory it is the authority's own. */
  readonly dataDir: string;
}

/** Makes the authority, and the broker's own certificate where `host` says how it is reached. */
export async function runCaInit(options: AuthorityOptions & { name: string; host?: string[] }): Promise<void> {
  await reporting(async () => {
    const authority = await Authority.create(options.dir, options.name);
    const { certificate, key, list } = authority.files;
    say(`Đã tạo CA; giữ kín ${key} và sao lưu | made the authority; keep ${key} secret, and back it up`);
    for (const path of [certificate, list]) print(path);
    const hosts = options.host ?? [];
    if (hosts.length > 0)
      await issueWithKey(authority, { purpose: "server", name: hosts[0] ?? "", hosts }, join(options.dir, "broker"));
    authority.close();
    audit(options, { action: "ca-init", object: `sha256:${fingerprintOf(authority.pem)}` });
  });
}

/** Signs a certificate for a client, or with `server` for the broker: of a key made here, or of a request's. */
export async function runCaIssue(
  name: string,
  options: AuthorityOptions & { out: string; csr?: string; server?: boolean; host?: string[] },
): Promise<void> {
  const subject: Subject = options.server
    ? { purpose: "server", name, hosts: options.host ?? [name] }
    : { purpose: "client", name: checkedName(name) };
  await reporting(async () => {
    const authority = await Authority.open(options.dir);
    if (options.csr === undefined) await issueWithKey(authority, subject, join(options.out, name.replaceAll(":", "-")));
    else process.stdout.write(await authority.issue(readFileSync(options.csr, "utf8"), subject));
    authority.close();
    audit(options, { action: "ca-issue", object: subject.name });
  });
}

/** Revokes by name or serial number and writes the list, which the broker reads within seconds. */
export async function runCaRevoke(serialOrName: string, options: AuthorityOptions): Promise<void> {
  await reporting(async () => {
    const authority = await Authority.open(options.dir);
    const count = await authority.revoke(serialOrName);
    authority.close();
    if (count === 0)
      throw new CommandFailure(
        exitCodes.failed,
        `Không có chứng thư nào như vậy còn hiệu lực | No valid certificate of that name or serial number: ${serialOrName}`,
      );
    audit(options, { action: "ca-revoke", object: serialOrName });
    say(`Đã thu hồi ${count} chứng thư | revoked: ${serialOrName}`);
  });
}

export async function runCaList(options: AuthorityOptions & { json?: boolean }): Promise<void> {
  await reporting(async () => {
    const authority = await Authority.open(options.dir);
    for (const { serial, name, purpose, expires, revokedAt } of authority.list()) {
      const state = revokedAt !== null ? "revoked" : expires <= Date.now() ? "expired" : "valid";
      const until = new Date(expires).toISOString();
      if (options.json) print(JSON.stringify({ serial, name, purpose, state, expires: until }));
      else print([name, purpose, state, until.slice(0, 10), serial].join("\t"));
    }
    authority.close();
  });
}

/** Prints a token that enrols one desk, once. */
export async function runCaToken(options: {
  desk: string;
  facility: string;
  hours: number;
  address?: string;
  config: string;
  dataDir: string;
}): Promise<void> {
  const facility = options.facility.toLowerCase();
  if (!facilityPattern.test(facility) || !namePattern.test(options.desk)) {
    throw new CommandFailure(
      exitCodes.wrongUsage,
      "Mã cơ sở hoặc tên quầy không hợp lệ | Facility or desk is not valid",
    );
  }
  const { tls, enrolment } = partOf(readConfig(options.config), "broker", options.config);
  if (tls === undefined || enrolment === undefined) {
    throw new CommandFailure(
      exitCodes.wrongUsage,
      `${options.config}: thiếu broker.tls hoặc broker.enrolment | broker.tls or broker.enrolment is missing`,
    );
  }
  const [, host, port] = /^([A-Za-z0-9.-]{1,253})(?::(\d{1,5}))?$/.exec(options.address ?? hostname()) ?? [];
  if (host === undefined) throw new CommandFailure(exitCodes.wrongUsage, "--address HOST[:PORT]");
  await reporting(async () => {
    const fingerprint = fingerprintOf(readFileSync(tls.certFile, "utf8"));
    const authority = await Authority.open(enrolment.authorityDir);
    const secret = authority.index.newToken(`${facility}:${options.desk}`, Date.now() + options.hours * 3_600_000);
    authority.close();
    const { dataDir } = options;
    audit({ dataDir, dir: enrolment.authorityDir }, { action: "ca-token", object: `${facility}:${options.desk}` });
    say(
      `Dùng một lần, trong ${options.hours} giờ, tại quầy | good once, for ${options.hours} h, at the desk:  tiepdon enrol TOKEN`,
    );
    print(writeToken({ host, port: port === undefined ? enrolment.port : Number(port), fingerprint, secret }));
  });
}

type AuthorityAct = { readonly action: "ca-init" | "ca-issue" | "ca-revoke" | "ca-token"; readonly object: string };

function audit({ dataDir, dir }: AuthorityOptions, act: AuthorityAct): void {
  auditAct(existsSync(dataDir) ? dataDir : dir, { ...act, result: "ok" });
}

async function issueWithKey(authority: Authority, subject: Subject, stem: string): Promise<void> {
  if (existsSync(`${stem}.key`))
    throw new CommandFailure(exitCodes.wrongUsage, `Đã có tệp | The file is there already: ${stem}.key`);
  mkdirSync(join(stem, ".."), { recursive: true, mode: 0o700 });
  const { key, request } = await newRequest(subject.name);
  await replaceFile(`${stem}.key`, key, privateMode);
  await replaceFile(`${stem}.pem`, await authority.issue(request, subject), publicMode);
  print(`${stem}.pem`);
  print(`${stem}.key`);
}

function checkedName(name: string): string {
  if (commonNameOf({ CN: name }) !== undefined) return name;
  throw new CommandFailure(
    exitCodes.wrongUsage,
    `Tên không hợp lệ (quầy: mã-cơ-sở:tên-quầy) | Not a valid name (a desk: facility:desk): ${name}`,
  );
}

async function reporting(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    if (error instanceof AuthorityError) throw new CommandFailure(exitCodes.wrongUsage, error.message);
    const cause = error instanceof Error ? error.message : String(error);
    throw new CommandFailure(
      exitCodes.diskTrouble,
      `Không đọc hoặc ghi được CA | The authority's files can't be read or written: ${cause}`,
    );
  }
}
