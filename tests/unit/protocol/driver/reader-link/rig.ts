// A ReaderLink driver and a simulated reader over a line of virtual time, with a spool that can be slow, full or killed.

import type { Discard } from "../../../../../protocol/driver/discard.ts";
import type { DriverFailure, DriverFault, ReaderSelfReport } from "../../../../../protocol/driver/driver.ts";
import type { Outcome } from "../../../../../protocol/driver/outcome.ts";
import type { ReaderLinkDriver, ReaderLinkOptions } from "../../../../../protocol/driver/reader-link/options.ts";
import { readerLinkDriver } from "../../../../../protocol/driver/reader-link-driver.ts";
import type { ScanLink, TakenScans } from "../../../../../protocol/driver/taken-scans.ts";
import { decodeEnvelope } from "../../../../../protocol/frame/reader-link/decode-envelope.ts";
import { FrameReader } from "../../../../../protocol/frame/reader-link/frame-reader.ts";
import type { Body } from "../../../../../protocol/frame/reader-link/messages.ts";
import type { Scan } from "../../../../../protocol/message/scan.ts";
import type { DeviceSign } from "../../../../../simulators/device.ts";
import { type ReaderLinkDevice, readerLinkDevice } from "../../../../../simulators/reader-link/reader-link-device.ts";
import {
  defaultReaderLinkModel,
  type ReaderLinkModel,
} from "../../../../../simulators/reader-link/reader-link-model.ts";
import { SeededRandom } from "../../../../../simulators/seeded-random.ts";
import { comparable } from "../../frame/reader-link/drafts.ts";

export type Direction = "to-host" | "to-device";

/** What the line makes of one piece: nothing, or pieces that arrive after a delay in milliseconds. */
export type Medium = (
  bytes: Uint8Array,
  direction: Direction,
) => readonly { readonly bytes: Uint8Array; readonly delayMs: number }[];

const lineMs = 2;
export const goodLine: Medium = (bytes) => [{ bytes, delayMs: lineMs }];

/** What a spool keeps of the scans of one reader. */
export class Kept implements TakenScans {
  readonly #crcs = new Map<string, number>();
  #last: { boot: string; contiguousSeq: number } | undefined;
  /** Every scan that was stored, in order: as text. */
  readonly texts: string[] = [];
  readonly keys: string[] = [];

  store(text: string, { boot, seq, crc }: ScanLink): void {
    this.texts.push(text);
    this.keys.push(`${boot} ${seq} ${crc}`);
    this.#crcs.set(`${boot} ${seq}`, crc);
    let contiguousSeq = this.#last?.boot === boot ? this.#last.contiguousSeq : 0;
    while (this.#crcs.has(`${boot} ${contiguousSeq + 1}`)) contiguousSeq += 1;
    this.#last = { boot, contiguousSeq };
  }

  crcOf(boot: string, seq: number): number | undefined {
    return this.#crcs.get(`${boot} ${seq}`);
  }

  last(): { readonly boot: string; readonly contiguousSeq: number } | undefined {
    return this.#last;
  }
}

export interface RigOptions {
  readonly model?: Partial<ReaderLinkModel>;
  readonly driver?: Partial<ReaderLinkOptions>;
  readonly medium?: Medium;
  readonly kept?: Kept;
  readonly seed?: number;
}

interface Event {
  readonly atMs: number;
  readonly order: number;
  readonly work: () => void;
}

export class Rig {
  readonly kept: Kept;
  readonly signs: DeviceSign[] = [];
  readonly faults: DriverFault[] = [];
  readonly failures: DriverFailure[] = [];
  readonly reports: ReaderSelfReport[] = [];
  readonly discards: (readonly [why: Discard, bytes: number])[] = [];
  /** Messages as each side wrote them, before the line had them. */
  readonly sent: { readonly direction: Direction; readonly seq: number; readonly body: Body }[] = [];
  /** What the spool answers to each scan; `never` leaves it without an answer. */
  outcome: Outcome | "never" = "accepted";
  /** Time from the scan to the answer. */
  settleMs = 1;
  medium: Medium;
  nowMs = 1_000;
  driver: ReaderLinkDriver | undefined;
  device: ReaderLinkDevice;
  readonly #power: ReturnType<typeof readerLinkDevice>;
  readonly #options: RigOptions;
  readonly #random: SeededRandom;
  #events: Event[] = [];
  #order = 0;
  #line = 0;
  #hostWishMs: number | undefined;
  #deviceWishMs: number | undefined;

  constructor(options: RigOptions = {}) {
    this.#options = options;
    this.kept = options.kept ?? new Kept();
    this.medium = options.medium ?? goodLine;
    this.#random = new SeededRandom(options.seed ?? 1);
    this.#power = readerLinkDevice({ ...defaultReaderLinkModel, random: this.#random, ...options.model });
    this.device = this.#switchOn();
  }

  /** Opens the line: a driver of its own, and the reader sees the host. */
  open(): void {
    this.#line += 1;
    const line = this.#line;
    const driver = readerLinkDriver(
      {
        write: (bytes) => this.#carry(bytes, "to-device", line),
        writeFeature: () => undefined,
        scan: (scan) => this.#keep(scan, line),
        discarded: (why, bytes) => void this.discards.push([why, bytes]),
        ready: (report) => void this.reports.push(report),
        fault: (fault) => void this.faults.push(fault),
        failed: (why) => void this.failures.push(why),
        wakeAt: (timeMs) => {
          if (line === this.#line) this.#hostWishMs = timeMs;
        },
      },
      { taken: this.kept, random: this.#random, ...this.#options.driver },
    );
    this.driver = driver;
    this.device.connected(this.nowMs);
    driver.start(this.nowMs);
  }

  /** The host's process is killed: nothing that it had under way is done, not even said. */
  kill(): void {
    this.#line += 1;
    this.driver = undefined;
    this.#hostWishMs = undefined;
    this.device.disconnected();
  }

  /** Opens, and arms as soon as the reader is ready. */
  openArmed(): void {
    this.open();
    this.run(50);
    this.driver?.setArmed(true, this.nowMs);
    this.run(50);
  }

  /** The reader loses its power and gets it back; the line stays as it is for the host. */
  cutPower(): void {
    this.#deviceWishMs = undefined;
    this.device = this.#switchOn();
    if (this.driver !== undefined) this.device.connected(this.nowMs);
  }

  present(text: string): boolean {
    return this.device.present(Buffer.from(text), this.nowMs);
  }

  /** The bodies that one side wrote, of one kind. */
  bodies<K extends Body["kind"]>(direction: Direction, kind: K): readonly (Body & { readonly kind: K })[] {
    const found = this.sent.filter((each) => each.direction === direction && each.body.kind === kind);
    return found.map(({ body }) => body as Body & { readonly kind: K });
  }

  /** Lets time pass; whatever is due happens in its order. */
  run(ms: number): void {
    const endMs = this.nowMs + ms;
    for (;;) {
      const [next] = this.#events;
      const atMs = Math.min(next?.atMs ?? Infinity, this.#hostWishMs ?? Infinity, this.#deviceWishMs ?? Infinity);
      if (atMs > endMs) break;
      this.nowMs = Math.max(this.nowMs, atMs);
      // Bytes that have arrived are handed over before anybody is woken.
      if (next !== undefined && next.atMs <= this.nowMs) {
        this.#events.shift();
        next.work();
      } else if (this.#hostWishMs !== undefined && this.#hostWishMs <= this.nowMs) {
        this.#hostWishMs = undefined;
        this.driver?.wake(this.nowMs);
      } else {
        this.#deviceWishMs = undefined;
        this.device.wake(this.nowMs);
      }
    }
    this.nowMs = endMs;
  }

  /** Bytes for one side that the other has not written. */
  inject(bytes: Uint8Array, direction: Direction): void {
    this.#deliver(bytes, direction, this.#line);
  }

  #switchOn(): ReaderLinkDevice {
    const device: ReaderLinkDevice = this.#power({
      write: (bytes) => {
        if (device === this.device || this.device === undefined) this.#carry(bytes, "to-host", this.#line);
      },
      wakeAt: (timeMs) => {
        if (device === this.device) this.#deviceWishMs = timeMs;
      },
      sign: (sign) => void this.signs.push(sign),
    });
    return device;
  }

  #keep(scan: Scan, line: number): void {
    const text = Buffer.from(scan.raw).toString();
    const { outcome, settleMs } = this;
    if (scan.link === undefined) throw new Error("a scan without its number");
    const { link } = scan;
    if (outcome === "never") return;
    const isStored = outcome === "accepted" || outcome === "repeated" || outcome === "rejected";
    // The commit and the word about it are two moments: a kill may come between them.
    this.#at(settleMs, () => {
      if (line !== this.#line) return;
      if (isStored) this.kept.store(text, link);
      this.#at(0, () => {
        if (line === this.#line) this.driver?.settle(scan, outcome, this.nowMs);
      });
    });
  }

  #carry(bytes: Uint8Array, direction: Direction, line: number): void {
    this.#record(bytes, direction);
    for (const piece of this.medium(bytes.slice(), direction)) {
      this.#at(piece.delayMs, () => this.#deliver(piece.bytes, direction, line));
    }
  }

  #deliver(bytes: Uint8Array, direction: Direction, line: number): void {
    if (line !== this.#line) return;
    if (direction === "to-host") this.driver?.receive(bytes, this.nowMs);
    else this.device.receive(bytes, this.nowMs);
    bytes.fill(0xee); // the port uses its memory again
  }

  #record(bytes: Uint8Array, direction: Direction): void {
    const reader = new FrameReader({
      payload: (payload) => {
        const envelope = decodeEnvelope(payload);
        if (envelope !== undefined) {
          this.sent.push({ direction, seq: envelope.seq, body: comparable(envelope.body) as Body });
        }
      },
      discarded: () => undefined,
    });
    reader.push(bytes);
  }

  #at(delayMs: number, work: () => void): void {
    this.#order += 1;
    const event: Event = { atMs: this.nowMs + delayMs, order: this.#order, work };
    const place = this.#events.findIndex(({ atMs }) => atMs > event.atMs);
    this.#events.splice(place < 0 ? this.#events.length : place, 0, event);
  }
}
