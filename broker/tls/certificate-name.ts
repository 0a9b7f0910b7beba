// Who a client certificate speaks for: the one common name of its subject, read as a desk or as a user of the broker.

import type { Identity } from "../../protocol/access.ts";
import { facilityPattern, namePattern } from "../../protocol/topics.ts";

/** What may be a name: the form of user names, so that a name is also safe in a log. */
const commonNamePattern = /^[A-Za-z0-9][A-Za-z0-9._:@-]{0,63}$/;
/** As long a run may be an identity number: certificates of people carry them. */
const identityDigits = /\d{9}/;

/** The subject's common name, if there is exactly one and it is of a form that we know. */
export function commonNameOf(subject: { readonly CN?: string | string[] } | undefined): string | undefined {
  const name = subject?.CN;
  return typeof name === "string" && commonNamePattern.test(name) && !identityDigits.test(name) ? name : undefined;
}

/** `facility:desk` is a desk; any other name is looked up among the broker's users. */
export function deskOf(name: string): Identity | undefined {
  const [facility = "", desk = "", ...more] = name.split(":");
  if (more.length > 0 || !facilityPattern.test(facility) || !namePattern.test(desk)) return undefined;
  return { role: "desk", facility, desk };
}

/** No user of the file of users has such a name, so no password opens the session of a certified desk. */
const certifiedPrefix = "CN=";

/** The owner of the sessions of a desk with a certificate. */
export const certifiedDeskUser = (name: string): string => `${certifiedPrefix}${name}`;

/** The desk that owns a session under this user; undefined for users of the file. */
export function certifiedDeskOf(user: string): Identity | undefined {
  return user.startsWith(certifiedPrefix) ? deskOf(user.slice(certifiedPrefix.length)) : undefined;
}
