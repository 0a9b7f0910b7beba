// What the disk asks for one durable write just now: the floor below every PUBACK that means kept.
import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { median } from "./measure.ts";

const page = Buffer.alloc(8_192, 1);
const pages = 16;

/** Overwrites one page after the other of its file, as a write-ahead log does. */
export class SyncProbe {
  readonly #file: number;

  constructor(folder: string) {
    this.#file = openSync(join(folder, "sync-probe"), "w");
    for (let index = 0; index < pages; index += 1) this.#write(index);
    fsyncSync(this.#file);
  }

  /** The median of a few, in milliseconds. */
  milliseconds(): number {
    const times: number[] = [];
    for (let index = 0; index < pages; index += 1) {
      const at = performance.now();
      this.#write(index);
      fsyncSync(this.#file);
      times.push(performance.now() - at);
    }
    return median(times);
  }

  close(): void {
    closeSync(this.#file);
  }

  #write(index: number): void {
    writeSync(this.#file, page, 0, page.length, index * page.length);
  }
}
