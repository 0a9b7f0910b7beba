// Which profiles fit a device that is plugged in.
import type { Profile } from "../../protocol/driver/profile.ts";
import { isBridge } from "../../protocol/driver/usb-bridges.ts";
import type { DeviceIdentity } from "../devices/device-identity.ts";

const barCodeScannerPage = 0x8c;

/**
 * The most fitting first: by the model's USB numbers, plain models before their variants; then the generic one. Empty for
 * a device that is no reader, as far as it says.
 */
export function matchingProfiles(device: DeviceIdentity, profiles: Iterable<Profile>): readonly Profile[] {
  const all = [...profiles];
  const named = all
    .filter((profile) => profile.transport.kind === transportOf(device) && isNamed(device, profile))
    .sort((a, b) => (a.id < b.id ? -1 : 1)); // `honeywell-cdc` before `honeywell-cdc-hostack`
  const generic = genericFor(device);
  return [...named, ...all.filter(({ id }) => id === generic)];
}

const transportOf = ({ kind }: DeviceIdentity) => (kind === "tty" ? "serial" : "hid");

function isNamed(device: DeviceIdentity, { match }: Profile): boolean {
  return match.some(
    ({ vid, pid, usagePage, interface: own }) =>
      vid === device.vid &&
      pid === device.pid &&
      (usagePage === undefined || hasPage(device, Number.parseInt(usagePage, 16))) &&
      (own === undefined || own === device.interface),
  );
}

function genericFor(device: DeviceIdentity): string | undefined {
  if (device.kind === "tty") return "generic-serial";
  return hasPage(device, barCodeScannerPage) ? "generic-hidpos" : undefined;
}

const hasPage = ({ usagePages }: DeviceIdentity, page: number): boolean =>
  usagePages.some((own) => Number.parseInt(own, 16) === page);

/** The USB numbers are those of a converter: the reader behind it has to be named in the configuration. */
export const isBehindBridge = ({ vid }: DeviceIdentity): boolean => vid !== undefined && isBridge(vid);
