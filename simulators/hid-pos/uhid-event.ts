// Events of /dev/uhid, through which a program plays a HID device to Linux (include/uapi/linux/uhid.h; little-endian machines).

const types = {
  destroy: 1,
  start: 2,
  stop: 3,
  open: 4,
  close: 5,
  output: 6,
  getReport: 9,
  getReportReply: 10,
  create: 11,
  input: 12,
  setReport: 13,
  setReportReply: 14,
} as const;

const typeBytes = 4;
/** Longest report and longest descriptor (UHID_DATA_MAX, HID_MAX_DESCRIPTOR_SIZE). */
const dataBytesMax = 4_096;
/** Size of `struct uhid_event`. */
export const eventBytesMax = 4_380;
const busUsb = 3;
/** "Not supported", as a device answers that has no such report. */
const errorNotSupported = 95;

export interface UhidDevice {
  readonly name: string;
  /** Stands for the port it is plugged into. */
  readonly place: string;
  readonly serial: string;
  readonly vendor: number;
  readonly product: number;
  readonly descriptor: Uint8Array;
}

/** What the kernel tells the device. Reports begin with their id where the device numbers them. */
export type UhidEvent =
  | { readonly kind: "open" | "close" | "other" }
  | { readonly kind: "output"; readonly report: Uint8Array }
  | { readonly kind: "set-report"; readonly id: number; readonly report: Uint8Array }
  | { readonly kind: "get-report"; readonly id: number };

export function encodeCreate(device: UhidDevice): Uint8Array {
  const { descriptor } = device;
  if (descriptor.length > dataBytesMax) throw new Error("the descriptor is longer than Linux takes");
  const event = newEvent(types.create, 276 + descriptor.length);
  event.write(device.name.slice(0, 127), 4, "latin1");
  event.write(device.place.slice(0, 63), 132, "latin1");
  event.write(device.serial.slice(0, 63), 196, "latin1");
  event.writeUInt16LE(descriptor.length, 260);
  event.writeUInt16LE(busUsb, 262);
  event.writeUInt32LE(device.vendor, 264);
  event.writeUInt32LE(device.product, 268);
  event.set(descriptor, 280);
  return event;
}

export const encodeDestroy = (): Uint8Array => newEvent(types.destroy, 0);

/** A report that the device sends. */
export function encodeInput(report: Uint8Array): Uint8Array {
  const event = newEvent(types.input, 2 + report.length);
  event.writeUInt16LE(report.length, 4);
  event.set(report, 6);
  return event;
}

/** The kernel waits up to five seconds for it. */
export function encodeSetReportReply(id: number): Uint8Array {
  const event = newEvent(types.setReportReply, 6);
  event.writeUInt32LE(id, 4);
  return event;
}

/** The device has nothing to read. */
export function encodeGetReportRefusal(id: number): Uint8Array {
  const event = newEvent(types.getReportReply, 8);
  event.writeUInt32LE(id, 4);
  event.writeUInt16LE(errorNotSupported, 8);
  return event;
}

/** One event as it was read; what is too short counts as filled up with zeros. */
export function decodeEvent(bytes: Uint8Array): UhidEvent {
  const event = Buffer.alloc(eventBytesMax);
  event.set(bytes.subarray(0, eventBytesMax));
  switch (event.readUInt32LE(0)) {
    case types.open:
      return { kind: "open" };
    case types.close:
      return { kind: "close" };
    case types.output: {
      const length = Math.min(event.readUInt16LE(4 + dataBytesMax), dataBytesMax);
      return { kind: "output", report: Uint8Array.from(event.subarray(4, 4 + length)) };
    }
    case types.setReport: {
      const length = Math.min(event.readUInt16LE(10), dataBytesMax);
      return {
        kind: "set-report",
        id: event.readUInt32LE(4),
        report: Uint8Array.from(event.subarray(12, 12 + length)),
      };
    }
    case types.getReport:
      return { kind: "get-report", id: event.readUInt32LE(4) };
    default:
      return { kind: "other" };
  }
}

function newEvent(type: number, payloadBytes: number): Buffer {
  const event = Buffer.alloc(typeBytes + payloadBytes);
  event.writeUInt32LE(type, 0);
  return event;
}
