// tiepdon broker inspect: what the broker's store holds, beside a running broker; topics and figures, never a payload.
import { join } from "node:path";
import {
  inspectQueues,
  inspectRetained,
  inspectSessions,
  mismatchesOf,
  withStore,
} from "../../broker/transfer/read-store.ts";
import { CommandFailure, exitCodes } from "../../service/exit-codes.ts";
import { faultsOfFile } from "../../store/backup.ts";
import type { SqliteFile } from "../../store/sqlite.ts";
import { storeFileName } from "../broker-files.ts";
import { print } from "../terminal.ts";
import { reportingTransfer } from "../transfer-failure.ts";

export const inspected = ["sessions", "queues", "retained"] as const;
export type Inspected = (typeof inspected)[number];

export interface InspectOptions {
  readonly dataDir: string;
  readonly json?: boolean;
  readonly check?: boolean;
}

/** Throws `CommandFailure`: 1 when `check` finds something. */
export async function runBrokerInspect(what: Inspected, options: InspectOptions): Promise<void> {
  const path = join(options.dataDir, storeFileName);
  await reportingTransfer(path, () => {
    if (options.check === true) check(path, options.json === true);
    else withStore(path, (db) => show(what, db, options.json === true));
  });
}

function show(what: Inspected, db: SqliteFile, json: boolean): void {
  const write = (columns: readonly string[], facts: object) => {
    print(json ? JSON.stringify(facts) : columns.join("\t"));
  };
  if (!json) print(headings[what].join("\t"));
  switch (what) {
    case "sessions":
      for (const session of inspectSessions(db)) {
        const { clientId, user, subscriptions, queued, bytes, oldestKeptAt, offlineSince } = session;
        const filters = subscriptions.map(({ filter, qos }) => `${filter} (${qos})`).join(", ");
        const times = [timeOf(oldestKeptAt), offlineSince === null ? "online" : timeOf(offlineSince)];
        write([clientId, user, `${queued}`, `${bytes}`, ...times, filters], {
          ...session,
          ...{ oldestKeptAt: isoOf(oldestKeptAt), offlineSince: isoOf(offlineSince) },
        });
      }
      return;
    case "queues":
      for (const queue of inspectQueues(db)) {
        const { clientId, topic, queued, bytes, oldestKeptAt, underWay } = queue;
        write([clientId, topic, `${queued}`, `${bytes}`, timeOf(oldestKeptAt), `${underWay}`], {
          ...queue,
          oldestKeptAt: isoOf(oldestKeptAt),
        });
      }
      return;
    case "retained":
      for (const retained of inspectRetained(db)) {
        write([retained.topic, `${retained.qos}`, `${retained.bytes}`], retained);
      }
  }
}

const headings: Readonly<Record<Inspected, readonly string[]>> = {
  sessions: ["CLIENT", "USER", "QUEUED", "BYTES", "OLDEST", "OFFLINE SINCE", "SUBSCRIPTIONS"],
  queues: ["CLIENT", "TOPIC", "QUEUED", "BYTES", "OLDEST", "UNDER WAY"],
  retained: ["TOPIC", "QOS", "BYTES"],
};

const isoOf = (time: number | null): string | null => (time === null ? null : new Date(time).toISOString());
const timeOf = (time: number | null): string => isoOf(time) ?? "–";

/** Every page, and whether the tables fit each other. */
function check(path: string, json: boolean): void {
  const mismatches = withStore(path, mismatchesOf);
  const faults = faultsOfFile(path);
  const found = Object.values(mismatches).reduce((sum, count) => sum + count, faults.length);
  if (json) print(JSON.stringify({ isSound: found === 0, faults, ...mismatches }));
  else {
    for (const fault of faults) print(fault);
    for (const [name, count] of Object.entries(mismatches)) if (count > 0) print(`${name}\t${count}`);
    if (found === 0) print("tốt | sound");
  }
  if (found > 0)
    throw new CommandFailure(
      exitCodes.failed,
      "Kho có lỗi: tiepdon broker backup, rồi xem docs/operations.md | The store has faults: back it up, then see docs/operations.md",
    );
}
