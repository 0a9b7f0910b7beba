// Reads what the registry commands are given: keys, lists, and the part of a configuration that pins keys.
import { existsSync, readFileSync, statSync } from "node:fs";
import * as z from "zod";
import { parsePrivateKey, parsePublicKey, type SigningKey } from "../agent/registry/key-pair.ts";
import { listBytesMax } from "../agent/registry/list-size.ts";
import type { PinnedKey } from "../agent/registry/pinned-key.ts";
import { registryConfigSchema } from "../agent/registry/registry-config.ts";
import { registrySchema } from "../agent/registry/registry-schema.ts";
import type { RegistryDocument } from "../protocol/registry/registry-document.ts";
import { describeFaults } from "../service/config-fault.ts";
import { CommandFailure, exitCodes } from "../service/exit-codes.ts";
import { loadConfig } from "../service/load-config.ts";
import { loadConfigFile } from "../service/read-config-file.ts";

/** The file's bytes. Throws `CommandFailure` (2) when it can't be read or is larger than any list. */
export function readListFile(path: string): Uint8Array {
  try {
    if (statSync(path).size <= listBytesMax) return readFileSync(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    throw wrongUsage(`Không đọc được tệp | The file can't be read: ${path} (${code})`);
  }
  const kibibytes = listBytesMax / 1024;
  throw wrongUsage(`Tệp lớn hơn ${kibibytes} KiB | The file is larger than ${kibibytes} KiB: ${path}`);
}

/** The keys in the files, or those that the configuration pins where no file is named. Throws `CommandFailure` (2). */
export function readPinnedKeys(keyFiles: readonly string[], configFile: string): readonly PinnedKey[] {
  if (keyFiles.length > 0) return keyFiles.map(readPublicKey);
  return existsSync(configFile) ? readRegistryPart(configFile).keys : [];
}

function readPublicKey(path: string): PinnedKey {
  const key = parsePublicKey(textOf(readListFile(path)));
  if (key !== undefined) return key;
  throw wrongUsage(
    `Không phải tệp khóa Ed25519 | Not a file of an Ed25519 key: ${path}\n    → tiepdon registry keygen --kid reg-2026a`,
  );
}

/** Throws `CommandFailure` (2) when it is no private key. */
export async function readSigningKey(path: string): Promise<SigningKey> {
  const key = await parsePrivateKey(textOf(readListFile(path)));
  if (key !== undefined) return key;
  throw wrongUsage(
    `Không phải tệp khóa bí mật Ed25519 | Not a file of a private Ed25519 key: ${path}\n    → tiepdon registry keygen --kid reg-2026a`,
  );
}

/** Only this part is looked at: a list can be checked while other parts of the file are being written. */
const configPart = z.looseObject({ agent: z.looseObject({ registry: registryConfigSchema }).optional() });

function readRegistryPart(path: string) {
  const loaded = loadConfigFile(path, configPart);
  if (loaded.kind === "faulty") throw wrongUsage(describeFaults(loaded.faults));
  return loaded.config.agent?.registry ?? registryConfigSchema.parse(undefined);
}

/** The list in a file as people write it, JSON or YAML. Throws `CommandFailure` (2) with all faults at once. */
export function readDocument(path: string): RegistryDocument {
  const loaded = loadConfig<RegistryDocument>(textOf(readListFile(path)), path, registrySchema);
  if (loaded.kind === "config") return loaded.config;
  throw wrongUsage(describeFaults(loaded.faults));
}

/** The list in a signed file, its signature unchecked, or as people write it. Throws `CommandFailure` (2). */
export function readAnyDocument(path: string): { document: RegistryDocument; isSigned: boolean } {
  const text = textOf(readListFile(path));
  const [, payload] = /^[\w-]+\.([\w-]+)\.[\w-]+\s*$/.exec(text) ?? [];
  if (payload === undefined) return { document: readDocument(path), isSigned: false };
  const loaded = loadConfig<RegistryDocument>(textOf(Buffer.from(payload, "base64url")), path, registrySchema);
  if (loaded.kind === "config") return { document: loaded.config, isSigned: true };
  throw wrongUsage(describeFaults(loaded.faults));
}

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("utf8");

export const wrongUsage = (sentence: string): CommandFailure => new CommandFailure(exitCodes.wrongUsage, sentence);
