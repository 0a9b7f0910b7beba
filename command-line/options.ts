// Options that several commands share, and the numbers that options take.
import { InvalidArgumentError, Option } from "commander";
import { defaultConfigFile, defaultDataDir } from "./default-paths.ts";

export const configOption = () =>
  new Option("--config <file>", "tệp cấu hình | configuration file").default(defaultConfigFile);
export const dataDirOption = () =>
  new Option("--data-dir <dir>", "thư mục dữ liệu | directory of the durable files").default(defaultDataDir);
export const jsonOption = () => new Option("--json", "cho chương trình đọc | for programs: one JSON object a line");
export const example = (text: string) => `\nVí dụ | example:\n  ${text}`;

export function portNumber(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new InvalidArgumentError("0–65535");
}

export function positiveNumber(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new InvalidArgumentError("> 0");
}

export function positiveAmount(text: string): number {
  const amount = Number(text);
  if (amount > 0 && Number.isFinite(amount)) return amount;
  throw new InvalidArgumentError("> 0");
}

export function baudNumber(text: string): number | "auto" {
  return text === "auto" ? text : positiveNumber(text);
}

export function rateNumber(text: string): number {
  const rate = Number(text);
  if (rate > 0 && rate <= 100_000) return rate;
  throw new InvalidArgumentError("> 0");
}

export function shareNumber(text: string): number {
  const share = Number(text);
  if (share >= 0 && share <= 1) return share;
  throw new InvalidArgumentError("0–1");
}
