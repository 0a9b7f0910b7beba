// tiepdon spool: looks into the spool of a desk, whether its agent runs or not.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { readEvents, readStatus, type StoredEvent, spoolFileName } from "../../agent/spool/read-spool.ts";
import { CommandFailure, exitCodes } from "../../service/exit-codes.ts";
import { readSqliteFile } from "../../store/read-sqlite-file.ts";
import type { SqliteFile } from "../../store/sqlite.ts";
import { describeArrival } from "../describe-arrival.ts";
import { print, say, styled } from "../terminal.ts";

export interface SpoolOptions {
  readonly dataDir: string;
  readonly json?: boolean;
}

/** How many events wait, are parked, are kept; and the last sequence of each stream. */
export function runSpoolStatus(options: SpoolOptions): void {
  withSpool(options, (db) => {
    const status = readStatus(db);
    if (options.json) {
      print(JSON.stringify(status));
      return;
    }
    const oldest = status.oldestWaitingAtMs === undefined ? "–" : new Date(status.oldestWaitingAtMs).toISOString();
    print(`Đang chờ gửi | waiting   ${status.waiting}`);
    print(`  cũ nhất | oldest       ${oldest}`);
    print(`Bị từ chối | parked      ${status.parked}`);
    print(`Đã gửi, còn giữ | kept   ${status.kept}`);
    print(`Số thứ tự | sequence     checkin ${status.lastSequence.checkin}, rejected ${status.lastSequence.rejected}`);
  });
}

/** One line an event, masked. */
export function runSpoolList(options: SpoolOptions & { all?: boolean }): void {
  withSpool(options, (db) => {
    for (const event of readEvents(db, options.all === true ? "all" : "unsent")) {
      if (options.json) print(JSON.stringify({ ...listed(event), ...describeArrival(event.json) }));
      else {
        const { what, who } = describeArrival(event.json);
        print(
          `${event.position}\t${new Date(event.takenAtMs).toISOString()}\t${event.state}\t${event.stream}\t${what}\t${who}`,
        );
      }
    }
  });
}

/** Whole events, one a line: personal data leaves the spool here, so the person is told. */
export function runSpoolExport(options: SpoolOptions & { all?: boolean }): void {
  withSpool(options, (db) => {
    say(
      styled(
        "yellow",
        "Dữ liệu cá nhân của người bệnh: giữ kín, xóa khi xong | Patients' personal data: keep it closed, erase it when done",
      ),
    );
    for (const event of readEvents(db, options.all === true ? "all" : "unsent")) {
      print(JSON.stringify({ ...listed(event), event: JSON.parse(event.json) }));
    }
  });
}

function listed({ position, stream, state, takenAtMs }: StoredEvent): object {
  return { position, stream, state, takenAt: new Date(takenAtMs).toISOString() };
}

function withSpool(options: SpoolOptions, use: (db: SqliteFile) => void): void {
  const path = join(options.dataDir, spoolFileName);
  if (!existsSync(path)) {
    throw new CommandFailure(
      exitCodes.wrongUsage,
      `Không có hàng đợi ở ${path} | There is no spool at ${path}\n    → --data-dir DIR`,
    );
  }
  const db = readSqliteFile(path);
  try {
    use(db);
  } finally {
    db.close();
  }
}
