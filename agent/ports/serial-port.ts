// The door to the serialport library: opens a serial device as a Port.
import { SerialPort } from "serialport";
import { type Port, PortError, type PortErrorCode } from "../../protocol/port.ts";
import { findPortHolder } from "./port-holder.ts";

export interface SerialLine {
  readonly path: string;
  readonly baudRate: number;
}

/** Bytes taken from the kernel in one read; a burst of scans is one chunk, and nothing larger is ever buffered. */
const readBytesMax = 65_536;

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
  return {
    start(onBytes, onLost) {
      serial.on("data", onBytes);
      const lost = (cause: unknown) => {
        if (closing === undefined) onLost(new PortError("port-lost", { cause }));
      };
      serial.once("close", lost); // an unplugged device says `close`, not `error`
      serial.on("error", lost);
    },
    write(bytes) {
      return new Promise((resolve, reject) => {
        serial.write(Buffer.from(bytes), (error) =>
          error ? reject(new PortError("port-lost", { cause: error })) : resolve(),
        );
      });
    },
    close() {
      closing ??= new Promise((resolve) => {
        if (!serial.isOpen) {
          resolve();
          return;
        }
        serial.close(() => resolve());
      });
      return closing;
    },
  };
}

/** The library's errors are sentences of the operating system; these words are the ones it uses on Linux. */
function codeOf(error: Error): PortErrorCode {
  const words = error.message;
  if (/No such file|ENOENT|No such device|ENXIO|ENODEV/i.test(words)) return "port-absent";
  if (/Cannot lock|busy|EBUSY|temporarily unavailable/i.test(words)) return "port-claimed";
  if (/Permission|EACCES|EPERM/i.test(words)) return "port-forbidden";
  return "port-failed";
}
