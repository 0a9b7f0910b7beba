// What a profile may not combine, as a table: each rule with the words for whoever wrote the file.
import type { DriverName, TransportKind } from "../../protocol/driver/profile.ts";

/** The members that rules look at. Any of them may be absent or wrong: other faults are told beside these. */
interface Looked {
  readonly driver?: string;
  readonly layout?: string | null;
  readonly commands?: string;
  readonly transport?: { readonly kind?: string };
  readonly framing?: { readonly stxEtx?: boolean; readonly lengthPrefix?: string | null };
  readonly ack?: { readonly mode?: string };
}

export interface ProfileRule {
  /** Where the fault is shown. */
  readonly path: readonly string[];
  isBroken(profile: Looked): boolean;
  /** Vietnamese, then English after ` | `. */
  readonly message: string;
  readonly fix: string;
}

/** What each driver can run over. */
export const transportsOf: Readonly<Record<DriverName, readonly TransportKind[]>> = {
  "serial-text": ["serial", "tcp"],
  hidpos: ["hid"],
  ssi: ["serial", "tcp"],
  "mrz-serial": ["serial", "tcp"],
  hn212: ["socketio"],
  "nfc-text": ["serial", "tcp"],
  readerlink: ["serial", "tcp"],
};

const isDriver = (name: string | undefined): name is DriverName => name !== undefined && name in transportsOf;

export const profileRules: readonly ProfileRule[] = [
  {
    path: ["transport", "kind"],
    isBroken: ({ driver, transport }) =>
      isDriver(driver) &&
      transport?.kind !== undefined &&
      !(transportsOf[driver] as readonly string[]).includes(transport.kind),
    message: "Driver này không chạy trên loại kết nối đó | This driver does not run over that transport",
    fix: "hidpos: hid; hn212: socketio; các driver khác: serial hoặc tcp | hidpos: hid; hn212: socketio; all others: serial or tcp",
  },
  {
    path: ["layout"],
    isBroken: ({ driver, layout }) => isDriver(driver) && driver !== "hidpos" && typeof layout === "string",
    message: "layout chỉ dành cho driver hidpos | layout belongs to the driver hidpos alone",
    fix: "Ghi null | Write null",
  },
  {
    path: ["framing", "lengthPrefix"],
    isBroken: ({ driver, framing }) =>
      isDriver(driver) && driver !== "serial-text" && typeof framing?.lengthPrefix === "string",
    message: "lengthPrefix chỉ dành cho driver serial-text | lengthPrefix belongs to the driver serial-text alone",
    fix: "Ghi null | Write null",
  },
  {
    path: ["framing", "stxEtx"],
    isBroken: ({ framing }) => framing?.stxEtx === true && typeof framing.lengthPrefix === "string",
    message: "stxEtx và lengthPrefix không đi cùng nhau | stxEtx and lengthPrefix exclude each other",
    fix: "Giữ lengthPrefix, ghi stxEtx: false | Keep lengthPrefix, write stxEtx: false",
  },
  {
    path: ["commands"],
    isBroken: ({ driver, commands }) =>
      isDriver(driver) &&
      driver !== "serial-text" &&
      driver !== "hidpos" &&
      commands !== undefined &&
      commands !== "none",
    message: "Driver này có lệnh riêng | This driver has commands of its own",
    fix: 'Ghi "none" | Write "none"',
  },
  {
    path: ["ack", "mode"],
    isBroken: ({ driver, ack }) =>
      isDriver(driver) && driver !== "serial-text" && ack?.mode !== undefined && ack.mode !== "none",
    message: "ack chỉ dành cho driver serial-text | ack belongs to the driver serial-text alone",
    fix: 'Ghi "none": driver tự lo xác nhận nếu giao thức có | Write "none": the driver acknowledges where its protocol can',
  },
  {
    path: ["ack", "mode"],
    isBroken: ({ commands, ack }) => ack?.mode === "host-ack" && commands !== undefined && commands !== "honeywell",
    message: "host-ack là của Honeywell | host-ack is Honeywell's",
    fix: 'Ghi commands: "honeywell" | Write commands: "honeywell"',
  },
];
