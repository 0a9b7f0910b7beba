// What a simulated device is: the reader's side of a conversation as a model without I/O, clock or timer.

/** What a person at the desk would hear or see of the device; `held` is the short tone before the host has answered. */
export type DeviceSign = "good-read" | "held" | "error" | "light" | "identify";

/** Where a device's doings go. */
export interface DeviceSurroundings {
  /** Bytes for the host: a piece of a byte line, one HID input report, or one Socket.IO event as UTF-8 JSON `[name, argument]`. */
  write(bytes: Uint8Array): void;
  /** Asks for `wake` at this monotonic time in milliseconds; replaces the last wish. */
  wakeAt(timeMs: number | undefined): void;
  sign(sign: DeviceSign): void;
}

/** One powered device. Lives on when the line is closed and opened again, as a reader with its own battery or ring does. */
export interface Device {
  /** The host has opened the line. */
  connected(nowMs: number): void;
  receive(chunk: Uint8Array, nowMs: number): void;
  wake(nowMs: number): void;
  /** A patient shows this code. Answers whether the device took it; it refuses while disarmed, busy or full. */
  present(payload: Uint8Array, nowMs: number): boolean;
  /** The line was closed by the host, or the plug pulled. */
  disconnected(): void;
  /** Scans that the device holds and will send again. */
  readonly held: number;
}

/** Switches the device on: with nothing remembered but what its model keeps over a loss of power. */
export type PowerDevice = (surroundings: DeviceSurroundings) => Device;
