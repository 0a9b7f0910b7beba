// One fault in a configuration file, and how a list of them is shown.

/** `line` and `column` count from 1. `path` reads like `readers[0].port`, empty for the file itself. No value of the file is repeated in the words. */
export interface ConfigFault {
  readonly fileName: string;
  readonly line: number;
  readonly column: number;
  readonly path: string;
  /** What is wrong: Vietnamese, then English after ` | `. */
  readonly message: string;
  /** What to do about it, in the same two languages. */
  readonly fix: string;
}

/** Two lines a fault, in the order of the file: where and what, then the fix. Ends without a line end. */
export function describeFaults(faults: readonly ConfigFault[]): string {
  return faults
    .map((fault) => {
      const place = `${fault.fileName}:${fault.line}:${fault.column}`;
      const subject = fault.path === "" ? "" : `${fault.path}: `;
      return `${place} ${subject}${fault.message}\n    → ${fault.fix}`;
    })
    .join("\n");
}
