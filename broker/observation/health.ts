// Judges the broker's facts: everything is well, or which stable reasons say that it is not.
import { alarmSteps } from "../delivery/alarm-step.ts";
import type { Facts } from "./facts.ts";

/** `failing`: patients' events are refused or nobody gets in. `degraded`: it works, and somebody should look. */
export type Severity = "degraded" | "failing";

interface Rule {
  readonly severity: Severity;
  readonly vietnamese: string;
  readonly english: string;
  readonly holds: (facts: Facts) => boolean;
}

export interface HealthReason {
  readonly code: HealthCode;
  readonly severity: Severity;
  readonly vietnamese: string;
  readonly english: string;
}

export interface Health {
  readonly status: "ok" | Severity;
  readonly reasons: readonly HealthReason[];
}

/** A quarter of an hour's check-ins of the largest hospital and a checkpoint fit into this many bytes. */
const diskFullBytes = 64 * 1024 * 1024;
/** Below this somebody has days to make room, not hours. */
const diskLowBytes = 1024 * 1024 * 1024;
const daySeconds = 86_400;
/** An order for a certificate may take weeks in a hospital. */
const certificateDays = 30;
/** Authorities make a list anew every few days, so it is warned of later. */
const listDays = 2;
/** How long a fight for a client id counts as going on: as long as the newcomer is kept out. */
const disputeSeconds = 300;

const isBetween = (value: number | undefined, from: number, to: number) =>
  value !== undefined && value >= from && value < to;
const isExpired = (seconds: number | undefined) => seconds !== undefined && seconds <= 0;
const endsWithin = (seconds: number | undefined, days: number) =>
  seconds !== undefined && seconds > 0 && seconds < days * daySeconds;

/** The codes are stable names: monitoring goes by them. The worst first. */
const rules = {
  "store-unwritable": {
    severity: "failing",
    vietnamese: "Không ghi được kho dữ liệu: broker từ chối lượt mới, quầy tự giữ lại",
    english: "The store can't be written: new messages are refused, desks keep them",
    holds: ({ commits }) => commits.isRefused,
  },
  "disk-full": {
    severity: "failing",
    vietnamese: "Ổ đĩa sắp đầy hẳn: giải phóng ngay",
    english: "The disk is all but full: free some space now",
    holds: ({ store }) => isBetween(store.diskFreeBytes, 0, diskFullBytes),
  },
  "certificate-expired": {
    severity: "failing",
    vietnamese: "Chứng thư của broker hoặc của CA đã hết hạn: quầy không vào được",
    english: "The broker's or the authority's certificate has run out: desks can't connect",
    holds: ({ tls }) => isExpired(tls?.certificateSeconds) || isExpired(tls?.authoritySeconds),
  },
  "revocation-list-expired": {
    severity: "failing",
    vietnamese: "Danh sách thu hồi đã hết hạn: không chứng thư nào được chấp nhận",
    english: "The revocation list has run out: no certificate is accepted",
    holds: ({ tls }) => isExpired(tls?.listSeconds),
  },
  "disk-low": {
    severity: "degraded",
    vietnamese: "Ổ đĩa còn ít chỗ trống",
    english: "Little space is left on the disk",
    holds: ({ store }) => isBetween(store.diskFreeBytes, diskFullBytes, diskLowBytes),
  },
  "queue-95-percent": {
    severity: "degraded",
    vietnamese: "Một hàng đợi đã dùng 95 % giới hạn: bên nhận phải kết nối ngay, nếu không phiên của nó bị hủy",
    english: "A queue is 95 % full: its subscriber must connect now, or its session ends",
    holds: ({ queues }) => queues.alarmStep === alarmSteps[2],
  },
  "queue-80-percent": {
    severity: "degraded",
    vietnamese: "Một hàng đợi đã đầy 80 %: bên nhận không lấy tin",
    english: "A queue is 80 % full: its subscriber does not fetch",
    holds: ({ queues }) => queues.alarmStep === alarmSteps[1],
  },
  "queue-half-full": {
    severity: "degraded",
    vietnamese: "Một hàng đợi đã đầy một nửa: bên nhận không lấy tin",
    english: "A queue is half full: its subscriber does not fetch",
    holds: ({ queues }) => queues.alarmStep === alarmSteps[0],
  },
  "certificate-expires-soon": {
    severity: "degraded",
    vietnamese: "Chứng thư của broker hoặc của CA còn dưới 30 ngày",
    english: "The broker's or the authority's certificate runs out within 30 days",
    holds: ({ tls }) =>
      endsWithin(tls?.certificateSeconds, certificateDays) || endsWithin(tls?.authoritySeconds, certificateDays),
  },
  "revocation-list-expires-soon": {
    severity: "degraded",
    vietnamese: "Danh sách thu hồi còn dưới 2 ngày",
    english: "The revocation list runs out within 2 days",
    holds: ({ tls }) => endsWithin(tls?.listSeconds, listDays),
  },
  "tls-files-unusable": {
    severity: "degraded",
    vietnamese: "Tệp TLS mới không dùng được: broker vẫn dùng tệp cũ",
    english: "The changed TLS files can't be used: the earlier ones still are",
    holds: ({ tls }) => tls?.isStale === true,
  },
  "users-file-unreadable": {
    severity: "degraded",
    vietnamese: "Không đọc được tệp người dùng: broker vẫn theo tệp trước",
    english: "The file of users can't be read: the last one stays in force",
    holds: ({ users }) => users.isStale,
  },
  "client-id-in-dispute": {
    severity: "degraded",
    vietnamese: "Hai máy dùng chung một mã quầy (thẻ nhớ sao chép?): xem nhật ký",
    english: "Two machines use one client id (a copied SD card?): see the log",
    holds: ({ disputedSecondsAgo }) => isBetween(disputedSecondsAgo, 0, disputeSeconds),
  },
} as const satisfies Readonly<Record<string, Rule>>;

export type HealthCode = keyof typeof rules;
export const healthCodes = Object.keys(rules) as readonly HealthCode[];

/** The reasons that hold, the worst first. */
export function healthOf(facts: Facts): Health {
  const reasons = healthCodes
    .filter((code) => rules[code].holds(facts))
    .map((code): HealthReason => {
      const { severity, vietnamese, english } = rules[code];
      return { code, severity, vietnamese, english };
    });
  const isFailing = reasons.some(({ severity }) => severity === "failing");
  return { status: isFailing ? "failing" : reasons.length > 0 ? "degraded" : "ok", reasons };
}
