// Finds the program that holds a device open, so that the message can name it.
import { readdir, readFile, readlink, realpath } from "node:fs/promises";

/** Answers `name (pid)` of another process that has `path` open, or undefined when none can be seen. Never throws. */
export async function findPortHolder(path: string): Promise<string | undefined> {
  const device = await realpath(path).catch(() => undefined);
  if (device === undefined) return undefined;
  const processes = (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name));
  for (const pid of processes) {
    if (Number(pid) === process.pid || !(await hasOpen(pid, device))) continue;
    const name = await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "?");
    return `${name.trim()} (${pid})`;
  }
  return undefined;
}

async function hasOpen(pid: string, device: string): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  const descriptors = await readdir(folder).catch(() => []); // another user's process can't be looked into: not an error
  const targets = await Promise.all(
    descriptors.map((descriptor) => readlink(`${folder}/${descriptor}`).catch(() => "")),
  );
  // Whoever made a pseudo-terminal keeps both its ends open; it plays the device, it doesn't compete for it.
  const isMaker = device.startsWith("/dev/pts/") && targets.some((target) => target.endsWith("/ptmx"));
  return targets.includes(device) && !isMaker;
}
