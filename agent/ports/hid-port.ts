// The door to node-hid: opens a HID device as a Port, through the binding where it loads and through plain files where not.
import type { Log } from "../../protocol/host.ts";
import { PortError, type PortErrorCode } from "../../protocol/port.ts";
import { asError, asHidPort, type HidHandle, type HidPort } from "./hid-binding-port.ts";
import { openHidrawPort } from "./hidraw-port.ts";
import { findPortHolder } from "./port-holder.ts";

export interface HidLine {
  /** A node such as /dev/hidraw0; which one a reader has is found by usage page, never by vendor and product alone. */
  readonly path: string;
}

/** Opens a device; undefined where the machine has no binding. */
export type HidBinding = { open(path: string): Promise<HidHandle> } | undefined;

export interface HidTools {
  readonly log: Log;
  /** Loads the binding; only called when the first device is opened. */
  readonly loadBinding?: (() => Promise<HidBinding>) | undefined;
}

/** Throws `PortError`; the code says whether waiting can help. hidraw has no locks: who holds the device is looked up. */
export async function openHidPort(line: HidLine, { log, loadBinding = loadNodeHid(log) }: HidTools): Promise<HidPort> {
  const holder = await findPortHolder(line.path);
  if (holder !== undefined) throw new PortError("port-claimed", { holder });
  try {
    const binding = await loadBinding();
    return binding === undefined ? await openHidrawPort(line.path) : asHidPort(await binding.open(line.path));
  } catch (error) {
    throw new PortError(codeOf(asError(error)), { cause: asError(error) });
  }
}

let loaded: Promise<HidBinding> | undefined;

/** Once in a process: a library that is missing now is missing until the next start. */
const loadNodeHid = (log: Log) => () => {
  loaded ??= importNodeHid(log);
  return loaded;
};

async function importNodeHid(log: Log): Promise<HidBinding> {
  try {
    const { HIDAsync, getHidapiVersion, setDriverType } = await import("node-hid");
    setDriverType("hidraw"); // before the first call: the other driver takes the device away from the kernel
    getHidapiVersion(); // loads the native part
    return { open: (path) => HIDAsync.open(path) };
  } catch (error) {
    const cause = asError(error).message.split("\n")[0];
    log.warn(
      { cause },
      "node-hid can't be loaded (apt install libusb-1.0-0); HID readers are read as plain files, and none can be told to leave keyboard mode",
    );
    return undefined;
  }
}

/** The binding's errors are sentences; those of files bear the code of the operating system in theirs. */
function codeOf({ message }: Error): PortErrorCode {
  if (/No such (file|device)|ENOENT|ENXIO|ENODEV/i.test(message)) return "port-absent";
  if (/busy|EBUSY/i.test(message)) return "port-claimed";
  if (/Permission|EACCES|EPERM|not permitted/i.test(message)) return "port-forbidden";
  return "port-failed";
}
