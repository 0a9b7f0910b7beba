// Reads the files of the TLS listener and makes of them what a handshake needs, or says which of them is at fault.
import { X509Certificate } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { createSecureContext, type SecureContextOptions } from "node:tls";
import { noRevocations, type Revocations, readRevocations } from "./revocations.ts";
import type { TlsConfig } from "./tls-config.ts";

export interface LoadedTls {
  readonly context: SecureContextOptions;
  readonly revocations: Revocations;
  /** When the broker's certificate runs out, and the first of the authorities', in milliseconds since 1970. */
  readonly certificateExpires: number;
  readonly authorityExpires: number;
}

/** SSL_OP_NO_TICKET: without session tickets every connection shows its certificate, so a revoked one can't resume. */
const noTicket = 0x4000;

const certificateBlock = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;
const listBlock = /-----BEGIN X509 CRL-----[^-]*-----END X509 CRL-----/g;

/** Rejects with a sentence that names the file, when one is missing, damaged, or doesn't fit the others. */
export async function loadTls({ certFile, keyFile, caFile, crlFile }: TlsConfig): Promise<LoadedTls> {
  const [cert, key, ca] = await Promise.all([readText(certFile), readText(keyFile), readText(caFile)]);
  const lists = crlFile === undefined ? [] : blocksOf(await readText(crlFile), listBlock, crlFile);
  const authorities = blocksOf(ca, certificateBlock, caFile);
  const own = blocksOf(cert, certificateBlock, certFile);
  const context: SecureContextOptions = {
    ...{ cert, key, ca: authorities, minVersion: "TLSv1.2", secureOptions: noTicket },
    ...(lists.length > 0 && { crl: lists }),
  };
  try {
    createSecureContext(context);
  } catch (error) {
    throw new Error(`${certFile}, ${keyFile}, ${caFile}: ${reasonOf(error)}`);
  }
  return {
    context,
    revocations: lists.length > 0 ? await readLists(lists, crlFile ?? "") : noRevocations,
    certificateExpires: expiryOf(own.slice(0, 1), certFile),
    authorityExpires: expiryOf(authorities, caFile),
  };
}

/** Another text means that a file is another one than before. */
export async function versionOf({ certFile, keyFile, caFile, crlFile }: TlsConfig): Promise<string> {
  const files = [certFile, keyFile, caFile, ...(crlFile === undefined ? [] : [crlFile])];
  const versions = files.map(async (path) => {
    const found = await stat(path).catch(() => undefined);
    return found === undefined ? "absent" : `${found.ino} ${found.mtimeMs} ${found.size}`;
  });
  return (await Promise.all(versions)).join(", ");
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new Error(`${path}: ${reasonOf(error)}`);
  }
}

function blocksOf(text: string, block: RegExp, path: string): string[] {
  const blocks = text.match(block);
  if (blocks === null) throw new Error(`${path}: no PEM block of the expected kind`);
  return blocks;
}

async function readLists(lists: readonly string[], path: string): Promise<Revocations> {
  try {
    return await readRevocations(lists);
  } catch (error) {
    throw new Error(`${path}: ${reasonOf(error)}`);
  }
}

function expiryOf(certificates: readonly string[], path: string): number {
  try {
    return Math.min(...certificates.map((pem) => Date.parse(new X509Certificate(pem).validTo)));
  } catch (error) {
    throw new Error(`${path}: ${reasonOf(error)}`);
  }
}

/** The code rather than the sentence: OpenSSL's may quote its own source lines, never the key. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return "code" in error && typeof error.code === "string" ? error.code : error.message;
}
