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

const daySeconds = 86_400;
/** An order for a certificate may take weeks in a hospital. */
const certificateDays = 30;
/** Authorities make a list anew every few days, so it is warned of later. */
const listDays = 2;
/** How long an incident is told of: a fight as long as the newcomer is kept out, guessing as long as it may lock, a loss until somebody was there. */
const toldSeconds = { dispute: 300, "lock-out": 900, loss: daySeconds } as const;

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
  "store-full": {
    severity: "failing",
    vietnamese: "Hết chỗ cho tin mới (storeBytesMax hoặc diskFreeBytesMin): broker từ chối, quầy tự giữ lại",
    english: "No room for new messages (storeBytesMax or diskFreeBytesMin): they are refused, desks keep them",
    holds: ({ store }) => store.isFull,
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
  "store-filling": {
    severity: "degraded",
    vietnamese: "Kho hoặc ổ đĩa còn ít chỗ (quá nửa giới hạn)",
    english: "Store or disk has little room left: more than half of a bound is used up",
    holds: ({ store }) => !store.isFull && store.alarmStep > 0,
  },
  "audit-unwritable": {
    severity: "degraded",
    vietnamese: "Không ghi được nhật ký kiểm toán",
    english: "The audit log can't be written",
    holds: ({ audit }) => !audit.isWritable,
  },
  "messages-lost": {
    severity: "degraded",
    vietnamese: "Trong 24 giờ qua một phiên bị hủy cùng tin chờ: lấy lại từ quầy (tiepdon spool export)",
    english:
      "Within a day a session was ended with what waited in it: fetch that from the desks (tiepdon spool export)",
    holds: ({ secondsSince }) => isBetween(secondsSince.loss, 0, toldSeconds.loss),
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
    holds: ({ secondsSince }) => isBetween(secondsSince.dispute, 0, toldSeconds.dispute),
  },
  "locked-out": {
    severity: "degraded",
    vietnamese: "Có người thử nhiều mật khẩu sai và bị khóa tạm: xem nhật ký",
    english: "Somebody tried many wrong passwords and is locked out for a while: see the log",
    holds: ({ secondsSince }) => isBetween(secondsSince["lock-out"], 0, toldSeconds["lock-out"]),
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
