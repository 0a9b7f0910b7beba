// Breaks the rules on purpose: the pure core looks at the agent's types and reads a file.
import { readFileSync } from "node:fs";
import type { Desk } from "../agent/desk.ts";

export const frame = (desk: Desk) => readFileSync(desk.path);
