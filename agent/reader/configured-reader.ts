// Makes a reader out of its part of the configuration: where it is, how it speaks, and what the registry says of it.
import { existsSync, realpathSync } from "node:fs";
import type { ReaderSelfReport } from "../../protocol/driver/driver.ts";
import type { Profile } from "../../protocol/driver/profile.ts";
import type { VerifyProof } from "../../protocol/driver/reader-link/attestation.ts";
import type { ScanParts } from "../../protocol/driver/scan-parts.ts";
import type { TakenScans } from "../../protocol/driver/taken-scans.ts";
import { PortError } from "../../protocol/port.ts";
import type { ReaderConfig } from "../config.ts";
import type { DeviceIdentity, DevicePlace } from "../devices/device-identity.ts";
import type { DeviceWatch } from "../devices/device-watch.ts";
import type { FirmwareUpdates } from "../firmware/firmware-updates.ts";
import { type HidBinding, openHidPort } from "../ports/hid-port.ts";
import { openSerialPort } from "../ports/serial-port.ts";
import { openTcpPort } from "../ports/tcp-port.ts";
import type { FeaturePort } from "./conversation.ts";
import { deviceKind, deviceSelectors, type UsbConfig } from "./device-selectors.ts";
import { makeDriver, type Transport } from "./make-driver.ts";
import { type Judgement, Reader, type ReaderTools } from "./reader.ts";
import { readerProfile } from "./reader-profile.ts";

/** What is known of a model, and whether a site has changed what the product says of it. */
export interface ReaderModel {
  readonly profile: Profile;
  readonly isChanged: boolean;
}

/** What the registry is asked about. */
export interface JudgedReader {
  readonly id: string;
  readonly model: ReaderModel;
  /** What is plugged in there; undefined for a network address, and for what is not on USB. */
  readonly identity: DeviceIdentity | undefined;
  /** Undefined until the reader has been opened and has told. */
  readonly report: ReaderSelfReport | undefined;
}

export interface ReaderSurroundings extends ReaderTools {
  readonly devices: DeviceWatch;
  /** What was taken from this reader before, where it numbers its scans. */
  readonly taken: TakenScans;
  readonly judge: (reader: JudgedReader) => Judgement;
  readonly allowsFirmware: (reader: JudgedReader, version: string) => boolean;
  /** Checks the proof of a ReaderLink reader; undefined where the registry holds no keys. */
  readonly verifyProof: () => VerifyProof | undefined;
  /** Whether religion, parents and the like may leave a chip reader's driver. */
  readonly optionalFields: boolean;
  readonly scanParts: ScanParts;
  readonly firmware: FirmwareUpdates;
  /** How HID devices are opened; the machine's own binding by default. */
  readonly loadHidBinding?: (() => Promise<HidBinding>) | undefined;
}

/** Where a reader is: looked at twice a second, and opened when it is there. */
interface Place {
  readonly transport: Transport;
  whether(): "absent" | "there" | "ambiguous";
  identity(): DeviceIdentity | undefined;
  open(giveUp: AbortSignal): Promise<FeaturePort>;
}

/** A profile that names no speed: what most makers set (READERS chapter 4). */
const usualBaud = 9_600;

/** Nothing is opened yet. */
export function configuredReader(config: ReaderConfig, model: ReaderModel, around: ReaderSurroundings): Reader {
  const profile = readerProfile(config, model.profile);
  const place = placeOf(config, profile, around);
  const { taken, random, optionalFields, scanParts } = around;
  const linkParts = [around.firmware.partFor(config.id)];
  const judged = (report: ReaderSelfReport | undefined) => ({
    id: config.id,
    model,
    identity: place.identity(),
    report,
  });
  return new Reader(
    {
      id: config.id,
      model: profile.id,
      takesFirmware: profile.driver === "readerlink",
      about: { id: config.id, vendor: profile.vendor, model: profile.model, profile: profile.id },
      place: () => place.whether(),
      open: (giveUp) => place.open(giveUp),
      makeDriver: (host) =>
        makeDriver(host, {
          ...{ profile, transport: place.transport, taken, scanParts, random, optionalFields, linkParts },
          reportDescriptor: place.identity()?.reportDescriptor,
          verifyProof: around.verifyProof(),
        }),
      judge: (report) => around.judge(judged(report)),
      allowsFirmware: (report, version) => around.allowsFirmware(judged(report), version),
    },
    around,
  );
}

function placeOf(
  config: ReaderConfig,
  profile: Profile,
  { devices, log, loadHidBinding: loadBinding }: ReaderSurroundings,
): Place {
  const baudRate = profile.transport.baud ?? usualBaud;
  const openHid = (path: string) => openHidPort({ path }, { log, loadBinding });
  if ("tcp" in config) return networkPlace("tcp", (giveUp) => openTcpPort(config.tcp, giveUp));
  if ("serial" in config) {
    const { serial: path } = config;
    return pathPlace(path, transportOf(path), devices, () => openSerialPort({ path, baudRate }));
  }
  if ("hid" in config) return pathPlace(config.hid, "hid", devices, () => openHid(config.hid));
  if ("usb" in config) {
    const isHid = profile.transport.kind === "hid";
    const open = (path: string) => (isHid ? openHid(path) : openSerialPort({ path, baudRate }));
    return usbPlace(config.usb, profile, devices, open);
  }
  // Its library is large, and few desks have such a reader.
  return networkPlace("socketio", async (giveUp) => {
    const { openSocketIoPort } = await import("../ports/socket-io-port.ts");
    return openSocketIoPort(config.socketio, giveUp);
  });
}

function networkPlace(transport: Transport, open: Place["open"]): Place {
  return { transport, whether: () => "there", identity: () => undefined, open };
}

function pathPlace(path: string, transport: Transport, devices: DeviceWatch, open: Place["open"]): Place {
  return {
    transport,
    whether: () => (existsSync(path) ? "there" : "absent"),
    identity: () => {
      const node = nodeOf(path);
      return devices.devices.find((device) => device.path === node);
    },
    open,
  };
}

/** Found by what it is: its node changes whenever it is plugged in. */
function usbPlace(
  usb: UsbConfig,
  profile: Profile,
  devices: DeviceWatch,
  open: (path: string) => Promise<FeaturePort>,
): Place {
  const kind = deviceKind(profile);
  const selectors = deviceSelectors(usb, profile);
  const locate = (): DevicePlace => devices.locate(...selectors);
  return {
    transport: kind === "hidraw" ? "hid" : "usb",
    whether: () => locate().kind,
    identity: () => {
      const place = locate();
      return place.kind === "there" ? place.identity : undefined;
    },
    open: (_giveUp) => {
      const place = locate();
      return place.kind === "there" ? open(place.path) : Promise.reject(new PortError("port-absent"));
    },
  };
}

/** A real RS-232 line needs a longer gap between scans; a pseudo-terminal behaves as USB does. */
const transportOf = (path: string): Transport => (/\/tty(S|AMA|USB)\d+$/.test(nodeOf(path)) ? "rs232" : "usb");

function nodeOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
