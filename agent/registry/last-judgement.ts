// What the audit last wrote of a reader: for tools that look at a desk beside its running agent.
import { readFile } from "node:fs/promises";

export interface LastJudgement {
  /** RFC 3339. */
  readonly at: string;
  readonly status: string;
  readonly firmware: string | undefined;
}

/** Undefined where nothing was written of it, or the file can't be read. Never rejects. */
export async function lastJudgement(auditPath: string, reader: string): Promise<LastJudgement | undefined> {
  const text = await readFile(auditPath, "utf8").catch(() => "");
  for (const line of text.split("\n").reverse()) {
    const record = parse(line);
    if (record?.["reader"] !== reader) continue;
    const { at, status, firmware } = record;
    if (typeof at !== "string" || typeof status !== "string") continue;
    return { at, status, firmware: typeof firmware === "string" ? firmware : undefined };
  }
  return undefined;
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
