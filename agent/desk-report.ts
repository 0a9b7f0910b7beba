// What a desk tells of itself in its retained topics `info` and `health`; nothing of a patient.
import { createHash, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { statfs } from "node:fs/promises";
import type { Clock } from "../protocol/host.ts";
import type { DeskCounts } from "./check-in/desk-counts.ts";
import type { AgentConfig } from "./config.ts";
import type { Spool } from "./spool/spool.ts";

export interface DeskReportSources {
  readonly config: AgentConfig;
  readonly dataDir: string;
  readonly version: string;
  readonly clock: Clock;
  readonly spool: Spool;
  readonly counts: DeskCounts;
}

export class DeskReport {
  readonly #sources: DeskReportSources;
  #diskFreeBytes: number | undefined;

  constructor(sources: DeskReportSources) {
    this.#sources = sources;
  }

  /** Looks how much room the disk has; `health` tells what was found last. */
  async measureDisk(): Promise<void> {
    const disk = await statfs(this.#sources.dataDir).catch(() => undefined);
    this.#diskFreeBytes = disk === undefined ? undefined : disk.bavail * disk.bsize;
  }

  info(): object {
    const { config, version } = this.#sources;
    const configHash = createHash("sha256").update(JSON.stringify(config)).digest("hex").slice(0, 16);
    const { formats } = config.publish;
    const certificateExpires = expiryOf(config.mqtt.certFile);
    return { version, schemas: ["urn:tiepdon:schema:checkin:1.0.0"], formats, configHash, certificateExpires };
  }

  health(isWritable: boolean): object {
    const { clock, counts, spool } = this.#sources;
    const { waiting, parked, kept, oldestWaitingAtMs } = spool.status();
    const secondsSince = (at: number | undefined) =>
      at === undefined ? undefined : Math.round((clock.now() - at) / 1_000);
    return {
      spool: { waiting, parked, kept, oldestSeconds: secondsSince(oldestWaitingAtMs), isWritable },
      lastScanSeconds: secondsSince(counts.lastScanAtMs),
      clock: clock.isSynced() ? "synced" : "unsynced",
      diskFreeBytes: this.#diskFreeBytes,
      residentBytes: process.memoryUsage.rss(),
      ...counts.snapshot(),
    };
  }
}

/** When this desk's certificate runs out, as RFC 3339; undefined without one. The file may be renewed at any time, and a connection reads it too. */
function expiryOf(certFile: string | undefined): string | undefined {
  if (certFile === undefined) return undefined;
  try {
    return new Date(new X509Certificate(readFileSync(certFile)).validTo).toISOString();
  } catch {
    return undefined; // no connection came about with such a file, so somebody is replacing it just now
  }
}
