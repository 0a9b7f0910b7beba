// Finds the program that holds a device open, so that the message can name it.
import { readdir, readFile, readlink, realpath, stat } from "node:fs/promises";

/**
 * Answers `name (pid)` of another process that has `path` open or locked, or undefined when none can be seen. Open files
 * of other users' processes are hidden from a service; locks are not. Never throws.
 */
export async function findPortHolder(path: string): Promise<string | undefined> {
  const device = await realpath(path).catch(() => undefined);
  if (device === undefined) return undefined;
  const pid = (await openerOf(device)) ?? (await lockerOf(device));
  if (pid === undefined) return undefined;
  const name = await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "?");
  return `${name.trim()} (${pid})`;
}

async function openerOf(device: string): Promise<string | undefined> {
  const processes = (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name));
  for (const pid of processes) {
    if (Number(pid) !== process.pid && (await hasOpen(pid, device))) return pid;
  }
  return undefined;
}

async function hasOpen(pid: string, device: string): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  const descriptors = await readdir(folder).catch(() => []); // another user's process can't be looked into: not an error
  const targets = await Promise.all(descriptors.map((name) => readlink(`${folder}/${name}`).catch(() => "")));
  // Whoever made a pseudo-terminal keeps both its ends open; it plays the device, it doesn't compete for it.
  const isMaker = device.startsWith("/dev/pts/") && targets.some((target) => target.endsWith("/ptmx"));
  return targets.includes(device) && !isMaker;
}

/** Reads `/proc/locks` (proc(5)): `1: FLOCK ADVISORY WRITE <pid> <major>:<minor>:<inode> 0 EOF`, major and minor in hexadecimal. */
async function lockerOf(device: string): Promise<string | undefined> {
  const found = await stat(device).catch(() => undefined);
  if (found === undefined) return undefined;
  const [major, minor] = [(found.dev >> 8) & 0xfff, (found.dev & 0xff) | ((found.dev >> 12) & 0xfff00)];
  const file = `${hexByte(major)}:${hexByte(minor)}:${found.ino}`;
  const locks = await readFile("/proc/locks", "utf8").catch(() => "");
  for (const line of locks.split("\n")) {
    const [, kind, , , pid, locked] = line.trim().split(/\s+/);
    if (kind === "FLOCK" && locked === file && pid !== String(process.pid)) return pid;
  }
  return undefined;
}

const hexByte = (value: number): string => value.toString(16).padStart(2, "0");
