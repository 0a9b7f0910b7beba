// The door to the serialport library: opens a serial device as a Port.
import { fstatSync } from "node:fs";
import { SerialPort } from "serialport";
import { type Port, PortError, type PortErrorCode } from "../../protocol/port.ts";
import { findPortHolder } from "./port-holder.ts";

export interface SerialLine {
  readonly path: string;
  readonly baudRate: number;
}

/** Bytes taken from the kernel in one read; a burst of scans is one chunk, and nothing larger is ever buffered. */
const readBytesMax = 65_536;
/** How often the open device is looked at; a hang-up without it would only show as endless empty reads. */
const hangUpMs = 500;

/** Opens the device exclusively, 8N1. Throws `PortError`; the code says whether waiting can help. */
export async function openSerialPort(line: SerialLine): Promise<Port> {
  const holder = await findPortHolder(line.path);
  if (holder !== undefined) throw new PortError("port-claimed", { holder });
  const serial = new SerialPort({
    path: line.path,
    baudRate: line.baudRate,
    autoOpen: false,
    lock: true,
    highWaterMark: readBytesMax,
  });
  await new Promise<void>((resolve, reject) => {
    serial.open((error) => (error ? reject(new PortError(codeOf(error), { cause: error })) : resolve()));
  });
  return asPort(serial);
}

function asPort(serial: SerialPort): Port {
  let closing: Promise<void> | undefined;
  let isLost = false;
  let look: NodeJS.Timeout | undefined;
  const close = () => {
    clearInterval(look);
    closing ??= new Promise((resolve) => {
      if (serial.isOpen) serial.close(() => resolve());
      else resolve();
    });
    return closing;
  };
  return {
    start(onBytes, onLost) {
      const lost = (cause: unknown) => {
        if (isLost || closing !== undefined) return;
        isLost = true;
        void close();
        onLost(new PortError("port-lost", { cause }));
      };
      serial.on("data", (chunk: Buffer) => {
        if (!isLost && closing === undefined) onBytes(chunk);
      });
      serial.once("close", lost); // an unplugged device says `close`, not `error`
      serial.on("error", lost);
      look = setInterval(() => {
        if (isHungUp(serial)) lost(undefined);
      }, hangUpMs);
    },
    write(bytes) {
      return new Promise((resolve, reject) => {
        // The library would keep what is written to a closed port, and never answer.
        if (!serial.isOpen || closing !== undefined) {
          reject(new PortError("port-lost"));
          return;
        }
        serial.write(Buffer.from(bytes), (error) =>
          error ? reject(new PortError("port-lost", { cause: error })) : resolve(),
        );
      });
    },
    close,
  };
}

/**
 * Whether the device went away although nothing said so: Linux then answers every read with nothing, and the library
 * asks again at once. The device's own name is gone with it, even when the next device has already taken the same path.
 */
function isHungUp(serial: SerialPort): boolean {
  const descriptor = serial.port !== undefined && "fd" in serial.port ? serial.port.fd : null;
  try {
    return descriptor !== null && fstatSync(descriptor).nlink === 0;
  } catch {
    return true;
  }
}

/** The library's errors are sentences of the operating system; these words are the ones it uses on Linux. */
function codeOf(error: Error): PortErrorCode {
  const words = error.message;
  if (/No such file|ENOENT|No such device|ENXIO|ENODEV/i.test(words)) return "port-absent";
  if (/Cannot lock|busy|EBUSY|temporarily unavailable/i.test(words)) return "port-claimed";
  if (/Permission|EACCES|EPERM/i.test(words)) return "port-forbidden";
  return "port-failed";
}
