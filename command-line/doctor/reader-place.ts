// Where a configured reader should be: whether it is plugged in, may be opened, and by whom it is held.
import { constants, existsSync, realpathSync } from "node:fs";
import { access } from "node:fs/promises";
import type { ReaderConfig } from "../../agent/config.ts";
import {
  type DeviceIdentity,
  type DevicePlace,
  type DeviceSelector,
  placeOf,
} from "../../agent/devices/device-identity.ts";
import { findPortHolder } from "../../agent/ports/port-holder.ts";
import { openTcpPort } from "../../agent/ports/tcp-port.ts";
import { deviceSelectors } from "../../agent/reader/device-selectors.ts";
import type { Profile } from "../../protocol/driver/profile.ts";
import { portErrors } from "../../protocol/port.ts";
import { exitCodes } from "../../service/exit-codes.ts";
import type { Finding } from "./finding.ts";

export interface PlacedReader {
  readonly finding: Finding;
  /** What is plugged in there, where that is known. */
  readonly identity: DeviceIdentity | undefined;
  /** Nothing is plugged in, so nothing can be said of it. */
  readonly isAbsent: boolean;
}

/** `devices` is what is plugged in now. */
export async function checkPlace(
  reader: ReaderConfig,
  profile: Profile,
  devices: readonly DeviceIdentity[],
): Promise<PlacedReader> {
  const check = `Đầu đọc | reader ${reader.id}`;
  const onNetwork = { identity: undefined, isAbsent: false };
  if ("tcp" in reader) return { finding: await checkAddress(check, reader.tcp, rawTcpFix), ...onNetwork };
  if ("socketio" in reader) return { finding: await checkAddress(check, reader.socketio, chipReaderFix), ...onNetwork };
  if (!("usb" in reader)) {
    const path = "serial" in reader ? reader.serial : reader.hid;
    const node = nodeOf(path);
    const identity = devices.find((device) => device.path === node);
    return { finding: await checkNode(check, path, identity), identity, isAbsent: !existsSync(path) };
  }
  const selectors = deviceSelectors(reader.usb, profile);
  const place = placeOf(selectors, devices);
  if (place.kind !== "there")
    return { finding: missing(check, place, selectors, devices), identity: undefined, isAbsent: true };
  return { finding: await checkNode(check, place.path, place.identity), identity: place.identity, isAbsent: false };
}

const rawTcpFix = "Xem nguồn, cáp mạng, địa chỉ, chế độ raw TCP | Check power, cable, address, raw TCP mode";
const chipReaderFix =
  "Xem nguồn, cáp, `host`, `localAddress` và địa chỉ mạng của máy này | Check power, cable, `host`, `localAddress` and this machine's own network address";

async function checkAddress(check: string, address: { host: string; port: number }, fix: string): Promise<Finding> {
  const words = `${address.host}:${address.port}`;
  const reached = await openTcpPort(address).catch(() => undefined);
  await reached?.close();
  if (reached !== undefined) return { check, isGood: true, words };
  return { check, isGood: false, words: `${portErrors["port-refused"]}: ${words}`, fix };
}

async function checkNode(check: string, path: string, identity?: DeviceIdentity): Promise<Finding> {
  const bad = (words: string, fix: string): Finding => ({ check, isGood: false, words, fix });
  if (!existsSync(path)) {
    return bad(`${portErrors["port-absent"]}: ${path}`, path.includes("hidraw") ? hidAbsentFix : serialAbsentFix);
  }
  const isAllowed = await access(path, constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  );
  if (!isAllowed)
    return bad(`${portErrors["port-forbidden"]}: ${path}`, path.includes("hidraw") ? hidRightsFix : rightsFix);
  const words = identity === undefined ? path : `${path} (${deviceWords(identity)})`;
  const holder = await findPortHolder(path);
  if (holder === undefined) return { check, isGood: true, words };
  if (holder.startsWith("tiepdon")) return { check, isGood: true, words: `${words}, đang dùng | in use: ${holder}` };
  const claimed = bad(
    `${portErrors["port-claimed"]}: ${holder}`,
    `Dừng chương trình đó | Stop that program: ${holder}`,
  );
  return { ...claimed, exitCode: exitCodes.readerClaimed };
}

const serialAbsentFix =
  "Cắm lại; xem `ls -l /dev/serial/by-id`; bật chế độ USB-CDC trên đầu đọc | Replug; see `ls -l /dev/serial/by-id`; put the reader into USB-CDC mode";
const hidAbsentFix =
  "Cắm lại; bật chế độ HID POS trên đầu đọc; nên dùng `usb` thay cho đường dẫn | Replug; put the reader into HID POS mode; better use `usb` than a path";
const rightsFix =
  "Cài systemd/60-tiepdon-readers.rules; thêm người dùng vào nhóm dialout | Install systemd/60-tiepdon-readers.rules; add the user to group dialout";
const hidRightsFix =
  "Cài systemd/60-tiepdon-readers.rules rồi cắm lại: nút hidraw chỉ root mở được | Install systemd/60-tiepdon-readers.rules and replug: only root may open hidraw nodes";

function missing(
  check: string,
  place: Exclude<DevicePlace, { kind: "there" }>,
  selectors: readonly DeviceSelector[],
  devices: readonly DeviceIdentity[],
): Finding {
  if (place.kind === "ambiguous") {
    const ports = place.candidates.map(deviceWords).join("; ");
    return {
      ...{ check, isGood: false, words: `Hai thiết bị cùng khớp | More than one device fits: ${ports}` },
      fix: "Ghi rõ `usb.port` hoặc `usb.serial` | Name `usb.port` or `usb.serial`",
    };
  }
  const ids = selectors.map(({ vid = "*", pid = "*" }) => `${vid}:${pid}`);
  const wanted =
    ids.length === 0 ? "hồ sơ không có `match` | the profile matches nothing" : [...new Set(ids)].join(", ");
  const sameMaker = devices.filter(({ vid }) =>
    selectors.some((selector) => vid !== undefined && selector.vid === vid),
  );
  if (sameMaker.length > 0) {
    return {
      ...{
        check,
        isGood: false,
        words: `Không thấy ${wanted}, nhưng có | not there, yet there is: ${sameMaker.map(deviceWords).join("; ")}`,
      },
      fix: "Cùng hãng, chế độ khác: quét mã cài đặt của hồ sơ (docs/readers), hoặc đổi `profile`, `usb.id` | The same maker in another mode: scan the profile's set-up code (docs/readers), or change `profile` or `usb.id`",
    };
  }
  return {
    ...{ check, isGood: false, words: `${portErrors["port-absent"]}: ${wanted}` },
    fix: "Cắm lại, đổi cáp hoặc cổng; đầu đọc ở chế độ bàn phím thì quét mã chuyển chế độ | Replug, try another cable or port; a reader in keyboard mode needs the set-up code of its profile",
  };
}

function deviceWords({ vid, pid, port, product, path }: DeviceIdentity): string {
  const id = vid === undefined ? path : `${vid}:${pid ?? "?"}`;
  return [product, id, port === undefined ? undefined : `cổng | port ${port}`]
    .filter((word) => word !== undefined)
    .join(", ");
}

function nodeOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
