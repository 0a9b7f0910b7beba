// Shows a list of certified readers to people: what is listed, and how long it is good.

import { daysBetween } from "../protocol/registry/days.ts";
import type { RegistryDocument, RegistryEntry } from "../protocol/registry/registry-document.ts";
import { graceDays, validityOf } from "../protocol/registry/validity.ts";

/** Certificates take months to renew; from here on it is told. */
const soonDays = 90;

export type Standing = "in-date" | "ends-soon" | "grace" | "expired" | "not-yet";

/** One row of a list for programs; `daysLeft` is negative once it is over, absent before the first day. */
export interface EntryFacts {
  readonly id: string;
  readonly vendor: string;
  readonly model: string;
  readonly usb: readonly string[];
  readonly profiles: readonly string[];
  readonly serials: number | undefined;
  readonly firmware: RegistryEntry["firmware"];
  readonly certificate: string | undefined;
  readonly validUntil: string;
  readonly standing: Standing;
  readonly daysLeft: number | undefined;
}

/** `today` is `yyyy-MM-dd`. */
export function entryFacts(entry: RegistryEntry, today: string): EntryFacts {
  const { certificate, validUntil, daysOver } = validityOf(entry, today);
  const daysLeft = daysBetween(today, validUntil);
  const { id, vendor, model, usb, profiles, serials, firmware } = entry;
  return {
    ...{ id, vendor, model, usb, profiles, serials: serials?.length, firmware },
    ...{ certificate: certificate?.number, validUntil, standing: standingOf(daysOver, daysLeft) },
    daysLeft: daysOver === Infinity ? undefined : daysLeft,
  };
}

function standingOf(daysOver: number, daysLeft: number): Standing {
  if (daysOver === Infinity) return "not-yet";
  if (daysOver > graceDays) return "expired";
  if (daysOver > 0) return "grace";
  return daysLeft <= soonDays ? "ends-soon" : "in-date";
}

/** How long an entry is good, in words. */
export function validityWords({ standing, validUntil, daysLeft = 0 }: EntryFacts): string {
  switch (standing) {
    case "not-yet":
      return "chưa đến ngày hiệu lực | not valid yet";
    case "expired":
      return `hết hạn ${-daysLeft} ngày, từ ${validUntil} | ended ${-daysLeft} days ago, on ${validUntil}`;
    case "grace": {
      const left = graceDays + daysLeft;
      return `hết hạn ${validUntil}, được dùng thêm ${left} ngày | ended ${validUntil}, borne with for ${left} more days`;
    }
    case "ends-soon":
      return `sắp hết hạn: còn ${daysLeft} ngày, đến ${validUntil} | ends soon: ${daysLeft} days left, until ${validUntil}`;
    case "in-date":
      return `còn hạn đến ${validUntil} | good until ${validUntil}`;
  }
}

/** How long the whole list is good, in words. */
export function listWords({ notAfter, issued }: RegistryDocument, today: string): string {
  const daysLeft = daysBetween(today, notAfter);
  if (today < issued) return `chưa đến ngày phát hành ${issued} | issued only on ${issued}`;
  if (daysLeft < -graceDays)
    return `quá hạn từ ${notAfter}: quầy không dùng nữa | out of date since ${notAfter}: desks use it no more`;
  if (daysLeft < 0) {
    const left = graceDays + daysLeft;
    return `hết hạn ${notAfter}, quầy còn dùng ${left} ngày | ended ${notAfter}, desks use it for ${left} more days`;
  }
  return `dùng đến ${notAfter}, còn ${daysLeft} ngày | good until ${notAfter}, ${daysLeft} days left`;
}

/** Columns that line up; the last one runs free. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => [...(row[column] ?? "")].length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell + " ".repeat(Math.max(0, (widths[column] ?? 0) - [...cell].length)))
      .join("  ")
      .trimEnd(),
  );
}

/** What whoever signs should know of a list that is well formed. */
export function remarks(document: RegistryDocument, today: string): string[] {
  const found: string[] = [];
  if (today > document.notAfter) found.push(`Danh sách: ${listWords(document, today)}`);
  for (const entry of document.readers) {
    const facts = entryFacts(entry, today);
    if (facts.standing !== "in-date") found.push(`${entry.id}: ${validityWords(facts)}`);
    if (entry.certificates.length === 0) found.push(`${entry.id}: không có giấy chứng nhận | no certificate is named`);
    if (entry.chip && !entry.certificates.some(({ kind }) => kind === "chip-statement")) {
      found.push(
        `${entry.id}: chip: true cần văn bản của nhà cung cấp (kind: chip-statement) | chip: true needs the supplier's written statement (kind: chip-statement)`,
      );
    }
  }
  return found;
}
