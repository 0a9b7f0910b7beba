// One line of the doctor: what was looked at, how it is, and what to do about it.
import type { ExitCode } from "../../service/exit-codes.ts";
import { styled } from "../terminal.ts";

/** Words are Vietnamese, then English after ` | `; nothing in them is a patient's. */
export interface Finding {
  readonly check: string;
  readonly isGood: boolean;
  readonly words: string;
  /** Works, but somebody should know: what to do stands in `fix`. */
  readonly isHint?: boolean;
  readonly fix?: string;
  /** The exit code when this is all that is wrong; 1 where none is given. */
  readonly exitCode?: ExitCode;
}

export function findingLine({ check, isGood, isHint, words, fix }: Finding): string {
  const goodMark = isHint === true ? styled("yellow", "!") : styled("green", "✔");
  return `${isGood ? goodMark : styled("red", "✖")} ${check}: ${words}${fix === undefined ? "" : `\n    → ${fix}`}`;
}
