// tiepdon broker export: all that the broker keeps, as lines of JSON, from beside a running broker.

import { closeSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exportLines } from "../../broker/transfer/export-store.ts";
import { withStore } from "../../broker/transfer/read-store.ts";
import { makeNewFile } from "../../store/new-file.ts";
import { auditAct } from "../audit-act.ts";
import { storeFileName } from "../broker-files.ts";
import { say, styled } from "../terminal.ts";
import { reportingTransfer, transferFailure } from "../transfer-failure.ts";

/** Text that is gathered before it is written, in characters. */
const chunkCharacters = 1024 * 1024;

/** Throws `CommandFailure`. */
export async function runBrokerExport(file: string, options: { dataDir: string }): Promise<void> {
  say(
    styled(
      "yellow",
      "Tệp này chứa dữ liệu cá nhân của người bệnh: giữ kín, xóa khi xong | This file holds patients' personal data: keep it closed, erase it when done",
    ),
  );
  const store = join(options.dataDir, storeFileName);
  const counts = await reportingTransfer(store, () =>
    withStore(store, (db) => {
      const lines = exportLines(db, Date.now());
      try {
        return writeLines(file, lines);
      } catch (error) {
        throw transferFailure(error, file); // the other file is at fault
      }
    }),
  );
  auditAct(options.dataDir, { action: "broker-export", result: "ok" });
  say(
    `${file}: ${counts.sessions} phiên | sessions, ${counts.messages} tin chờ | queued, ${counts.retained} tin lưu | retained`,
  );
}

function writeLines<Answer>(path: string, lines: Generator<object, Answer>): Answer {
  let answer: Answer | undefined;
  makeNewFile(path, (partial) => {
    const file = openSync(partial, "w");
    try {
      let text = "";
      let next = lines.next();
      for (; next.done !== true; next = lines.next()) {
        text += `${JSON.stringify(next.value)}\n`;
        if (text.length < chunkCharacters) continue;
        writeFileSync(file, text);
        text = "";
      }
      writeFileSync(file, text);
      answer = next.value;
    } finally {
      closeSync(file);
    }
  });
  return answer as Answer;
}
