// What the list of certified readers says of one reader, and what follows from it: the words of the table in READERS chapter 13.
import type { RegistryPolicy } from "./registry-policy.ts";

/** One sentence for people for each status: Vietnamese, then English. */
export const certificationStatuses = {
  certified: "Đầu đọc đã chứng nhận, còn hạn | Listed as certified, in date",
  "firmware-denied": "Danh sách không cho phép phiên bản phần mềm này | The list does not allow this firmware",
  "firmware-unknown": "Không đọc được phiên bản phần mềm của đầu đọc | The reader's firmware version can't be read",
  expired: "Chứng nhận đã hết hạn hoặc chưa đến hạn | The certificate or its entry is out of date",
  unlisted: "Đầu đọc không có trong danh sách | The reader is not on the list",
  unknown:
    "Chưa biết đầu đọc nào đứng sau cổng chuyển đổi | Behind a bridge or network address: the reader has not said what it is",
  "no-registry": "Quầy chưa có danh sách đầu đọc | The desk has no list of certified readers",
  "stale-registry": "Danh sách đầu đọc đã quá hạn | The list of certified readers is out of date",
  suspect:
    "Đầu đọc đáng ngờ: hồ sơ bị sửa, hai thiết bị cùng số seri, hoặc chữ ký sai | Suspect: profile changed, two devices with one serial number, or a false proof",
} as const;
export type CertificationStatus = keyof typeof certificationStatuses;

/** What a person can do about it; nothing where all is well. */
export const certificationFixes: Readonly<Record<CertificationStatus, string | undefined>> = {
  certified: undefined,
  "firmware-denied": "Cập nhật phần mềm đầu đọc rồi cắm lại | Update the reader's firmware, then replug it",
  "firmware-unknown":
    "Chọn hồ sơ có câu hỏi phiên bản (`tiepdon reader profiles`) | Choose a profile that asks for the version (`tiepdon reader profiles`)",
  expired:
    "Xin giấy chứng nhận mới từ nhà cung cấp, ký danh sách mới | Ask the supplier for the new certificate, sign a new list",
  unlisted: "Thay đầu đọc, hoặc ký danh sách có mẫu này | Replace the reader, or sign a list that names it",
  unknown: "Chọn hồ sơ đúng của đầu đọc cho cổng này | Configure the reader's own profile for this port",
  "no-registry":
    "Đặt `registry.keys` và `registry.file`, hoặc gửi danh sách lên chủ đề `registry` | Set `registry.keys` and `registry.file`, or publish the list on the topic `registry`",
  "stale-registry":
    "Ký và gửi danh sách mới (`tiepdon registry sign`) | Sign and publish a new list (`tiepdon registry sign`)",
  suspect:
    "Dùng lại hồ sơ gốc (framing, feedback đặt trong tiepdon.yaml); rút một trong hai thiết bị cùng số; thay đầu đọc giả | Go back to the shipped profile (set framing and feedback in tiepdon.yaml); unplug one of the two devices; replace a false reader",
};

export interface Certification {
  readonly status: CertificationStatus;
  /** The clock can't be trusted, so no date was judged. */
  readonly isClockUnsure: boolean;
  readonly registryVersion?: number;
  readonly entryId?: string;
  /** Number of the certificate that ends first. */
  readonly certificateId?: string;
  /** Last day of the entry or of that certificate, whichever ends first; `yyyy-MM-dd`. */
  readonly validUntil?: string;
  /** The reader has proved with a key of the list that it is what it says; else that is only its claim. */
  readonly isProven?: boolean;
  readonly mayArm: boolean;
  /** How far in its life the reader may come (READERS chapter 2). */
  readonly stayIn: "present" | "claimed" | "armed";
  /** IT should act; without it a reader that is not certified is only marked. */
  readonly alarm: boolean;
  /** Something ran out and is borne with: whole days that are left of that. */
  readonly warnDaysLeft?: number;
  /** Somebody let the reader scan although the list does not. */
  readonly override?: CertificationOverride;
}

export interface CertificationOverride {
  /** Account of who decided it, never a personal name. */
  readonly by: string;
  readonly reason: string;
  /** Last day, `yyyy-MM-dd`. */
  readonly until: string;
}

/** The word that stands in events and topics: the status, with `-clock-unsure` where dates were not judged. */
export function certificationWord({ status, isClockUnsure }: Certification): string {
  return isClockUnsure ? `${status}-clock-unsure` : status;
}

interface Consequence {
  readonly stayIn: Certification["stayIn"];
  readonly alarm: boolean;
}
const arm: Consequence = { stayIn: "armed", alarm: false };
const armWithAlarm: Consequence = { stayIn: "armed", alarm: true };
const stayPresent: Consequence = { stayIn: "present", alarm: true };
const stayClaimed: Consequence = { stayIn: "claimed", alarm: true };

/** What follows from each status, before any term of grace. */
export const consequences: Readonly<Record<CertificationStatus, Readonly<Record<RegistryPolicy, Consequence>>>> = {
  certified: { refuse: arm, warn: arm },
  "firmware-denied": { refuse: stayClaimed, warn: stayClaimed },
  "firmware-unknown": { refuse: stayClaimed, warn: armWithAlarm },
  expired: { refuse: stayPresent, warn: armWithAlarm },
  unlisted: { refuse: stayPresent, warn: arm },
  unknown: { refuse: stayPresent, warn: arm },
  "no-registry": { refuse: stayPresent, warn: arm },
  "stale-registry": { refuse: stayPresent, warn: armWithAlarm },
  suspect: { refuse: stayPresent, warn: armWithAlarm },
};
