// Every family of reader protocols that `tiepdon frames` knows, by the name that the golden vectors use.
import type { Family } from "./family.ts";
import { plain } from "./plain.ts";
import { tcp } from "./tcp.ts";

export const families: Readonly<Record<string, Family>> = {
  plain,
  tcp,
};
