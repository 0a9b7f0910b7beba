// Which certificates are revoked, for connections that are open already: OpenSSL looks at the lists in handshakes only.
import type { DetailedPeerCertificate } from "node:tls";

export interface Revocations {
  /** Is this certificate, or one between it and its authority, on a list? */
  has(leaf: DetailedPeerCertificate): boolean;
  /** When the first of the lists runs out, in milliseconds since 1970; from then on OpenSSL refuses everybody. */
  readonly nextUpdate: number;
}

export const noRevocations: Revocations = { has: () => false, nextUpdate: Number.POSITIVE_INFINITY };

/** Certificates of a chain at most; ours has two. */
const chainMax = 10;

/** Reads lists in PEM. Rejects when one is damaged. The library is loaded only where there are lists: it takes 20 MB. */
export async function readRevocations(lists: readonly string[]): Promise<Revocations> {
  const { x509 } = await import("../authority/x509.ts");
  const parsed = lists.map((list) => new x509.X509Crl(list));
  const revoked = new Set(
    parsed.flatMap((list) => list.entries.map(({ serialNumber }) => mark(list.issuer, serialNumber))),
  );
  const nextUpdates = parsed.map(({ nextUpdate }) => nextUpdate?.getTime() ?? Number.POSITIVE_INFINITY);
  const isListed = ({ raw }: DetailedPeerCertificate): boolean => {
    const { issuer, serialNumber } = new x509.X509Certificate(new Uint8Array(raw));
    return revoked.has(mark(issuer, serialNumber));
  };
  return {
    has: (leaf) => revoked.size > 0 && chainOf(leaf).some(isListed),
    nextUpdate: Math.min(...nextUpdates),
  };
}

function chainOf(leaf: DetailedPeerCertificate): DetailedPeerCertificate[] {
  const chain = [leaf];
  for (let above = leaf.issuerCertificate; chain.length < chainMax; above = above.issuerCertificate) {
    if (above?.raw === undefined || chain.includes(above)) break;
    chain.push(above);
  }
  return chain;
}

/** Issuer and serial number are unique together (RFC 5280 clause 4.1.2.2); leading zeros are a matter of encoding. */
const mark = (issuer: string, serialNumber: string): string =>
  `${serialNumber.toLowerCase().replace(/^0+/, "")} ${issuer}`;
