// tiepdon broker restore: puts a backup in the place of a stopped broker's store; the earlier one is set aside.

import { statSync } from "node:fs";
import { join } from "node:path";
import { checkUsable } from "../../broker/transfer/read-store.ts";
import { TransferError } from "../../broker/transfer/transfer-error.ts";
import { faultsOfFile, restore } from "../../store/backup.ts";
import { auditAct } from "../audit-act.ts";
import { storeFileName } from "../broker-files.ts";
import { whileStopped } from "../stopped-broker.ts";
import { say } from "../terminal.ts";
import { reportingTransfer } from "../transfer-failure.ts";

/** Throws `CommandFailure`; then the store is as it was. */
export async function runBrokerRestore(file: string, options: { dataDir: string }): Promise<void> {
  await reportingTransfer(file, () => statSync(file)); // before anything is made in the data directory
  const setAside = await whileStopped(options.dataDir, () =>
    reportingTransfer(file, () => {
      checkUsable(file);
      if (faultsOfFile(file).length > 0) throw new TransferError("store-unreadable");
      return restore(file, join(options.dataDir, storeFileName), Date.now());
    }),
  );
  auditAct(options.dataDir, { action: "broker-restore", result: "ok" });
  say("Đã khôi phục; khởi động lại broker | restored; start the broker again");
  if (setAside !== undefined) say(`Kho cũ | the earlier store: ${setAside}`);
}
