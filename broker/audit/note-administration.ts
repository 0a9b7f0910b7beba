// Puts what somebody did on the command line into the audit log of a data directory.
import { isIP } from "node:net";
import { userInfo } from "node:os";
import { join } from "node:path";
import type { AuditEntry, administrativeActions } from "./audit.ts";
import { AuditStore, auditFileName, timeOf } from "./audit-store.ts";

export interface AdministrativeAct {
  readonly action: (typeof administrativeActions)[number];
  readonly result: "ok" | "refused";
  /** The user, certificate or file that it was done to. Nothing of a patient. */
  readonly object?: string;
  readonly why?: string;
}

/** While another process writes, in milliseconds. */
const waitMs = 5_000;

/** Written when it returns. Throws when it can't be: the act itself stands all the same. */
export function noteAdministration(dataDir: string, act: AdministrativeAct): void {
  const now = Date.now();
  const store = AuditStore.open(join(dataDir, auditFileName), now, { waitMs });
  try {
    store.append([{ time: timeOf(now), ...act, ...whoIsHere(process.env) }]);
  } finally {
    store.close();
  }
}

/** The account of the operating system, before sudo where that is known, and where it came from over SSH. */
export function whoIsHere(environment: NodeJS.ProcessEnv): Pick<AuditEntry, "account" | "address" | "port"> {
  const account = environment["SUDO_USER"] ?? nameOfProcess();
  const [address = "", port] = environment["SSH_CONNECTION"]?.split(" ") ?? []; // sshd(8): address and port of the client first
  return { account, ...(isIP(address) !== 0 && { address, port: Number(port) }) };
}

function nameOfProcess(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.()}`; // no such user in this system, as in a container
  }
}
