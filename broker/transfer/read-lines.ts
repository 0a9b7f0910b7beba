// Reads the lines of a large file one at a time, in little memory.
import { closeSync, openSync, readSync } from "node:fs";
import { TransferError } from "./transfer-error.ts";

/** A packet has at most 1 MiB, which is 1.4 as base64. */
const lineBytesMax = 4 * 1024 * 1024;
const chunkBytes = 256 * 1024;
const lineFeed = 0x0a;

export interface Line {
  /** From 1. */
  readonly number: number;
  readonly bytes: Buffer;
}

/** Lines without their end; a last line may lack it. Throws `TransferError`, or what the file system says. */
export function* readLines(path: string): Generator<Line> {
  const file = openSync(path, "r");
  try {
    const chunk = Buffer.alloc(chunkBytes);
    let number = 1;
    let rest: Buffer[] = [];
    let restBytes = 0;
    for (let length = readSync(file, chunk); length > 0; length = readSync(file, chunk)) {
      let from = 0;
      for (let end = chunk.indexOf(lineFeed); end >= 0 && end < length; end = chunk.indexOf(lineFeed, from)) {
        yield { number, bytes: Buffer.concat([...rest, chunk.subarray(from, end)]) };
        number += 1;
        rest = [];
        restBytes = 0;
        from = end + 1;
      }
      restBytes += length - from;
      if (restBytes > lineBytesMax) throw new TransferError("line-too-long", { line: number });
      rest.push(Buffer.from(chunk.subarray(from, length)));
    }
    if (restBytes > 0) yield { number, bytes: Buffer.concat(rest) };
  } finally {
    closeSync(file);
  }
}
