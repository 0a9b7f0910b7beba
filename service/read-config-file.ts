// Reads a configuration file from disk, so that a missing or unreadable one is reported like any other fault in it.
import { readFileSync, statSync } from "node:fs";
import type { z } from "zod";
import type { ConfigFault } from "./config-fault.ts";
import { type LoadedConfig, loadConfig } from "./load-config.ts";

/** Bytes of a configuration file: a desk's has 5 KiB, and a log file given by mistake should not be parsed. */
const configBytesMax = 256 * 1024;

/** `loadConfig` for a file; every reason for which it can't be read is a fault on line 1. */
export function loadConfigFile<T>(path: string, schema: z.ZodType<T>): LoadedConfig<T> {
  const read = readConfigText(path);
  return read.kind === "text" ? loadConfig(read.text, path, schema) : read;
}

function readConfigText(
  path: string,
): { kind: "text"; text: string } | { kind: "faulty"; faults: readonly ConfigFault[] } {
  const refuse = (words: Pick<ConfigFault, "message" | "fix">) =>
    ({ kind: "faulty", faults: [{ fileName: path, line: 1, column: 1, path: "", ...words }] }) as const;
  try {
    const size = statSync(path).size;
    if (size > configBytesMax) return refuse(tooLarge);
    return { kind: "text", text: new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(path)) };
  } catch (error) {
    if (error instanceof TypeError) return refuse(notUtf8); // what a fatal TextDecoder throws
    const code = (error as NodeJS.ErrnoException).code ?? "";
    return refuse(
      fileFaults[code] ?? {
        message: `Không đọc được tệp (${code}) | The file can't be read (${code})`,
        fix: checkFile,
      },
    );
  }
}

const checkFile = "Xem lại đường dẫn và quyền của tệp | Check the path and the rights of the file";

const fileFaults: Readonly<Record<string, Pick<ConfigFault, "message" | "fix">>> = {
  ENOENT: {
    message: "Không có tệp này | There is no such file",
    fix: "Tạo tệp bằng `tiepdon config example` hoặc sửa --config | Make it with `tiepdon config example`, or correct --config",
  },
  EACCES: {
    message: "Không có quyền đọc tệp | No right to read the file",
    fix: "Cho người dùng của dịch vụ quyền đọc: chown root:tiepdon, chmod 640 | Let the service user read it: chown root:tiepdon, chmod 640",
  },
  EISDIR: { message: "Đây là thư mục | This is a directory", fix: "Ghi rõ tên tệp | Name the file in it" },
};
const tooLarge = {
  message: `Tệp lớn hơn ${configBytesMax / 1024} KiB | The file is larger than ${configBytesMax / 1024} KiB`,
  fix: checkFile,
};
const notUtf8 = {
  message: "Tệp không phải UTF-8 | The file is not UTF-8",
  fix: "Lưu lại tệp với bảng mã UTF-8 | Save the file as UTF-8",
};
