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

/** What sudo(8) may write; anything else somebody else wrote. */
const accountPattern = /^[A-Za-z0-9_][A-Za-z0-9._@-]{0,63}$/;

/**
 * The account of the operating system, behind the one before sudo where that is known, and where it came from over SSH.
 * The last two come from the environment, which whoever runs the command can set; the account itself they can't.
 */
export function whoIsHere(environment: NodeJS.ProcessEnv): Pick<AuditEntry, "account" | "address" | "port"> {
  const [before = "", now] = [environment["SUDO_USER"], nameOfProcess()];
  const account = accountPattern.test(before) && before !== now ? `${before} (${now})` : now;
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
