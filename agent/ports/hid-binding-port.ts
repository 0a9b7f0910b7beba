// A HID device as a Port through a native binding, of which node-hid is the one we use.
import { type Port, PortError } from "../../protocol/port.ts";

/** A Port whose chunks are single reports, each with its report id where the device has ids. */
export interface HidPort extends Port {
  /** Sends a feature report that begins with its id. Throws `PortError`. */
  writeFeature(report: Uint8Array): Promise<void>;
}

/** The part of node-hid's HIDAsync that a Port needs. */
export interface HidHandle {
  on(event: "data", listener: (report: Uint8Array) => void): unknown;
  /** node-hid tells errors as strings. */
  on(event: "error", listener: (error: unknown) => void): unknown;
  write(report: Buffer): Promise<unknown>;
  sendFeatureReport(report: Buffer): Promise<unknown>;
  close(): Promise<void>;
}

export function asHidPort(handle: HidHandle): HidPort {
  let closing: Promise<void> | undefined;
  let isLost = false;
  const close = () => {
    // A binding that can't close a device that is gone has nothing left to close.
    closing ??= handle.close().catch(() => undefined);
    return closing;
  };
  const send = async (work: () => Promise<unknown>): Promise<void> => {
    if (isLost || closing !== undefined) throw new PortError("port-lost");
    try {
      await work();
    } catch (error) {
      throw new PortError("port-lost", { cause: asError(error) });
    }
  };
  return {
    start(onBytes, onLost) {
      handle.on("error", (error) => {
        if (isLost || closing !== undefined) return;
        isLost = true;
        void close(); // the device keeps its node busy until its last file is closed
        onLost(new PortError("port-lost", { cause: asError(error) }));
      });
      handle.on("data", (report) => {
        // In a turn of its own: the binding would take an error of ours for one of the device, and go on.
        process.nextTick(() => {
          if (!isLost && closing === undefined) onBytes(report);
        });
      });
    },
    write: (bytes) => send(() => handle.write(Buffer.from(bytes))),
    writeFeature: (report) => send(() => handle.sendFeatureReport(Buffer.from(report))),
    close,
  };
}

/** What a binding throws, rejects with or emits: an error, or words alone. */
export const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
