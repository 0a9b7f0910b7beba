// The durable files of a broker, opened together and closed together: its store, the use of its accounts, its audit log.
import { dirname, join } from "node:path";
import { reportOpening } from "../store/report-opening.ts";
import { AccountStore, accountStoreName } from "./access/account-store.ts";
import { Accounts } from "./access/accounts.ts";
import { auditFileName } from "./audit/audit-store.ts";
import { AuditTrail } from "./audit/audit-trail.ts";
import { BrokerError } from "./broker-error.ts";
import type { BrokerOptions } from "./broker-options.ts";
import { type BrokerStore, openBrokerStore } from "./store/broker-store.ts";

export interface BrokerFiles {
  readonly store: BrokerStore;
  readonly accounts: Accounts;
  readonly audit: AuditTrail;
}

/** They lie in one directory. Throws `BrokerError`; then none is open. */
export function openBrokerFiles(options: BrokerOptions): BrokerFiles {
  const { config, storePath, clock, log } = options;
  const store = openStore(options);
  const audit = new AuditTrail({ path: join(dirname(storePath), auditFileName), config: config.audit, clock, log });
  try {
    return { store, accounts: openAccounts(options), audit };
  } catch (error) {
    audit.close();
    store.close();
    throw error;
  }
}

/** The audit log last: it has the end of the others to tell. */
export function closeBrokerFiles({ store, accounts, audit }: BrokerFiles): void {
  accounts.close();
  store.close();
  audit.close();
}

function openStore({ storePath, clock, log }: BrokerOptions): BrokerStore {
  try {
    const store = openBrokerStore(storePath, clock.now());
    reportOpening(store.opened, log);
    return store;
  } catch (error) {
    throw new BrokerError("store-unavailable", error);
  }
}

function openAccounts({ config, storePath, log, clock }: BrokerOptions): Accounts {
  try {
    const store = new AccountStore(join(dirname(storePath), accountStoreName), clock.now());
    const { setAside } = store;
    if (setAside !== undefined) log.error({ setAside }, "The use of accounts was damaged; it was set aside");
    return new Accounts({ store, unusedDays: config.unusedDays, clock, log });
  } catch (error) {
    throw new BrokerError("store-unavailable", error);
  }
}
