// The door to @peculiar/x509: certificates, requests and revocation lists, with Node's own cryptography.
import "./reflect-metadata.ts";
import { webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";

x509.cryptoProvider.set(webcrypto as never);

export { x509 };
