// tiepdon registry: makes keys, signs, checks and shows the list of certified readers.
import { chmodSync, existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeKeyPair } from "../../agent/registry/key-pair.ts";
import { keptListFileName } from "../../agent/registry/registry-keeper.ts";
import { keyIdPattern } from "../../agent/registry/registry-schema.ts";
import { signList } from "../../agent/registry/sign-list.ts";
import { verifyList } from "../../agent/registry/verify-list.ts";
import { vietnamDate } from "../../protocol/check-in/vietnam-time.ts";
import { daysBetween } from "../../protocol/registry/days.ts";
import type { RegistryDocument } from "../../protocol/registry/registry-document.ts";
import { registryRefusals } from "../../protocol/registry/registry-refusal.ts";
import { graceDays } from "../../protocol/registry/validity.ts";
import { CommandFailure, exitCodes } from "../../service/exit-codes.ts";
import {
  readAnyDocument,
  readDocument,
  readListFile,
  readPinnedKeys,
  readSigningKey,
  wrongUsage,
} from "../registry-files.ts";
import { entryFacts, listWords, remarks, table, validityWords } from "../registry-words.ts";
import { print, say, styled } from "../terminal.ts";

/** What a broker of ours takes by default (`limits.packetBytesMax`), less topic and header. */
const topicBytesMax = 32_000;

interface KeyOptions {
  readonly key?: readonly string[];
  readonly config: string;
  readonly json?: boolean;
}

/** Checks a signed list as a desk would. Throws `CommandFailure`: 1 when a desk would not take or use it, 2 without a key or file. */
export async function runRegistryVerify(path: string, options: KeyOptions): Promise<void> {
  const keys = readPinnedKeys(options.key ?? [], options.config);
  if (keys.length === 0) {
    throw wrongUsage(
      `${registryRefusals["no-keys"]}\n    → --key FILE.public.jwk, hoặc | or agent.registry.keys trong | in ${options.config}`,
    );
  }
  const today = vietnamDate(Date.now());
  const verified = await verifyList(readListFile(path), keys, today);
  if (verified.kind === "refused") {
    const { reason } = verified;
    if (options.json) print(JSON.stringify({ verdict: "refused", reason }));
    throw new CommandFailure(exitCodes.failed, `✖ ${path}: ${registryRefusals[reason]} (${reason})`);
  }
  const { document } = verified;
  const isStale = daysBetween(document.notAfter, today) > graceDays;
  if (options.json) print(JSON.stringify({ verdict: isStale ? "stale" : "good", ...listFacts(document) }));
  else print(`${path}: ${summary(document)}; ${listWords(document, today)}`);
  for (const remark of remarks(document, today)) say(styled("yellow", `! ${remark}`));
  if (isStale) throw new CommandFailure(exitCodes.failed, `✖ ${path}: ${listWords(document, today)}`);
  say(styled("green", "✔ Chữ ký đúng | the signature is good"));
}

/** Shows a list, signed or not, by default the one that the desk uses. Throws `CommandFailure`: 1 for a bad signature, 2 when there is no list. */
export async function runRegistryShow(
  path: string | undefined,
  options: KeyOptions & { dataDir: string },
): Promise<void> {
  const kept = join(options.dataDir, keptListFileName);
  const file = path ?? kept;
  if (path === undefined && !existsSync(kept)) {
    throw wrongUsage(
      `Quầy chưa có danh sách | The desk has no list yet: ${kept}\n    → tiepdon registry show FILE, hoặc | or --data-dir DIR`,
    );
  }
  const { document, isSigned } = readAnyDocument(file);
  const keys = isSigned ? readPinnedKeys(options.key ?? [], options.config) : [];
  const verified = keys.length === 0 ? undefined : await verifyList(readListFile(file), keys, undefined);
  const refusal = verified?.kind === "refused" ? verified.reason : undefined;
  const today = vietnamDate(Date.now());
  const rows = document.readers.map((entry) => entryFacts(entry, today));
  if (options.json) {
    const signature = verified === undefined ? "unchecked" : (refusal ?? "good");
    print(JSON.stringify({ ...listFacts(document), signature, readers: rows }));
  } else {
    print(`${summary(document)}; ${listWords(document, today)}`);
    const heading = ["MẪU | MODEL", "USB", "PHẦN MỀM | FIRMWARE", "CHỨNG NHẬN | CERTIFICATE", "HIỆU LỰC | VALIDITY"];
    const cells = rows.map((row) => [
      `${row.vendor} ${row.model}${row.serials === undefined ? "" : ` (${row.serials} máy | devices)`}`,
      row.usb.join(" ") || "–",
      row.firmware === null
        ? "*"
        : [...row.firmware.allow, ...row.firmware.deny.map((range) => `≠ ${range}`)].join("; "),
      row.certificate ?? "–",
      validityWords(row),
    ]);
    for (const line of table([heading, ...cells])) print(line);
  }
  if (verified === undefined)
    say(styled("yellow", "! Chữ ký chưa được kiểm tra | the signature was not checked: --key"));
  if (refusal !== undefined) {
    throw new CommandFailure(exitCodes.failed, `✖ ${file}: ${registryRefusals[refusal]} (${refusal})`);
  }
}

/** Signs a list. Throws `CommandFailure`: 1 when its version is not higher than the previous one's, 2 with every fault of the input. */
export async function runRegistrySign(
  input: string,
  options: { key: string; kid: string; previous?: string; out?: string },
): Promise<void> {
  const signingKey = await readSigningKey(options.key);
  const document = readDocument(input);
  const { kid } = signingKey.pinned;
  if (kid !== options.kid) throw wrongUsage(`Tệp khóa là của kid "${kid}" | The key file is that of kid "${kid}"`);
  if (document.keyId !== kid) {
    throw wrongUsage(`${input}: keyId phải là "${kid}" | keyId must be "${kid}": now it is "${document.keyId}"`);
  }
  if (options.previous !== undefined) mustBeHigher(document, readAnyDocument(options.previous).document);
  warnOfReadableKey(options.key);
  const jws = await signList(document, signingKey);
  const verified = await verifyList(Buffer.from(jws), [signingKey.pinned], undefined);
  if (verified.kind === "refused") {
    throw wrongUsage(
      `Tệp khóa hỏng: x không khớp d | The key file is damaged: x does not belong to d (${verified.reason})`,
    );
  }
  for (const remark of remarks(document, vietnamDate(Date.now()))) say(styled("yellow", `! ${remark}`));
  if (jws.length > topicBytesMax) {
    say(
      styled(
        "yellow",
        `! ${jws.length} byte: quá lớn cho broker mặc định, tăng limits.packetBytesMax hoặc dùng tệp | ${jws.length} bytes: too large for a broker as it comes; raise limits.packetBytesMax or use files`,
      ),
    );
  }
  if (options.out === undefined) print(jws);
  else writeFileSync(options.out, `${jws}\n`, { mode: 0o644 });
  say(styled("green", `✔ Đã ký | signed: ${summary(document)}`));
}

function mustBeHigher({ version }: RegistryDocument, previous: RegistryDocument): void {
  if (version > previous.version) return;
  throw new CommandFailure(
    exitCodes.failed,
    `version ${version} phải cao hơn ${previous.version} | version ${version} must be higher than ${previous.version}\n    → quầy không bao giờ nhận lại bản cũ | desks never go back`,
  );
}

function warnOfReadableKey(path: string): void {
  if ((statSync(path).mode & 0o077) === 0) return;
  say(styled("yellow", `! Người khác đọc được khóa bí mật | others can read the private key: chmod 600 ${path}`));
}

/** Makes a key pair: two files that must not exist yet. Throws `CommandFailure`: 1 when they do, 2 for a kid that can't be one. */
export async function runRegistryKeygen(options: { kid: string; out: string }): Promise<void> {
  const { kid, out } = options;
  if (!keyIdPattern.test(kid))
    throw wrongUsage("--kid: chữ, số, . _ - (tối đa 64) | letters, digits, . _ - (at most 64)");
  const pair = await makeKeyPair(kid);
  const privatePath = join(out, `${kid}.private.jwk`);
  const publicPath = join(out, `${kid}.public.jwk`);
  try {
    mkdirSync(out, { recursive: true });
    writeFileSync(privatePath, pair.privateFile, { flag: "wx", mode: 0o600 });
    writeFileSync(publicPath, pair.publicFile, { flag: "wx" });
    chmodSync(publicPath, 0o644);
  } catch (error) {
    const { code = "", path = out } = error as NodeJS.ErrnoException;
    throw new CommandFailure(exitCodes.failed, `Không ghi được | Can't be written: ${path} (${code})`);
  }
  say(`Khóa bí mật, giữ kín và sao lưu | private key, keep it closed and backed up: ${privatePath}`);
  say(`Khóa công khai | public key: ${publicPath}`);
  say("Thêm vào cấu hình mọi quầy, trong agent: | add to every desk's configuration, under agent:");
  print(`registry:\n  keys:\n    - { kid: ${kid}, x: ${pair.pinned.x} }`);
}

function listFacts({ version, issued, notAfter, issuer, keyId, readers }: RegistryDocument): object {
  return { version, issued, notAfter, issuer, keyId, entries: readers.length };
}

function summary({ version, issued, issuer, readers }: RegistryDocument): string {
  return `bản | version ${version}, ${issuer}, ${issued}, ${readers.length} mục | entries`;
}
