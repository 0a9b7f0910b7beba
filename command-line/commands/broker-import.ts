// tiepdon broker import: takes an export into the store of a stopped broker, whole or not at all.

import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { brokerConfigSchema } from "../../broker/config.ts";
import { type BrokerStore, openBrokerStore } from "../../broker/store/broker-store.ts";
import { importLines } from "../../broker/transfer/import-store.ts";
import { readLines } from "../../broker/transfer/read-lines.ts";
import { ownLikeFolder } from "../../store/new-file.ts";
import { auditAct } from "../audit-act.ts";
import { storeFileName } from "../broker-files.ts";
import { partOf, readConfig } from "../config-schema.ts";
import { whileStopped } from "../stopped-broker.ts";
import { say, styled } from "../terminal.ts";
import { reportingTransfer } from "../transfer-failure.ts";

/** Throws `CommandFailure`; then the store is as it was. */
export async function runBrokerImport(file: string, options: { dataDir: string; config: string }): Promise<void> {
  const { limits } = existsSync(options.config)
    ? partOf(readConfig(options.config), "broker", options.config)
    : brokerConfigSchema.parse({});
  await reportingTransfer(file, () => statSync(file)); // before anything is made in the data directory
  const counts = await whileStopped(options.dataDir, () =>
    reportingTransfer(file, async () => {
      const now = Date.now();
      const path = join(options.dataDir, storeFileName);
      const store = await reportingTransfer(path, () => openBrokerStore(path, now));
      try {
        sayWhatWasFound(store.opened);
        const onProgress = (lines: number) => say(`… ${lines} dòng | lines`);
        return await importLines(readLines(file), store, { limits, now, onProgress });
      } finally {
        store.close();
        ownLikeFolder(path);
      }
    }),
  );
  auditAct(options.dataDir, { action: "broker-import", result: "ok" });
  say(
    `Đã nhập | imported: ${counts.sessions} phiên | sessions, ${counts.messages} tin chờ | queued, ${counts.retained} tin lưu | retained`,
  );
}

/** A damaged store was replaced by what could be read of it: whoever imports into it has to hear that here. */
function sayWhatWasFound({ setAside, walSetAside }: BrokerStore["opened"]): void {
  const aside = [setAside, walSetAside].filter((path) => path !== undefined);
  if (aside.length === 0) return;
  say(
    styled(
      "yellow",
      `Kho ở đây bị hỏng; phần đọc được nằm trong kho mới, tệp hỏng ở | The store here was damaged; what could be read is in a new one, the damaged file is ${aside.join(", ")}`,
    ),
  );
}
