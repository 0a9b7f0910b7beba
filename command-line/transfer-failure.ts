// One sentence and the right exit code for what goes wrong when a store is copied, exported or taken in.
import { TransferError } from "../broker/transfer/transfer-error.ts";
import { CommandFailure, exitCodes } from "../service/exit-codes.ts";
import { isDiskTrouble } from "../store/sqlite.ts";

/** Runs it; `path` is the file that was named. Throws `CommandFailure`, or what is no fault of a person. */
export async function reportingTransfer<T>(path: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw transferFailure(error, path);
  }
}

/** The failure that a person is told; the error itself where it is no fault of a person. */
export function transferFailure(error: unknown, path: string): unknown {
  if (error instanceof TransferError) {
    const place = error.line === undefined ? path : `${path}:${error.line}`;
    return new CommandFailure(exitCodes.wrongUsage, `${place} ${error.message}`);
  }
  if (isDiskTrouble(error)) return new CommandFailure(exitCodes.diskTrouble, `${diskSentence}: ${path}`);
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "EEXIST") return transferFailure(new TransferError("file-exists"), placeOf(error) ?? path);
  if (/^(ENOENT|ENOTDIR|EISDIR|ELOOP|ENAMETOOLONG)$/.test(code))
    return new CommandFailure(
      exitCodes.wrongUsage,
      `Không có tệp hoặc thư mục | No such file or folder (${code}): ${path}`,
    );
  if (/^(ENOSPC|EDQUOT|EROFS|EACCES|EPERM|EIO|EFBIG)$/.test(code)) {
    return new CommandFailure(exitCodes.diskTrouble, `${diskSentence} (${code}): ${path}`);
  }
  return error;
}

/** Which file the system names; it may be one beside that of the command, as an earlier run left it. */
const placeOf = (error: unknown): string | undefined =>
  error instanceof Error && "path" in error && typeof error.path === "string" ? error.path : undefined;

const diskSentence = "Không đọc hoặc ghi được | Can't be read or written";
