// tiepdon audit: checks, exports and shows the broker's audit log.
import { statSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { type AuditRecord, type ChainedRecord, type Head, writeHead } from "../../broker/audit/audit-record.ts";
import { AuditStore, auditFileName, readBody, timeOf } from "../../broker/audit/audit-store.ts";
import { syslogLine } from "../../broker/audit/syslog-line.ts";
import type { ChainFault } from "../../broker/audit/verify-chain.ts";
import { CommandFailure, exitCodes } from "../../service/exit-codes.ts";
import { print, say } from "../terminal.ts";

interface Place {
  readonly dataDir: string;
}

const faults: Readonly<Record<ChainFault, string>> = {
  "record-changed": "bản ghi bị sửa | the record was changed",
  "records-missing": "thiếu bản ghi | records are missing from here",
  "start-missing": "phần đầu bị mất mà không có điểm chốt | the start is gone, and no checkpoint says so",
  "end-missing": "phần cuối bị cắt | the end was cut off",
  "head-differs":
    "không phải bản ghi đã lưu ở nơi khác: chuỗi bị viết lại | not the record of that head: the chain was rewritten",
  "head-removed": "đầu chuỗi này cũ hơn phần còn giữ | this head is older than what is kept",
};

/** Throws `CommandFailure` (1) with the first bad sequence number. */
export function runAuditVerify({ dataDir, head: expected, json }: Place & { head?: Head; json?: boolean }): void {
  const verdict = reading(dataDir, (store) => store.verify(expected));
  if (json) print(JSON.stringify(verdict));
  if (!verdict.isWhole) {
    throw new CommandFailure(
      exitCodes.failed,
      `Nhật ký KHÔNG nguyên vẹn | the log is NOT whole: ${verdict.sequence}: ${faults[verdict.why]}`,
    );
  }
  const { first, head } = verdict;
  if (!json) print(writeHead(head));
  say(`Nguyên vẹn | whole: ${first}–${head.sequence}`);
  if (expected === undefined)
    say("Thiếu --head thì không thấy được phần cuối bị cắt | without --head an end that was cut off can't be seen");
}

export function runAuditExport(options: Place & { format: "json" | "syslog"; since?: number; until?: number }): void {
  const { dataDir, format, since, until } = options;
  const from = since === undefined ? "" : timeOf(since);
  const to = until === undefined ? "\u{10FFFF}" : timeOf(until);
  const host = hostname();
  reading(dataDir, (store) => {
    for (const kept of store.records()) {
      const record = readBody(kept.body);
      const time = record.time ?? "";
      if (time < from || time >= to) continue;
      print(format === "json" || !isRecord(record) ? jsonLine(kept) : syslogLine(record, kept.hash, host));
    }
  });
}

/** UTC; who (`-` for nobody we know), from where, with which client id, what, and what came of it. */
export function runAuditShow({ dataDir, count, json }: Place & { count: number; json?: boolean }): void {
  for (const kept of reading(dataDir, (store) => store.latest(count))) {
    if (json) {
      print(jsonLine(kept));
      continue;
    }
    const {
      time = "",
      action = "",
      result = "",
      account,
      address,
      client,
      object,
      why,
      count = 1,
    } = readBody(kept.body);
    const times = count > 1 ? `×${count}` : "";
    const facts = [account, address, client, object, why].map((fact) => fact ?? "-");
    print([kept.sequence, time.slice(0, 19), action, `${result}${times}`, ...facts].join("\t"));
  }
}

/** A damaged one is shown as JSON whatever is asked for: `verify` tells more. */
const isRecord = (record: Partial<AuditRecord>): record is AuditRecord =>
  record.sequence !== undefined &&
  record.time !== undefined &&
  record.action !== undefined &&
  record.result !== undefined;

/** The record with its hash behind it; members in the order in which they are chained. */
function jsonLine({ sequence, body, hash }: ChainedRecord): string {
  const record = readBody(body);
  return JSON.stringify(record.sequence === sequence ? { ...record, hash } : { sequence, isDamaged: true, hash });
}

/** Throws `CommandFailure` (5) when there is no log, or it can't be read. */
function reading<T>(dataDir: string, work: (store: AuditStore) => T): T {
  const path = join(dataDir, auditFileName);
  try {
    if (statSync(path, { throwIfNoEntry: false }) === undefined)
      throw new CommandFailure(exitCodes.diskTrouble, `Chưa có nhật ký kiểm toán | There is no audit log yet: ${path}`);
    const store = AuditStore.read(path);
    try {
      return work(store);
    } finally {
      store.close();
    }
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    const cause = error instanceof Error ? error.message : String(error);
    throw new CommandFailure(exitCodes.diskTrouble, `Không đọc được | can't be read: ${path} (${cause})`, {
      cause: error,
    });
  }
}
