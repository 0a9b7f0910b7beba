// A configuration file that can't be read is answered in the same words as a fault inside it.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { z } from "zod";
import { loadConfigFile } from "../../../service/read-config-file.ts";

const directory = mkdtempSync(join(tmpdir(), "tiepdon-config-"));
afterAll(() => rmSync(directory, { recursive: true }));
const schema = z.strictObject({ desk: z.string() });

function firstMessage(name: string, content?: string | Uint8Array): string {
  const path = join(directory, name);
  if (content !== undefined) writeFileSync(path, content);
  const loaded = loadConfigFile(path, schema);
  return loaded.kind === "config" ? `desk ${loaded.config.desk}` : (loaded.faults[0]?.message ?? "");
}

test("a file is read and checked", () => {
  expect(firstMessage("good.yaml", "desk: quay-1\n")).toBe("desk quay-1");
  expect(firstMessage("unknown.yaml", "desk: quay-1\ndisk: 1\n")).toContain('There is no key "disk"');
});

test("a missing file, a directory, other encodings and huge files each have their sentence", () => {
  expect(firstMessage("absent.yaml")).toContain("There is no such file");
  expect(firstMessage(".")).toContain("This is a directory");
  expect(firstMessage("latin.yaml", Uint8Array.of(0x64, 0x3a, 0x20, 0xe9))).toContain("not UTF-8");
  expect(firstMessage("huge.yaml", "#".repeat(300 * 1024))).toContain("larger than 256 KiB");
});
