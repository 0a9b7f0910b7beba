// Reads a password from its file, so that it stands neither in the configuration nor on a command line.
import { readFileSync } from "node:fs";
import { CommandFailure, exitCodes } from "../service/exit-codes.ts";

/** The first line of the file. Throws `CommandFailure` (2) when it can't be read or is empty. */
export function readSecret(path: string): string {
  let secret: string | undefined;
  try {
    secret = readFileSync(path, "utf8").split(/\r?\n/, 1)[0];
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    throw new CommandFailure(
      exitCodes.wrongUsage,
      `Không đọc được tệp mật khẩu | The password file can't be read: ${path} (${code})`,
    );
  }
  if (secret === undefined || secret === "") {
    throw new CommandFailure(exitCodes.wrongUsage, `Tệp mật khẩu trống | The password file is empty: ${path}`);
  }
  return secret;
}
