// Words for people on standard error, coloured only where a person reads them.
import { styleText } from "node:util";

type Style = Parameters<typeof styleText>[0];

/** The text in a style when standard error is a terminal and NO_COLOR is not set (no-color.org); else as it is. */
export function styled(style: Style, text: string): string {
  const isForPeople = process.stderr.isTTY === true && (process.env["NO_COLOR"] ?? "") === "";
  return isForPeople ? styleText(style, text) : text;
}

/** Says something to the person at the terminal. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Writes one line of data. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
