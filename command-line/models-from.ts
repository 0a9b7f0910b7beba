// Makes the models of a desk's readers out of checked profile files; without the libraries that check them.
import { profileOf } from "../agent/profile/profile-of-file.ts";
import type { ReaderModel } from "../agent/reader/configured-reader.ts";
import type { ModelFiles } from "./reader-models.ts";

/** By the reader's id. */
export function modelsFrom(files: ModelFiles): Record<string, ReaderModel> {
  return Object.fromEntries(
    Object.entries(files).map(([id, { file, isChanged }]) => [id, { profile: profileOf(file), isChanged }]),
  );
}
