// Takes an export into a store that no broker uses: whole, or not at all.
import * as z from "zod";
import type { BrokerLimits } from "../config.ts";
import { isTooOld } from "../delivery/queue-caps.ts";
import type { BrokerStore } from "../store/broker-store.ts";
import type { Receiver } from "../store/event-queue.ts";
import { messageBytes } from "../store/message.ts";
import {
  type ExportLine,
  exportFormat,
  exportLineSchema,
  exportVersion,
  type LineCounts,
  type MessageLine,
  noLines,
  type SessionLine,
} from "./export-lines.ts";
import type { Line } from "./read-lines.ts";
import { TransferError } from "./transfer-error.ts";

export interface ImportOptions {
  readonly limits: BrokerLimits;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Called now and then with how many lines were taken. */
  readonly onProgress: (lines: number) => void;
}

/** Lines between two reports of progress. */
const progressLines = 100_000;

/** A session of the file, as it is in the store now. */
interface Target {
  readonly id: number;
  readonly wasHere: boolean;
  queued: number;
  bytes: number;
  oldestKeptAt: number;
}

/**
 * Rules: a session that the store has already, of the same user, stays, gets the subscriptions that it lacks, and the
 * imported messages behind its own; of another user, nothing is taken. What a topic retains here stays. Imported
 * sessions count as absent from now. Rejects with `TransferError` that names the line; then the store is as it was.
 */
export async function importLines(
  lines: Iterable<Line>,
  store: BrokerStore,
  options: ImportOptions,
): Promise<LineCounts> {
  const { commit } = store;
  return commit.run(() => new Import(store, options).take(lines));
}

class Import {
  readonly #store: BrokerStore;
  readonly #options: ImportOptions;
  readonly #targets = new Map<string, Target>();
  readonly #counts = noLines();

  constructor(store: BrokerStore, options: ImportOptions) {
    this.#store = store;
    this.#options = options;
  }

  take(lines: Iterable<Line>): LineCounts {
    const sums = this.#store.queue.sums();
    let hasEnded = false;
    let last = 0;
    for (const { number, bytes } of lines) {
      last = number;
      const line = parse(bytes, number);
      const fail = (code: TransferError["code"]) => new TransferError(code, { line: number });
      if (hasEnded) throw fail("line-after-end");
      if (number === 1) {
        if (line.kind !== "header") throw fail("header-missing");
        if (line.version !== exportVersion) throw fail("version-unknown");
        continue;
      }
      hasEnded = line.kind === "end";
      const fault = this.#takeLine(line, sums);
      if (fault !== undefined) throw fail(fault);
      if (number % progressLines === 0) this.#options.onProgress(number);
    }
    if (last === 0) throw new TransferError("header-missing");
    if (!hasEnded) throw new TransferError("end-missing", { line: last });
    this.#checkBounds();
    return this.#counts;
  }

  #takeLine(
    line: ExportLine,
    sums: ReadonlyMap<number, { queued: number; bytes: number }>,
  ): TransferError["code"] | undefined {
    switch (line.kind) {
      case "header":
        return "line-invalid";
      case "session":
        this.#counts.sessions += 1;
        return this.#takeSession(line, sums);
      case "retained":
        this.#counts.retained += 1;
        if (!this.#store.retained.has(line.topic)) {
          this.#store.retained.put({ ...line, payload: Buffer.from(line.payload, "base64") });
        }
        return undefined;
      case "message":
        this.#counts.messages += 1;
        return this.#takeMessage(line);
      case "taken":
        this.#counts.taken += 1;
        this.#store.incoming.add(line.clientId, line.messageId);
        return undefined;
      case "end": {
        const { kind: _, ...counts } = line;
        const names = Object.keys(this.#counts) as (keyof LineCounts)[];
        return names.every((name) => counts[name] === this.#counts[name]) ? undefined : "end-wrong";
      }
    }
  }

  #takeSession(
    { clientId, user, subscriptions }: SessionLine,
    sums: ReadonlyMap<number, { queued: number; bytes: number }>,
  ): TransferError["code"] | undefined {
    if (this.#targets.has(clientId)) return "session-twice";
    const { sessions, queue } = this.#store;
    const found = sessions.find(clientId);
    if (found !== undefined && found.user !== user) return "session-of-another-user";
    const id = found?.id ?? sessions.newId();
    if (found === undefined) {
      sessions.create(id, clientId, user);
      sessions.setOffline(id, this.#options.now);
    }
    const has = new Set(sessions.subscriptions(id).map(({ filter }) => filter));
    for (const { filter, qos } of subscriptions) if (!has.has(filter)) sessions.subscribe(id, filter, qos);
    const { queued, bytes } = sums.get(id) ?? { queued: 0, bytes: 0 };
    const oldestKeptAt = queue.oldestKeptAt(id) ?? this.#options.now;
    this.#targets.set(clientId, { id, wasHere: found !== undefined, queued, bytes, oldestKeptAt });
    return undefined;
  }

  #takeMessage({ topic, qos, retain, keptAt, receivers, payload }: MessageLine): TransferError["code"] | undefined {
    const message = { topic, qos, payload: Buffer.from(payload, "base64") };
    const bytes = messageBytes(message);
    const { queue } = this.#store;
    const event = queue.newId();
    const copies: (Receiver & { readonly messageId: number | null; readonly released: boolean })[] = [];
    for (const { clientId, qos: granted, messageId, released } of receivers) {
      const target = this.#targets.get(clientId);
      if (target === undefined || copies.some(({ session }) => session === target.id)) return "session-unknown";
      // Its id may be in use here; only for QoS 2 does the subscriber go by the id.
      if (target.wasHere && granted === 2 && messageId !== null) return "message-under-way";
      target.queued += 1;
      target.bytes += bytes;
      target.oldestKeptAt = Math.min(target.oldestKeptAt, keptAt ?? this.#options.now);
      copies.push({ session: target.id, qos: granted, messageId: target.wasHere ? null : messageId, released });
    }
    queue.keep(event, message, copies, { retain, keptAt });
    for (const { session, messageId, released } of copies) {
      if (messageId !== null) queue.assign(session, event, messageId);
      if (released) queue.release(session, event);
    }
    return undefined;
  }

  /** A queue beyond the bounds would end with its session when the broker starts: better it is said now. */
  #checkBounds(): void {
    const { limits, now } = this.#options;
    const { queuedMessagesMax, queuedBytesMax, sessionsMax, retainedMax } = limits;
    for (const { queued, bytes, oldestKeptAt } of this.#targets.values()) {
      const isOver = queued > queuedMessagesMax || bytes > queuedBytesMax;
      if (isOver || isTooOld({ oldestMs: now - oldestKeptAt }, limits)) throw new TransferError("queue-too-large");
    }
    if (this.#store.sessions.all().length > sessionsMax) throw new TransferError("too-many-sessions");
    if (this.#store.retained.count() > retainedMax) throw new TransferError("too-many-retained");
  }
}

const decoder = new TextDecoder("utf-8", { fatal: true });

/** Without a cause: it would quote the line, and lines hold patients' data. */
function parse(bytes: Buffer, line: number): ExportLine {
  let value: unknown;
  try {
    value = JSON.parse(decoder.decode(bytes));
  } catch {
    throw new TransferError("line-not-json", { line });
  }
  const parsed = exportLineSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  if (line > 1) throw new TransferError("line-invalid", { line });
  throw new TransferError(laterHeader.safeParse(value).success ? "version-unknown" : "header-missing", { line });
}

/** What the header of any version has. */
const laterHeader = z.looseObject({ kind: z.literal("header"), format: z.literal(exportFormat), version: z.int() });
