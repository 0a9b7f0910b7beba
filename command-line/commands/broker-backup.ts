// tiepdon broker backup: a copy of the broker's store, checked and synced, while the broker runs.

import { statSync } from "node:fs";
import { join } from "node:path";
import { checkUsable } from "../../broker/transfer/read-store.ts";
import { TransferError } from "../../broker/transfer/transfer-error.ts";
import { backUp } from "../../store/backup.ts";
import { auditAct } from "../audit-act.ts";
import { storeFileName } from "../broker-files.ts";
import { say, styled } from "../terminal.ts";
import { reportingTransfer } from "../transfer-failure.ts";

/** Throws `CommandFailure`. */
export async function runBrokerBackup(file: string, options: { dataDir: string }): Promise<void> {
  const store = join(options.dataDir, storeFileName);
  await reportingTransfer(store, () => {
    if (statSync(store, { throwIfNoEntry: false }) === undefined) throw new TransferError("store-absent");
    checkUsable(store);
  });
  await reportingTransfer(file, () => backUp(store, file));
  auditAct(options.dataDir, { action: "broker-backup", result: "ok" });
  say(`${file}: ${statSync(file).size} byte`);
  say(
    styled(
      "yellow",
      "Bản sao chứa dữ liệu cá nhân của người bệnh: giữ kín | The copy holds patients' personal data: keep it closed",
    ),
  );
}
