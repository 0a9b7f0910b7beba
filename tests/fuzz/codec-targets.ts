// What the fuzzer of reader protocols feeds: the driver of every built-in profile, and pure codecs.
import { readdirSync, readFileSync } from "node:fs";
import { loadProfiles } from "../../agent/profile/load-profiles.ts";
import { profileOf } from "../../agent/profile/profile-of-file.ts";
import { makeDriver, type Transport } from "../../agent/reader/make-driver.ts";
import { families } from "../../command-line/frames/families.ts";
import type { Driver, DriverHost } from "../../protocol/driver/driver.ts";
import type { Profile } from "../../protocol/driver/profile.ts";
import { hidPosLayout } from "../../protocol/frame/hid-pos/layout.ts";
import { readReportDescriptor } from "../../protocol/frame/hid-pos/report-descriptor.ts";
import { DechdrFramer } from "../../protocol/frame/honeywell/dechdr-framer.ts";
import type { Scan } from "../../protocol/message/scan.ts";
import { SeededRandom } from "../../simulators/seeded-random.ts";
import { chipReaderBytes } from "./chip-reader-bytes.ts";

/** Takes one chunk after the other, as one line or one device would bring them. */
export type Feed = (chunk: Uint8Array) => void;

export interface FuzzTarget {
  /** Opens a new line; everything that it keeps counts as memory. */
  open(): Feed;
  /** Takes whole messages, such as HID reports, so that a longer input is not more of the same. */
  readonly isMessages?: boolean;
}

/** Scans of one chunk that wait for their outcome: at most one for every byte of the longest. */
const unsettledMax = 512 * 1_024;
/** Time between two chunks in milliseconds: every gap of every protocol is met. */
const pausesMs = [0, 1, 20, 70, 250, 600, 2_500, 16_000] as const;
const outcomes = ["accepted", "repeated", "rejected", "wait"] as const;

/** The driver behind a host that settles, wakes and opens a new line when the conversation has failed. */
function driverTarget(make: (host: DriverHost, random: SeededRandom) => Driver): FuzzTarget {
  return {
    open: () => {
      const random = new SeededRandom(1);
      let nowMs = 0;
      let wish: number | undefined;
      let isOver = false;
      let unsettled: Scan[] = [];
      const host: DriverHost = {
        write: () => undefined,
        writeFeature: () => undefined,
        scan: (scan) => {
          if (scan.raw.length === 0) throw new Error("an empty scan");
          if (unsettled.push(scan) > unsettledMax) throw new Error("more scans than bytes");
        },
        discarded: (_why, bytes) => {
          if (!(bytes >= 0)) throw new Error("a discard without a number");
        },
        ready: () => undefined,
        fault: () => undefined,
        failed: () => {
          isOver = true;
        },
        wakeAt: (timeMs) => {
          wish = timeMs;
        },
      };
      let driver: Driver | undefined;
      return (chunk) => {
        if (driver === undefined || isOver) {
          driver?.close();
          isOver = false;
          wish = undefined;
          unsettled = [];
          driver = make(host, random);
          driver.start(nowMs);
          driver.setArmed(true, nowMs);
        }
        driver.receive(chunk, nowMs);
        for (const scan of unsettled.splice(0)) driver.settle(scan, random.pick(outcomes), nowMs);
        const end = nowMs + random.pick(pausesMs);
        while (wish !== undefined && wish <= end && !isOver) {
          nowMs = Math.max(nowMs, wish);
          wish = undefined;
          driver.wake(nowMs);
        }
        nowMs = end;
        if (random.unit() < 0.02) driver.checkHealth(nowMs);
        if (random.unit() < 0.02) driver.setArmed(random.unit() < 0.5, nowMs);
        if (random.unit() < 0.02) driver.signal("identify", nowMs);
      };
    },
  };
}

const transports: Readonly<Record<Profile["transport"]["kind"], Transport>> = {
  ...{ serial: "usb", tcp: "tcp", hid: "hid", socketio: "socketio" },
};

function profileTargets(): Record<string, FuzzTarget> {
  const targets: Record<string, FuzzTarget> = {};
  for (const [id, { file }] of loadProfiles(undefined).profiles) {
    const profile = profileOf(file);
    if (profile.driver === "readerlink") continue; // its driver has a row of its own
    const transport = transports[profile.transport.kind];
    const taken = { crcOf: () => undefined, last: () => undefined };
    const make = (host: DriverHost, random: SeededRandom) =>
      makeDriver(host, { profile, transport, reportDescriptor: undefined, taken, random, optionalFields: true });
    const isMessages = transport === "hid" || transport === "socketio";
    targets[`driver of ${id}`] = { ...driverTarget(make), isMessages };
  }
  return targets;
}

/** The whole decoding of `tiepdon frames`; a line of it holds one stream. */
function familyTargets(): Record<string, FuzzTarget> {
  return Object.fromEntries(
    Object.entries(families).map(([name, family]) => [
      `frames of ${name}`,
      {
        open: () => (bytes: Uint8Array) => void family.decode({ parts: [{ role: "chunk", bytes }], config: {} }),
      },
    ]),
  );
}

export const codecTargets: Readonly<Record<string, FuzzTarget>> = {
  ...profileTargets(),
  ...familyTargets(),
  "HID report descriptors": {
    isMessages: true,
    open: () => (bytes) => void hidPosLayout(readReportDescriptor(bytes), undefined),
  },
  "Honeywell length-prefixed framer": {
    open: () => {
      const sink = { scan: () => undefined, discarded: () => undefined };
      const framer = new DechdrFramer({ terminators: ["cr"], scanBytesMax: 8_192 }, sink);
      return (chunk) => framer.push(chunk);
    },
  },
};

/** The golden vectors' bytes, and conversations of readers that have none: what mutations begin with. */
export function knownBytes(): readonly Uint8Array[] {
  const folder = new URL("../golden/readers/", import.meta.url);
  const texts = readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .map((file) => readFileSync(new URL(file, folder), "utf8"));
  const vectors = texts.flatMap((text) =>
    [...text.matchAll(/"(?:[a-z]+_)?hex": "((?:[0-9a-f]{2})+)"/g)].map(([, hex = ""]) => Buffer.from(hex, "hex")),
  );
  return [...vectors, ...chipReaderBytes()];
}
