// Whether the machine has the library that node-hid is linked to; without it HID readers work as plain files.
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Finding } from "./finding.ts";

const library = "libusb-1.0.so.0";
/** Where Debian and others keep libraries. */
const folders = ["/lib", "/usr/lib", "/usr/lib64", "/usr/local/lib"];
const triplets: Readonly<Record<string, string>> = {
  x64: "x86_64-linux-gnu",
  arm64: "aarch64-linux-gnu",
  arm: "arm-linux-gnueabihf",
};

/** Asked only where a reader is a HID device. */
export function checkHidLibrary(exists: (path: string) => boolean = existsSync): Finding {
  const check = "HID";
  const triplet = triplets[process.arch] ?? "";
  const isThere = folders.some((folder) => exists(join(folder, library)) || exists(join(folder, triplet, library)));
  if (isThere) return { check, isGood: true, words: library };
  return {
    ...{ check, isGood: true, isHint: true },
    words: `Không có ${library}: đầu đọc HID được đọc như tệp, không chuyển được chế độ bàn phím | ${library} is missing: HID readers are read as plain files and can't be switched out of keyboard mode`,
    fix: "apt install libusb-1.0-0",
  };
}
