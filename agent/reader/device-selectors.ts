// Which of the plugged-in devices a reader's configuration and profile mean.
import type { Profile } from "../../protocol/driver/profile.ts";
import type { ReaderConfig } from "../config.ts";
import type { DeviceKind, DeviceSelector } from "../devices/device-identity.ts";

export type UsbConfig = Extract<ReaderConfig, { usb: unknown }>["usb"];

/** A composite reader has a keyboard under the same numbers: of HID, only bar code scanners are looked for. */
const barCodeScanners = "8c";

/** Which of its nodes a reader is spoken to over. */
export const deviceKind = ({ transport }: Profile): DeviceKind => (transport.kind === "hid" ? "hidraw" : "tty");

/**
 * A model that names no products is looked for on the named port, or by serial number: behind a serial bridge may be
 * anything. Bar code scanners say what they are.
 */
export function deviceSelectors(usb: UsbConfig, profile: Profile): DeviceSelector[] {
  const kind = deviceKind(profile);
  const hidPage = kind === "hidraw" ? barCodeScanners : undefined;
  const isNarrow = hidPage !== undefined || usb.port !== undefined || usb.serial !== undefined;
  const [vid, pid] = usb.id?.split(":") ?? [];
  const anything = profile.match.length === 0 && isNarrow;
  const matches =
    vid !== undefined || anything ? [{ vid, pid, interface: undefined, usagePage: undefined }] : profile.match;
  return matches.map((match) => ({
    ...{ kind, vid: match.vid, pid: match.pid, interface: match.interface },
    ...{ usagePage: match.usagePage ?? hidPage, serial: usb.serial, port: usb.port },
  }));
}
