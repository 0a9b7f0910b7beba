// tiepdon reader firmware: signs an image for ReaderLink readers, and checks a signed one as a desk would.
import { readFileSync, statSync } from "node:fs";
import { firmwareFileBytesMax, readFirmwareFile, signFirmwareFile } from "../../agent/firmware/firmware-file.ts";
import { parsePrivateKey } from "../../agent/registry/key-pair.ts";
import { firmwareRefusals, imageBytesMax } from "../../protocol/firmware/firmware-image.ts";
import { CommandFailure, exitCodes } from "../../service/exit-codes.ts";
import { readPinnedKeys, wrongUsage } from "../registry-files.ts";
import { print, say, styled } from "../terminal.ts";

export interface FirmwareSignOptions {
  readonly key: string;
  readonly hardware: string;
  readonly firmwareVersion: string;
}

/** Prints the signed file. Throws `CommandFailure` (2) when the image, the key or the facts can't be used. */
export async function runFirmwareSign(path: string, options: FirmwareSignOptions): Promise<void> {
  const keyText = readBounded(options.key, imageBytesMax).toString("utf8");
  const signing = await parsePrivateKey(keyText);
  if (signing === undefined) {
    throw wrongUsage(
      `Không phải tệp khóa bí mật Ed25519 | Not a file of a private Ed25519 key: ${options.key}\n    → tiepdon registry keygen --kid fw-2026a`,
    );
  }
  const { x, d }: { x: string; d: string } = JSON.parse(keyText);
  const facts = { hardware: options.hardware, version: options.firmwareVersion, keyId: signing.pinned.kid };
  const signed = signFirmwareFile(readBounded(path, imageBytesMax), facts, { x, d });
  if (signed.kind === "wrong") throw wrongUsage(`Không ký được | Can't be signed: ${signed.what}`);
  print(signed.text.trimEnd());
}

/** Throws `CommandFailure`: 1 when a desk would refuse the file, 2 without a file or keys. */
export function runFirmwareVerify(
  path: string,
  options: { readonly key: readonly string[]; readonly json?: boolean },
): void {
  const keys = readPinnedKeys(options.key, "");
  const read = readFirmwareFile(readBounded(path, firmwareFileBytesMax).toString("utf8"), keys);
  if (read.kind === "refused") {
    if (options.json) print(JSON.stringify({ verdict: "refused", reason: read.why }));
    throw new CommandFailure(exitCodes.failed, `✖ ${path}: ${firmwareRefusals[read.why]} (${read.why})`);
  }
  const { hardware, version, keyId, data } = read.image;
  if (options.json) print(JSON.stringify({ verdict: "good", hardware, version, keyId, bytes: data.length }));
  else print(`${path}: ${hardware} ${version}, ${data.length} byte, ${keyId}`);
  say(styled("green", "✔ Chữ ký đúng | the signature is good"));
}

function readBounded(path: string, bytesMax: number): Buffer {
  try {
    if (statSync(path).size <= bytesMax) return readFileSync(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    throw wrongUsage(`Không đọc được tệp | The file can't be read: ${path} (${code})`);
  }
  throw wrongUsage(`Tệp lớn hơn ${bytesMax} byte | The file is larger than ${bytesMax} bytes: ${path}`);
}
