// Puts what a command has done into the audit log, and says so when that fails: the act itself stands.
import { type AdministrativeAct, noteAdministration } from "../broker/audit/note-administration.ts";
import { say } from "./terminal.ts";

export function auditAct(dataDir: string, act: AdministrativeAct): void {
  try {
    noteAdministration(dataDir, act);
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    say(
      `CHƯA ghi vào nhật ký kiểm toán, hãy ghi tay | NOT in the audit log, note it by hand: ${act.action} (${dataDir}: ${cause})`,
    );
  }
}
