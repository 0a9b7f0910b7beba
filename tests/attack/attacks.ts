// All attacks, in the order in which they are run.
import { connectionAttacks } from "./connection-attacks.ts";
import type { Attack } from "./hostile.ts";
import { packetAttacks } from "./packet-attacks.ts";
import { rightAttacks } from "./right-attacks.ts";
import { sessionAttacks } from "./session-attacks.ts";
import { tlsAttacks } from "./tls-attacks.ts";

export const attacks: readonly Attack[] = [
  ...packetAttacks,
  ...connectionAttacks,
  ...sessionAttacks,
  ...rightAttacks,
  ...tlsAttacks,
];
