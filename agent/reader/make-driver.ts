// The one place where a profile's driver becomes a conversation.
import type { Driver, DriverHost } from "../../protocol/driver/driver.ts";
import { hidPosDriver } from "../../protocol/driver/hidpos-driver.ts";
import { hn212Driver } from "../../protocol/driver/hn212-driver.ts";
import { mrzSerialDriver } from "../../protocol/driver/mrz-serial-driver.ts";
import { nfcTextDriver } from "../../protocol/driver/nfc-text-driver.ts";
import type { DriverName, Profile } from "../../protocol/driver/profile.ts";
import type { VerifyProof } from "../../protocol/driver/reader-link/attestation.ts";
import type { MakeLinkPart } from "../../protocol/driver/reader-link/link-part.ts";
import { readerLinkDriver } from "../../protocol/driver/reader-link-driver.ts";
import type { ScanParts } from "../../protocol/driver/scan-parts.ts";
import { serialTextDriver } from "../../protocol/driver/serial-text-driver.ts";
import { ssiDriver } from "../../protocol/driver/ssi-driver.ts";
import type { TakenScans } from "../../protocol/driver/taken-scans.ts";
import type { Random } from "../../protocol/host.ts";

/** What the bytes travel over, as far as drivers care. */
export type Transport = "usb" | "rs232" | "tcp" | "hid" | "socketio";

export interface DriverOptions {
  readonly profile: Profile;
  readonly transport: Transport;
  /** Of a HID device, where the machine shows it. */
  readonly reportDescriptor: Uint8Array | undefined;
  readonly taken: TakenScans;
  readonly random: Random;
  /** Whether religion, parents and the like may leave a chip reader's driver. */
  readonly optionalFields: boolean;
  /** Where the beginning of a scan is kept, for readers that forget what is acknowledged packet by packet. */
  readonly scanParts?: ScanParts;
  /** What ReaderLink readers do besides scans. */
  readonly linkParts?: readonly MakeLinkPart[];
  /** Checks who a ReaderLink reader is; undefined where nobody can. */
  readonly verifyProof?: VerifyProof | undefined;
}

const drivers: Readonly<Record<DriverName, (host: DriverHost, options: DriverOptions) => Driver>> = {
  "serial-text": serialTextDriver,
  hidpos: hidPosDriver,
  ssi: (host, options) => ssiDriver(host, { ...options, parts: options.scanParts }),
  hn212: hn212Driver,
  "mrz-serial": mrzSerialDriver,
  "nfc-text": nfcTextDriver,
  readerlink: (host, { taken, random, linkParts: parts = [], verifyProof }) =>
    readerLinkDriver(host, { taken, random, parts, ...(verifyProof === undefined ? {} : { verifyProof }) }),
};

/** A driver for one opening of a reader with this profile. */
export function makeDriver(host: DriverHost, options: DriverOptions): Driver {
  return drivers[options.profile.driver](host, options);
}
