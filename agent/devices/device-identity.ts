// Which device hangs on a node of /dev: what it says of itself, and the port it is plugged into; never the node's number.

export type DeviceKind = "tty" | "hidraw";

/** Claims of the device, read from sysfs. */
export interface DeviceIdentity {
  /**
   * Names the device in events and in the configuration: `vid:pid:serial`, or `vid:pid@port` where it has no serial number
   * or shares it with another that is plugged in, or `@port` where it is not on USB.
   */
  readonly key: string;
  readonly kind: DeviceKind;
  /** The node to open; changes whenever the device is plugged in again. */
  readonly path: string;
  /** Four lower-case hexadecimal digits; undefined where the device is not on USB. */
  readonly vid: string | undefined;
  readonly pid: string | undefined;
  readonly serial: string | undefined;
  readonly product: string | undefined;
  /** `bInterfaceNumber`, two hexadecimal digits: a composite device has a node for each of some interfaces. */
  readonly interface: string | undefined;
  /** Where it is plugged in: `1-1.2` is bus 1, port 1, port 2 of the hub there. */
  readonly port: string | undefined;
  /** Of HID: the usage pages of its application collections, hexadecimal without leading zeros; `8c` is bar code scanners. */
  readonly usagePages: readonly string[];
  /** Of HID, as the device gave it. */
  readonly reportDescriptor: Uint8Array | undefined;
}

/** What the configuration and the profile say of the device; a member that is left out fits every device. */
export interface DeviceSelector {
  readonly kind: DeviceKind;
  readonly vid?: string | undefined;
  readonly pid?: string | undefined;
  readonly serial?: string | undefined;
  readonly port?: string | undefined;
  readonly interface?: string | undefined;
  readonly usagePage?: string | undefined;
}

/** Where a selected device is. Ambiguous: more than one fits, so none may be opened until the port is named. */
export type DevicePlace =
  | { readonly kind: "absent" }
  | { readonly kind: "there"; readonly path: string; readonly identity: DeviceIdentity }
  | { readonly kind: "ambiguous"; readonly candidates: readonly DeviceIdentity[] };

/** The place of the one device that fits any of `selectors`: a profile may know several products. */
export function placeOf(selectors: readonly DeviceSelector[], devices: readonly DeviceIdentity[]): DevicePlace {
  const candidates = devices.filter((device) => selectors.some((selector) => fits(selector, device)));
  const [identity, ...others] = candidates;
  if (identity === undefined) return { kind: "absent" };
  if (others.length > 0) return { kind: "ambiguous", candidates };
  return { kind: "there", path: identity.path, identity };
}

function fits(selector: DeviceSelector, device: DeviceIdentity): boolean {
  const { usagePage } = selector;
  return (
    selector.kind === device.kind &&
    isWanted(selector.vid, device.vid) &&
    isWanted(selector.pid, device.pid) &&
    isWanted(selector.interface, device.interface) &&
    (selector.serial === undefined || selector.serial === device.serial) &&
    (selector.port === undefined || selector.port === device.port) &&
    (usagePage === undefined || device.usagePages.includes(hexWithoutZeros(usagePage)))
  );
}

const isWanted = (wanted: string | undefined, actual: string | undefined): boolean =>
  wanted === undefined || wanted.toLowerCase() === actual;

const hexWithoutZeros = (hex: string): string => Number.parseInt(hex, 16).toString(16);

/**
 * Gives every device its key. Two devices on different ports with one serial number are told apart by the port alone; the
 * nodes of one composite device share its key.
 */
export function withKeys(devices: readonly Omit<DeviceIdentity, "key">[]): DeviceIdentity[] {
  const portsOf = new Map<string, Set<string | undefined>>();
  for (const device of devices) {
    const key = serialKey(device);
    if (key !== undefined) portsOf.set(key, (portsOf.get(key) ?? new Set()).add(device.port));
  }
  return devices.map((device) => {
    const key = serialKey(device);
    const isShared = key !== undefined && (portsOf.get(key)?.size ?? 0) > 1;
    return { ...device, key: key === undefined || isShared ? portKey(device) : key };
  });
}

type Numbered = Pick<DeviceIdentity, "vid" | "pid" | "serial" | "port">;

const serialKey = ({ vid, pid, serial }: Numbered): string | undefined =>
  vid === undefined || serial === undefined ? undefined : `${vid}:${pid ?? "?"}:${serial}`;

const portKey = ({ vid, pid, port = "?" }: Numbered): string =>
  vid === undefined ? `@${port}` : `${vid}:${pid ?? "?"}@${port}`;
