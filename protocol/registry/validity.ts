// How long an entry of the list is good, with the certificates that it rests on.
import { daysBetween } from "./days.ts";
import type { RegistryCertificate, RegistryEntry } from "./registry-document.ts";

/** A list, an entry or a certificate that ran out is borne with for this many days (READERS chapter 13). */
export const graceDays = 30;

export interface Validity {
  /** Days since the entry or a certificate ran out; 0 in date; Infinity before the first day. */
  readonly daysOver: number;
  /** The one that decides: out of date the longest, else ending first. */
  readonly certificate: RegistryCertificate | undefined;
  /** Last day of the entry or of that certificate, whichever ends first. */
  readonly validUntil: string;
}

/** `today` is `yyyy-MM-dd`; undefined where the clock can't be trusted: then nothing is over. */
export function validityOf(entry: RegistryEntry, today: string | undefined): Validity {
  const certificate = weakest(currentCertificates(entry.certificates, today), today);
  const terms: readonly Term[] = certificate === undefined ? [entry] : [entry, certificate];
  const ends = terms.map(({ validUntil }) => validUntil).sort();
  return {
    daysOver: Math.max(...terms.map((term) => daysOver(term, today))),
    certificate,
    validUntil: ends[0] ?? entry.validUntil,
  };
}

/** Of each kind the certificate that counts today. */
function currentCertificates(certificates: readonly RegistryCertificate[], today: string | undefined) {
  const ofKind = new Map<string, RegistryCertificate>();
  for (const certificate of certificates) {
    const other = ofKind.get(certificate.kind);
    if (other === undefined || isBetter(certificate, other, today)) ofKind.set(certificate.kind, certificate);
  }
  return [...ofKind.values()];
}

/** One that has begun is better than one that has not; then the one that lasts longer. */
function isBetter(a: RegistryCertificate, b: RegistryCertificate, today: string | undefined): boolean {
  const [aBegan, bBegan] = [a, b].map(({ validFrom }) => today === undefined || validFrom <= today);
  return aBegan === bBegan ? a.validUntil > b.validUntil : aBegan === true;
}

function weakest(certificates: readonly RegistryCertificate[], today: string | undefined) {
  const isWeaker = (a: RegistryCertificate, b: RegistryCertificate): boolean => {
    const [aOver, bOver] = [daysOver(a, today), daysOver(b, today)];
    return aOver === bOver ? a.validUntil < b.validUntil : aOver > bOver;
  };
  return certificates.reduce<RegistryCertificate | undefined>(
    (weak, other) => (weak === undefined || isWeaker(other, weak) ? other : weak),
    undefined,
  );
}

interface Term {
  readonly validFrom: string;
  readonly validUntil: string;
}

function daysOver({ validFrom, validUntil }: Term, today: string | undefined): number {
  if (today === undefined) return 0;
  return today < validFrom ? Infinity : Math.max(0, daysBetween(validUntil, today));
}
