// A QR reader in plain mode: sends payload after payload over a line, split, framed and paced as it is told.
import { setTimeout as sleep } from "node:timers/promises";
import { encodePlain } from "../protocol/frame/encode-plain.ts";
import type { Terminator } from "../protocol/frame/plain-framing.ts";
import type { Clock } from "../protocol/host.ts";
import { type Chunking, splitBytes } from "./chunking.ts";
import { HostGone, type Medium } from "./medium.ts";
import { SeededRandom } from "./seeded-random.ts";

/** `etx` stands for STX before and ETX behind the payload; after `none` the line is silent for `idleGapMs`. */
export const readerTerminators = ["cr", "lf", "crlf", "tab", "etx", "none"] as const;
export type ReaderTerminator = (typeof readerTerminators)[number];

export interface ReaderOptions {
  /** Undefined: as fast as the host takes them. */
  readonly scansPerSecond: number | undefined;
  /** How many scans; undefined: until stopped, or until the payloads end. */
  readonly count: number | undefined;
  /** Chooses the random chunks and the repeats. */
  readonly seed: number;
  readonly chunking: Chunking;
  readonly terminator: ReaderTerminator;
  /** Symbology identifier before each payload, such as `]Q1`; empty for none. */
  readonly aim: string;
  /** Share of scans, 0 to 1, that show the previous payload again: a card held under the reader. */
  readonly repeatShare: number;
}

export const defaultReaderOptions: ReaderOptions = {
  scansPerSecond: 1,
  count: undefined,
  seed: 1,
  chunking: "whole",
  terminator: "cr",
  aim: "",
  repeatShare: 0,
};

/** Silence after a scan without terminator, in milliseconds: longer than any host's idle gap (READERS chapter 4: up to 100). */
const idleGapMs = 300;

/** Time between two reports of progress, in milliseconds. */
const progressMs = 1_000;

export interface SimulationReport {
  /** Scans sent whole; `repeats` of them showed the payload before. */
  scans: number;
  repeats: number;
  /** Scans during which the host hung up. */
  lost: number;
  bytes: number;
  seconds: number;
}

export interface ReaderSurroundings {
  readonly medium: Medium;
  readonly clock: Pick<Clock, "monotonic">;
  /** Waits so many milliseconds; rejects when the signal aborts. */
  readonly pause?: (milliseconds: number, signal: AbortSignal) => Promise<unknown>;
  /** Called about once a second. */
  readonly onProgress?: (report: Readonly<SimulationReport>) => void;
}

export class ReaderSimulator {
  readonly #options: ReaderOptions;
  readonly #around: ReaderSurroundings;
  readonly #random: SeededRandom;

  constructor(options: ReaderOptions, around: ReaderSurroundings) {
    this.#options = options;
    this.#around = around;
    this.#random = new SeededRandom(options.seed);
  }

  /** Sends until the count is reached, the payloads end or the signal aborts; a whole scan is finished first. Does not close the medium. */
  async run(payloads: Iterable<Uint8Array>, signal: AbortSignal): Promise<SimulationReport> {
    const { count = Number.POSITIVE_INFINITY, scansPerSecond, terminator } = this.#options;
    const { clock, medium, onProgress, pause = sleepUntilAborted } = this.#around;
    const report: SimulationReport = { scans: 0, repeats: 0, lost: 0, bytes: 0, seconds: 0 };
    let startedAt: number | undefined;
    let progressAt = clock.monotonic() + progressMs;
    try {
      for (const { payload, isRepeat } of this.#withRepeats(payloads)) {
        const done = report.scans + report.lost;
        if (done >= count || signal.aborted) break;
        await medium.whenListening(signal);
        startedAt ??= clock.monotonic();
        // By the start, not by the last scan: a slow write does not lower the rate.
        const early =
          scansPerSecond === undefined ? 0 : startedAt + (done * 1_000) / scansPerSecond - clock.monotonic();
        if (early > 0) await pause(early, signal);
        const isSent = await this.#send(payload, report);
        if (isSent && isRepeat) report.repeats += 1;
        if (terminator === "none") await pause(idleGapMs, signal);
        report.seconds = (clock.monotonic() - startedAt) / 1_000;
        if (clock.monotonic() >= progressAt) {
          progressAt = clock.monotonic() + progressMs;
          onProgress?.(report);
        }
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    return report;
  }

  *#withRepeats(payloads: Iterable<Uint8Array>): Generator<{ payload: Uint8Array; isRepeat: boolean }> {
    for (const payload of payloads) {
      yield { payload, isRepeat: false };
      while (this.#random.unit() < this.#options.repeatShare) yield { payload, isRepeat: true };
    }
  }

  /** Whether the scan went out whole. */
  async #send(payload: Uint8Array, report: SimulationReport): Promise<boolean> {
    const { terminator, aim, chunking } = this.#options;
    const stx = terminator === "etx";
    const end: Terminator | "none" = terminator === "etx" ? "none" : terminator;
    const frame = encodePlain(payload, { stx }, end, aim);
    try {
      for (const chunk of splitBytes(frame, chunking, this.#random)) {
        await this.#around.medium.write(chunk);
        report.bytes += chunk.length;
      }
      report.scans += 1;
      return true;
    } catch (error) {
      if (!(error instanceof HostGone)) throw error;
      report.lost += 1;
      return false;
    }
  }
}

const sleepUntilAborted = (milliseconds: number, signal: AbortSignal) => sleep(milliseconds, undefined, { signal });
