// The line of the reader that is to be learnt: where it is, and how it is opened.
import { realpath } from "node:fs/promises";
import type { DeviceIdentity } from "../../agent/devices/device-identity.ts";
import { DeviceReading, type DeviceRoots, machineRoots } from "../../agent/devices/read-devices.ts";
import { openHidPort } from "../../agent/ports/hid-port.ts";
import { openSerialPort } from "../../agent/ports/serial-port.ts";
import { openTcpPort } from "../../agent/ports/tcp-port.ts";
import { type HidPosLayout, hidPosLayout } from "../../protocol/frame/hid-pos/layout.ts";
import { readReportDescriptor } from "../../protocol/frame/hid-pos/report-descriptor.ts";
import type { Log } from "../../protocol/host.ts";
import { isPortError, type Port } from "../../protocol/port.ts";
import { CommandFailure, exitCodes } from "../../service/exit-codes.ts";

export type ReaderLine =
  | { readonly kind: "serial" | "hid"; readonly path: string }
  | { readonly kind: "tcp"; readonly host: string; readonly port: number };

/** Throws `CommandFailure` (2) unless exactly one line is named, in its form. */
export function readerLine(options: { serial?: string; tcp?: string; hid?: string }): ReaderLine {
  const { serial, tcp, hid } = options;
  if ([serial, tcp, hid].filter((place) => place !== undefined).length !== 1) {
    throw wrong("Cần đúng một trong --serial, --tcp, --hid | Name exactly one of --serial, --tcp, --hid");
  }
  if (serial !== undefined) return { kind: "serial", path: serial };
  if (hid !== undefined) return { kind: "hid", path: hid };
  const [, host, port] = /^\[?([^\s[\]]+)\]?:(\d{1,5})$/.exec(tcp ?? "") ?? [];
  if (host === undefined || Number(port) < 1 || Number(port) > 65_535) {
    throw wrong("--tcp: dạng máy:cổng, ví dụ 192.168.1.20:4001 | --tcp must look like 192.168.1.20:4001");
  }
  return { kind: "tcp", host, port: Number(port) };
}

/** A person watches: what matters is said in the summary. */
const silent: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** Throws `CommandFailure`: 6 where another program holds the reader, else 1. */
export async function openLine(line: ReaderLine, baudRate: number): Promise<Port> {
  try {
    switch (line.kind) {
      case "serial":
        return await openSerialPort({ path: line.path, baudRate });
      case "hid":
        return await openHidPort(line, { log: silent });
      case "tcp":
        return await openTcpPort(line);
    }
  } catch (error) {
    throw lineFailure(error);
  }
}

/** What to tell when the line can't be opened, or went away. */
export function lineFailure(error: unknown): CommandFailure {
  if (!isPortError(error)) throw error;
  const holder = error.holder === undefined ? "" : ` (${error.holder})`;
  const exitCode = error.code === "port-claimed" ? exitCodes.readerClaimed : exitCodes.failed;
  return new CommandFailure(exitCode, `${error.message}${holder}`, { cause: error });
}

/** All readers that are plugged in, and the one behind the line. */
export async function pluggedDevices(
  line: ReaderLine,
  roots: DeviceRoots = machineRoots,
): Promise<{ readonly all: readonly DeviceIdentity[]; readonly own: DeviceIdentity | undefined }> {
  const all = (await new DeviceReading(roots).read()) ?? [];
  const node = line.kind === "tcp" ? undefined : await realNode(line.path);
  for (const device of all)
    if (node !== undefined && (await realNode(device.path)) === node) return { all, own: device };
  return { all, own: undefined };
}

/** What the report descriptor of a HID reader declares. */
export function declaredLayout(device: DeviceIdentity | undefined): HidPosLayout | undefined {
  const descriptor = device?.reportDescriptor;
  return descriptor === undefined ? undefined : hidPosLayout(readReportDescriptor(descriptor), undefined);
}

const realNode = (path: string): Promise<string | undefined> => realpath(path).catch(() => undefined);
const wrong = (sentence: string) => new CommandFailure(exitCodes.wrongUsage, sentence);
