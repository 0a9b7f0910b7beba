// Reads from sysfs which serial and HID devices are plugged in; needs no udev, so it works in containers too.
import { lstat, readdir, readFile, readlink, realpath } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { pageOf, readReportDescriptor } from "../../protocol/frame/hid-pos/report-descriptor.ts";
import { type DeviceIdentity, type DeviceKind, withKeys } from "./device-identity.ts";

export interface DeviceRoots {
  readonly sys: string;
  readonly dev: string;
}
export const machineRoots: DeviceRoots = { sys: "/sys", dev: "/dev" };

type Device = Omit<DeviceIdentity, "key">;

/** Nodes that a reader can have: USB-CDC, serial bridges, the serial port of a Raspberry Pi; HID. */
const nodeNames: Readonly<Record<DeviceKind, RegExp>> = {
  tty: /^tty(ACM|USB|AMA)\d{1,4}$/,
  hidraw: /^hidraw\d{1,4}$/,
};
const kinds: readonly DeviceKind[] = ["tty", "hidraw"];

/** Folders between a node and the USB device that it belongs to; a HID node behind a bridge has five. */
const levelsMax = 8;
/** Nodes that are looked at; a desk has a handful, and a hub full of them some dozens. */
const nodesMax = 256;
/** Characters of a serial number or a product's name that are kept; USB allows 126. */
const textCharactersMax = 126;

export const isNodeName = (name: string): boolean => kinds.some((kind) => nodeNames[kind].test(name));

/**
 * Reads again only what changed since the last reading: a look at a desk where nothing did costs two directories and two
 * calls a node. Asynchronous, because sysfs waits for the hub while a device is being set up.
 */
export class DeviceReading {
  readonly #roots: DeviceRoots;
  #known = new Map<string, { readonly signature: string; readonly device: Device }>();

  constructor(roots: DeviceRoots) {
    this.#roots = roots;
  }

  /** All devices there, or undefined where they are the same as at the last call. Never throws. */
  async read(): Promise<readonly DeviceIdentity[] | undefined> {
    const before = this.#known;
    const now: typeof before = new Map();
    let isSame = true;
    for (const kind of kinds) {
      for (const name of await this.#nodesOf(kind)) {
        const signature = await this.#signatureOf(kind, name);
        if (signature === undefined) continue; // went away just now, or its node is not there yet
        const known = before.get(name);
        const device = known?.signature === signature ? known.device : await this.#readDevice(kind, name);
        if (device === undefined) continue;
        isSame &&= device === known?.device;
        now.set(name, { signature, device });
      }
    }
    if (isSame && now.size === before.size) return undefined;
    this.#known = now;
    return withKeys([...now.values()].map(({ device }) => device));
  }

  async #nodesOf(kind: DeviceKind): Promise<string[]> {
    const names = await readdir(join(this.#roots.sys, "class", kind)).catch(() => []);
    return names
      .filter((name) => nodeNames[kind].test(name))
      .sort()
      .slice(0, nodesMax);
  }

  /** Changes when another device, or the same one again, takes the name: it then has a new node, or lies elsewhere. */
  async #signatureOf(kind: DeviceKind, name: string): Promise<string | undefined> {
    try {
      const target = await readlink(join(this.#roots.sys, "class", kind, name));
      const node = await lstat(join(this.#roots.dev, name));
      return `${target} ${node.ino} ${node.birthtimeMs}`;
    } catch {
      return undefined;
    }
  }

  async #readDevice(kind: DeviceKind, name: string): Promise<Device | undefined> {
    try {
      const folder = await realpath(join(this.#roots.sys, "class", kind, name, "device"));
      const usb = await findUsbDevice(folder);
      const about = usb ?? (kind === "hidraw" ? await readHidNumbers(folder) : { port: basename(folder) });
      const reportDescriptor = kind === "hidraw" ? await readBytes(join(folder, "report_descriptor")) : undefined;
      return { ...nothingKnown, ...about, kind, path: join(this.#roots.dev, name), ...hidFacts(reportDescriptor) };
    } catch {
      return undefined; // unplugged while it was read: the next look will tell
    }
  }
}

type UsbFacts = Pick<Device, "vid" | "pid" | "serial" | "product" | "interface" | "port">;
const nothingKnown: UsbFacts = {
  vid: undefined,
  pid: undefined,
  serial: undefined,
  product: undefined,
  interface: undefined,
  port: undefined,
};

async function findUsbDevice(nodeFolder: string): Promise<UsbFacts | undefined> {
  let interfaceNumber: string | undefined;
  let folder = nodeFolder;
  for (let level = 0; level <= levelsMax; level += 1) {
    const vid = await readText(join(folder, "idVendor"));
    if (vid !== undefined) {
      const pid = await readText(join(folder, "idProduct"));
      const [serial, product] = [await readText(join(folder, "serial")), await readText(join(folder, "product"))];
      return { vid, pid, serial, product, interface: interfaceNumber, port: basename(folder) };
    }
    interfaceNumber ??= await readText(join(folder, "bInterfaceNumber"));
    folder = dirname(folder);
  }
  return undefined;
}

/** HID that does not hang on USB, such as a simulated device under uhid, is described in its `uevent`. */
async function readHidNumbers(folder: string): Promise<Partial<UsbFacts>> {
  const lines = ((await readBytes(join(folder, "uevent"))) ?? Buffer.alloc(0)).toString("utf8").split("\n");
  const member = (name: string) => cleaned(lines.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1));
  // bus:vendor:product, as in 0003:00000C2E:00000B6A
  const [, vid, pid] =
    /^[\da-f]{4}:0000([\da-f]{4}):0000([\da-f]{4})$/.exec(member("HID_ID")?.toLowerCase() ?? "") ?? [];
  return { vid, pid, serial: member("HID_UNIQ"), product: member("HID_NAME"), port: member("HID_PHYS") };
}

function hidFacts(reportDescriptor: Buffer | undefined): Pick<Device, "usagePages" | "reportDescriptor"> {
  const applications = readReportDescriptor(reportDescriptor ?? new Uint8Array())?.applications ?? [];
  return { usagePages: [...new Set(applications.map((usage) => pageOf(usage).toString(16)))], reportDescriptor };
}

const readBytes = (path: string): Promise<Buffer | undefined> => readFile(path).catch(() => undefined);

const readText = async (path: string): Promise<string | undefined> =>
  cleaned((await readBytes(path))?.toString("utf8"));

/** Printable ASCII of what a device wrote of itself; undefined where nothing is left. */
function cleaned(text: string | undefined): string | undefined {
  const kept = text
    ?.replace(/[^\x20-\x7e]/g, "")
    .trim()
    .slice(0, textCharactersMax);
  return kept === "" ? undefined : kept;
}
