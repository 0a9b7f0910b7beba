// A reader on a pseudo-terminal that socat makes: to the host it is a serial port under a path of our choice.
import { type ChildProcess, spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { lstatSync, readlinkSync } from "node:fs";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { HostGone, type MediumListener, nobody, type TwoWayMedium } from "./medium.ts";
import { SimulationFailure } from "./simulation-failure.ts";

/** Time between a host's open and the first byte, in milliseconds: hosts throw away what came before they had set the line. */
const settleMs = 300;

/** How often socat looks whether the path was opened, in seconds. */
const openPollSeconds = 0.05;

/** How often we look whether socat has made the link, in milliseconds; it tells of the terminal before. */
const linkPollMs = 5;

/** How long socat may take to let the last bytes out, in milliseconds. */
const drainMsMax = 2_000;

/**
 * Makes `link`, a symbolic link to a new pseudo-terminal. Nothing is sent before somebody has opened it. When the host
 * closes it the link is taken away and made anew, which looks like a reader unplugged and plugged in again.
 * Throws `SimulationFailure` when socat is missing or can't make the link.
 */
export async function openPty(link: string): Promise<TwoWayMedium> {
  const changes = new EventEmitter();
  let listener: MediumListener = nobody;
  let isHostThere = false;
  const heard = (bytes: Uint8Array) => listener.received(bytes);
  let terminal = await makeTerminal(link, changes, heard);
  let isClosed = false;
  let awayMs = 0;
  let failure: unknown;
  changes.on("change", () => {
    const isOpen = terminal.state === "open";
    if (isOpen === isHostThere) return;
    isHostThere = isOpen;
    if (isOpen) listener.opened();
    else listener.gone();
  });
  const stayPlugged = async (): Promise<void> => {
    while (!isClosed) {
      if (terminal.state === "ended") {
        await sleep(awayMs);
        awayMs = 0;
        if (isClosed) return;
        terminal = await makeTerminal(link, changes, heard);
        changes.emit("change");
      } else await once(changes, "change");
    }
    await unplug(terminal);
  };
  const unplugged = stayPlugged().catch((error: unknown) => {
    failure = error;
    changes.emit("change");
  });
  return {
    place: link,
    attach: (listening) => {
      listener = listening;
      if (isHostThere) listener.opened();
    },
    unplug: async (milliseconds) => {
      awayMs = milliseconds;
      const unpluggedTerminal = terminal;
      terminal.socat.kill();
      while (terminal === unpluggedTerminal && failure === undefined && !isClosed) await once(changes, "change");
    },
    whenListening: async (signal) => {
      while (terminal.state !== "open") {
        if (failure !== undefined) throw failure;
        await once(changes, "change", { signal });
      }
    },
    write: async (bytes) => {
      if (terminal.state !== "open") throw new HostGone();
      await writeTo(terminal.socat.stdin, bytes);
    },
    close: async () => {
      isClosed = true;
      changes.emit("change");
      await unplugged;
    },
  };
}

/** `making` until the link exists, `waiting` until a host has opened it, `ended` when the host hung up or socat failed. */
interface Terminal {
  readonly socat: ChildProcess & { readonly stdin: Writable; readonly stdout: Readable };
  state: "making" | "waiting" | "open" | "ended";
  /** The device behind the link, once socat has told. */
  device: string | undefined;
  /** What socat said last; names the reason when it failed. */
  lastWords: string;
}

async function makeTerminal(
  link: string,
  changes: EventEmitter,
  heard: (bytes: Uint8Array) => void,
): Promise<Terminal> {
  refuseToReplace(link);
  const address = `PTY,raw,echo=0,link=${link},wait-slave,pty-interval=${openPollSeconds}`;
  // With -d -d socat tells when the terminal exists and when it was opened.
  const socat = spawn("socat", ["-d", "-d", address, "STDIO"], { stdio: ["pipe", "pipe", "pipe"] });
  const terminal: Terminal = { socat, state: "making", device: undefined, lastWords: "" };
  const enter = (state: Terminal["state"]) => {
    if (terminal.state === "ended") return;
    terminal.state = state;
    changes.emit("change");
  };
  socat.stdin.on("error", () => undefined); // each write has its own answer
  socat.stdout.on("data", (bytes: Buffer) => {
    enter("open"); // who writes has set the line
    heard(bytes);
  });
  socat.once("error", () => enter("ended"));
  socat.once("exit", () => enter("ended"));
  createInterface(socat.stderr).on("line", (line) => {
    terminal.lastWords = line.replace(/^.*\] [A-Z] /, "");
    terminal.device ??= /PTY is (\S+)/.exec(line)?.[1];
    if (line.includes("starting data transfer loop")) setTimeout(() => enter("open"), settleMs);
  });
  while (terminal.state === "making") {
    if (terminal.device !== undefined && targetOf(link) === terminal.device) enter("waiting");
    else await sleep(linkPollMs);
  }
  if (terminal.state === "ended") throw new SimulationFailure("failed", whyNotMade(link, terminal));
  return terminal;
}

/** socat removes whatever stands under the path; a link left behind by an earlier run may go, a file must not. */
function refuseToReplace(link: string): void {
  if (lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() !== false) return;
  throw new SimulationFailure("wrong-usage", `${link} đã có và không phải liên kết | ${link} exists and is no link`);
}

function targetOf(link: string): string | undefined {
  try {
    return readlinkSync(link);
  } catch {
    return undefined;
  }
}

function whyNotMade(link: string, { socat, lastWords }: Terminal): string {
  return socat.pid === undefined
    ? "Cần chương trình socat (apt install socat) | The program socat is needed (apt install socat)"
    : `socat không tạo được ${link} | socat can't make ${link}: ${lastWords}`;
}

async function unplug({ socat, state }: Terminal): Promise<void> {
  if (state === "ended") return;
  const ended = once(socat, "exit");
  socat.stdin.end();
  // A terminal that nobody opened has nothing to let out and does not look at its input.
  const patience = setTimeout(() => socat.kill(), state === "open" ? drainMsMax : 0);
  await ended;
  clearTimeout(patience);
}

function writeTo(stream: Writable, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(bytes, (error) => (error ? reject(new HostGone({ cause: error })) : resolve()));
  });
}
