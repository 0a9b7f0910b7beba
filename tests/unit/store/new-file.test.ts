// To whom the files belong that root makes in the folder of the service.
import { chownSync, lstatSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ownLikeFolder } from "../../../store/new-file.ts";
import { temporaryDirectory } from "../../fixtures/clean-up.ts";

test("a file is given to whom the folder belongs, and what a link leads to never is", () => {
  const folder = temporaryDirectory();
  const elsewhere = join(temporaryDirectory(), "not-the-services");
  const [file, link] = [join(folder, "file"), join(folder, "link")];
  for (const path of [elsewhere, file]) writeFileSync(path, "");
  symlinkSync(elsewhere, link);
  if (process.getuid?.() === 0) chownSync(folder, 65_534, 65_534);
  const before = statSync(elsewhere).uid;
  for (const path of [file, link]) ownLikeFolder(path);
  expect(statSync(file).uid).toBe(statSync(folder).uid);
  expect(lstatSync(link).uid).toBe(statSync(folder).uid);
  expect(statSync(elsewhere).uid).toBe(before);
});
