// How IT gets a reader out of keyboard mode, by the maker's USB number (READERS chapters 5 and 13).

export interface PluggedReader {
  readonly vid: string | undefined;
  readonly pid: string | undefined;
  /** HID usage pages, hexadecimal; empty for a serial device. */
  readonly usagePages: readonly string[];
}

const barCodeScannerPage = "8c";

interface Maker {
  readonly name: string;
  /** What to choose in the maker's manual: Vietnamese, then English. Bar codes of our own invention are never shown. */
  readonly hint: string;
}

const honeywell: Maker = {
  name: "Honeywell",
  hint: "Quét mã cài đặt Terminal ID 131 (USB HID POS) hoặc 130 (USB serial) trong sổ tay | Scan the set-up code of terminal id 131 (USB HID POS) or 130 (USB serial) in the manual",
};
const makers: Readonly<Record<string, Maker>> = {
  "0c2e": honeywell,
  "0536": honeywell,
  "23d0": { ...honeywell, name: "Youjie" },
  "1eab": {
    name: "Newland",
    hint: "Quét mã cài đặt USB CDC (PID thành xx06) hoặc HID POS (PID thành xx10) trong sổ tay | Scan the set-up code of USB CDC (PID becomes xx06) or HID POS (xx10) in the manual",
  },
  "05e0": {
    name: "Zebra",
    hint: "Quét mã cài đặt USB CDC trong sổ tay (PID thành 1701); không dùng SNAPI, IBM | Scan the set-up code of USB CDC in the manual (PID becomes 1701); not SNAPI, not IBM",
  },
  "05f9": {
    name: "Datalogic",
    hint: "Quét mã cài đặt USB-COM trong sổ tay (PID thành 4204) | Scan the set-up code of USB-COM in the manual (PID becomes 4204)",
  },
};

/** One sentence for each plugged reader of a known maker that offers no bar code interface. Empty: none is in sight. */
export function keyboardHints(devices: readonly PluggedReader[]): readonly string[] {
  return devices.flatMap(({ vid, pid, usagePages }) => {
    const maker = vid === undefined ? undefined : makers[vid];
    if (maker === undefined || usagePages.length === 0 || usagePages.includes(barCodeScannerPage)) return [];
    return [`${maker.name} ${vid}:${pid}: ${maker.hint}`];
  });
}
