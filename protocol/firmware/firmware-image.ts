// A firmware image of a ReaderLink reader with what proves that it may run there.
import { encodeUtf8 } from "../bytes/utf8.ts";
import { compareVersions, parseVersion } from "../registry/firmware-version.ts";

/** Bytes of an image: eight times what a small controller holds. */
export const imageBytesMax = 4 * 1024 * 1024;

export interface FirmwareImage {
  /** The board that it runs on, as FirmwareInfo names it. */
  readonly hardware: string;
  readonly version: string;
  /** SHA-256 of `data`. */
  readonly sha256: Uint8Array;
  /** Ed25519 (RFC 8032) over `signedFirmware`. */
  readonly signature: Uint8Array;
  readonly keyId: string;
  readonly data: Uint8Array;
}

/** What is signed: a label, the board, the version and the image's hash, the texts each followed by 00. */
export function signedFirmware({ hardware, version, sha256 }: Pick<FirmwareImage, "hardware" | "version" | "sha256">) {
  const texts = encodeUtf8(`readerlink-firmware-v1\0${hardware}\0${version}\0`);
  const message = new Uint8Array(texts.length + sha256.length);
  message.set(texts);
  message.set(sha256, texts.length);
  return message;
}

/** Why an image is not sent, or was not taken: Vietnamese, then English. */
export const firmwareRefusals = {
  "bad-signature": "Chữ ký của bản phần mềm sai | The signature of the image is wrong, or its key is not known here",
  "bad-image": "Tệp phần mềm hỏng | The image does not match its own hash",
  "wrong-hardware": "Phần mềm của loại đầu đọc khác | The image is for another board",
  "not-newer": "Không mới hơn bản đang chạy | The image is not newer than what runs",
  "below-floor": "Cũ hơn mức thấp nhất đầu đọc cho phép | The image is older than the reader allows",
  "not-listed":
    "Danh sách đầu đọc không cho phép phiên bản này | The list of certified readers does not allow this version",
  "not-supported": "Đầu đọc không nhận cập nhật | The reader takes no updates",
  "refused-by-reader": "Đầu đọc từ chối bản phần mềm | The reader refused the image",
  "no-progress": "Đầu đọc không nhận tiếp | The reader takes no more of the image",
  "did-not-return": "Đầu đọc không trở lại | The reader did not come back",
  reverted: "Đầu đọc đã quay về bản cũ | The reader went back to the firmware before",
} as const;
export type FirmwareRefusal = keyof typeof firmwareRefusals;

/** What a reader says of its firmware. */
export interface RunningFirmware {
  readonly version: string;
  readonly sha256: Uint8Array;
  readonly hardware: string;
  /** The oldest version that its boot loader lets run; empty for any. */
  readonly floor: string;
  readonly confirmed: boolean;
}

/** Whether the image may replace what runs; the boot loader asks the same again. A version that is no number can't be judged, so it is refused. */
export function judgeImage(image: FirmwareImage, running: RunningFirmware): FirmwareRefusal | undefined {
  if (running.hardware !== "" && running.hardware !== image.hardware) return "wrong-hardware";
  const version = parseVersion(image.version);
  const before = parseVersion(running.version);
  if (version === undefined || before === undefined || compareVersions(version, before) <= 0) return "not-newer";
  const floor = parseVersion(running.floor);
  return floor !== undefined && compareVersions(version, floor) < 0 ? "below-floor" : undefined;
}
