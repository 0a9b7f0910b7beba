// Every simulated device that a byte line can carry, by the name under which `tiepdon sim reader --protocol` knows it.
import { randomInt } from "node:crypto";
import { nfcTextDevice } from "./chip-reader/nfc-text-device.ts";
import type { PowerDevice } from "./device.ts";
import { elyctisDevice } from "./mrz/elyctis-device.ts";
import { swipeDevice } from "./mrz/swipe-device.ts";
import { type PlainReaderOptions, plainReader } from "./plain-reader/plain-reader.ts";
import { readerLinkDevice } from "./reader-link/reader-link-device.ts";
import { defaultReaderLinkModel } from "./reader-link/reader-link-model.ts";
import { SeededRandom } from "./seeded-random.ts";
import { chipSide, showing, zoneSide } from "./shown-card.ts";
import { powerSsiDecoder } from "./ssi/ssi-decoder.ts";

/** What a person may choose of a device; each takes what it knows. */
export type DeviceOptions = Pick<PlainReaderOptions, "terminator" | "aim">;

/** Switches on a device of this kind. */
export type DeviceModel = (options: DeviceOptions) => PowerDevice;

export const devices: Readonly<Record<string, DeviceModel>> = {
  plain: (options) => plainReader({ ...options, commands: "none", ack: "none" }),
  honeywell: (options) => plainReader({ ...options, commands: "honeywell", ack: "none" }),
  "honeywell-dechdr": (options) => plainReader({ ...options, commands: "honeywell", ack: "none", isDechdr: true }),
  "honeywell-hostack": (options) => plainReader({ ...options, commands: "honeywell", ack: "host-ack" }),
  "ack-nak": (options) => plainReader({ ...options, commands: "none", ack: "ack-nak" }),
  newland: (options) => plainReader({ ...options, commands: "newland", ack: "none" }),
  gm65: (options) => plainReader({ ...options, commands: "gm65", ack: "none" }),
  datalogic: (options) => plainReader({ ...options, commands: "datalogic", ack: "none" }),
  ssi: () => powerSsiDecoder(),
  elyctis: () => showing(elyctisDevice(), zoneSide),
  rte6701: () => showing(swipeDevice("rte6701"), zoneSide),
  "mrz-lines": () => showing(swipeDevice("lines-crlf"), zoneSide),
  "nfc-text": () => showing(nfcTextDevice(), chipSide),
  // Every device draws other boot ids, or a host would take the scans of one for those of another.
  readerlink: () => readerLinkDevice({ ...defaultReaderLinkModel, random: new SeededRandom(randomInt(2 ** 32)) }),
};
