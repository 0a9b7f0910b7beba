// The doctor's look at a facility's broker on this machine: its store, its users, its certificates, and what it says of itself.
import { existsSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { listUsers } from "../../broker/access/users-file.ts";
import type { BrokerConfig } from "../../broker/config.ts";
import { daysLeft, listWarnedDays, warnedDays } from "../../broker/tls/expiry.ts";
import { loadTls } from "../../broker/tls/tls-files.ts";
import { inspectSessions, withStore } from "../../broker/transfer/read-store.ts";
import { exitCodes } from "../../service/exit-codes.ts";
import { storeFileName, usersFileOf } from "../broker-files.ts";
import { readSecret } from "../read-secret.ts";
import type { Finding } from "./finding.ts";

/** A broker that is there answers at once. */
const answerMsMax = 5_000;

/** `now` in milliseconds since 1970. */
export async function checkBrokerHere(config: BrokerConfig, dataDir: string, now: number): Promise<readonly Finding[]> {
  const hasRun = existsSync(join(dataDir, storeFileName));
  return [
    checkPersistence(dataDir),
    await checkUsers(config, dataDir),
    ...(config.tls === undefined ? [] : await checkCertificates(config.tls, now)),
    ...(hasRun && config.observation.port !== undefined ? [await checkHealth(config.observation)] : []),
  ];
}

/** Names what the broker keeps with, since the worst of broker faults is to keep in memory alone. */
function checkPersistence(dataDir: string): Finding {
  const check = "Kho của broker | broker's store";
  const path = join(dataDir, storeFileName);
  const kind = "SQLite, ghi xuống đĩa trước PUBACK | SQLite, on the disk before the PUBACK";
  if (!existsSync(path)) return { check, isGood: true, words: `${kind}: chưa có | not there yet` };
  try {
    const sessions = withStore(path, inspectSessions);
    const queued = sessions.reduce((sum, session) => sum + session.queued, 0);
    return {
      ...{ check, isGood: true },
      words: `${kind}: ${path}, ${sessions.length} phiên | sessions, ${queued} tin chờ | queued`,
    };
  } catch (error) {
    return {
      ...{ check, isGood: false, words: messageOf(error), exitCode: exitCodes.diskTrouble },
      fix: "`tiepdon broker inspect --check`; docs/operations.md",
    };
  }
}

async function checkUsers(config: BrokerConfig, dataDir: string): Promise<Finding> {
  const check = "Người dùng broker | broker's users";
  try {
    const { length } = await listUsers(usersFileOf(config, dataDir));
    return { check, isGood: true, words: `${length}` };
  } catch (error) {
    return { check, isGood: false, words: messageOf(error), fix: "`tiepdon broker user list`" };
  }
}

async function checkCertificates(tls: NonNullable<BrokerConfig["tls"]>, now: number): Promise<readonly Finding[]> {
  try {
    const { certificateExpires, authorityExpires, revocations } = await loadTls(tls);
    const { nextUpdate } = revocations;
    return [
      expiryFinding("Chứng thư broker | broker's certificate", certificateExpires, now, warnedDays),
      expiryFinding("Chứng thư CA | authority's certificate", authorityExpires, now, warnedDays),
      ...(Number.isFinite(nextUpdate)
        ? [expiryFinding("Danh sách thu hồi | revocation list", nextUpdate, now, listWarnedDays)]
        : []),
    ];
  } catch (error) {
    const words = messageOf(error);
    return [{ check: "TLS", isGood: false, words, fix: "docs/identity.md", exitCode: exitCodes.wrongUsage }];
  }
}

function expiryFinding(check: string, expires: number, now: number, warned: number): Finding {
  const left = daysLeft(expires, now);
  const words = `đến | until ${new Date(expires).toISOString().slice(0, 10)} (${left} ngày | days)`;
  return left >= warned ? { check, isGood: true, words } : { check, isGood: false, words, fix: "docs/identity.md" };
}

/** The part of the health page that is shown. */
const healthSchema = z.looseObject({
  status: z.string(),
  reasons: z.array(z.looseObject({ code: z.string(), vietnamese: z.string(), english: z.string() })),
});

async function checkHealth({ host, port, tokenFile }: BrokerConfig["observation"]): Promise<Finding> {
  const check = "Sức khỏe broker | broker's health";
  const place = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host.includes(":") ? `[${host}]` : host;
  const url = `http://${place}:${port}/health`;
  try {
    const headers = tokenFile === undefined ? {} : { authorization: `Bearer ${readSecret(tokenFile)}` };
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(answerMsMax) });
    const { status, reasons } = healthSchema.parse(await response.json());
    const words = reasons.map(({ code, vietnamese, english }) => `${code}: ${vietnamese} | ${english}`);
    if (status === "ok") return { check, isGood: true, words: status };
    return { check, isGood: false, words: `${status}\n    ${words.join("\n    ")}`, fix: "docs/operations.md" };
  } catch {
    return {
      ...{ check, isGood: false, words: `không trả lời | no answer: ${url}`, exitCode: exitCodes.brokerRefused },
      fix: "`systemctl status tiepdon-broker`",
    };
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
