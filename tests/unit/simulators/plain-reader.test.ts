// The simulated text reader against the product's own driver: commands, acknowledgements, and every device of the table.
import { describe, expect, it } from "vitest";
import type { Driver } from "../../../protocol/driver/driver.ts";
import type { Outcome } from "../../../protocol/driver/outcome.ts";
import type { Profile } from "../../../protocol/driver/profile.ts";
import { serialTextDriver } from "../../../protocol/driver/serial-text-driver.ts";
import { encodeGm65Command } from "../../../protocol/frame/gm65/command.ts";
import { encodeMenuCommand } from "../../../protocol/frame/honeywell/menu-command.ts";
import { encodeUnifiedCommand } from "../../../protocol/frame/newland/unified-command.ts";
import type { Device, DeviceSign } from "../../../simulators/device.ts";
import { type PlainReaderOptions, plainReader } from "../../../simulators/plain-reader/plain-reader.ts";
import { versionOfSimulator } from "../../../simulators/plain-reader/responder.ts";
import { MemoryHost } from "../../fixtures/driver-host.ts";
import { profileWith } from "../../fixtures/profiles.ts";

const payload = Buffer.from("001099012345|…|Nguyễn Thị Mẫu");

/** Driver and device in one room; time goes by only when a test says so. */
class Room {
  readonly host = new MemoryHost();
  readonly signs: DeviceSign[] = [];
  readonly device: Device;
  readonly driver: Driver;
  #deviceWish: number | undefined;
  readonly #toHost: Uint8Array[] = [];
  #heard = 0;

  constructor(options: Partial<PlainReaderOptions>, profile: Profile) {
    const complete = { terminator: "cr", aim: "", commands: "none", ack: "none", ...options } as const;
    this.device = plainReader(complete)({
      write: (bytes) => this.#toHost.push(bytes.slice()),
      wakeAt: (timeMs) => {
        this.#deviceWish = timeMs;
      },
      sign: (sign) => this.signs.push(sign),
    });
    this.device.connected(this.host.nowMs);
    const taken = { crcOf: () => undefined, last: () => undefined };
    this.driver = this.host.run((each) => serialTextDriver(each, { profile, transport: "usb", taken }));
    this.talk();
    this.driver.setArmed(true, this.host.nowMs);
    this.talk();
  }

  /** Until both have nothing more to say. */
  talk(): void {
    for (;;) {
      const said = this.host.written.slice(this.#heard);
      this.#heard = this.host.written.length;
      for (const bytes of said) this.device.receive(bytes, this.host.nowMs);
      const next = this.#toHost.shift();
      if (next !== undefined) this.host.receive(next);
      else if (said.length === 0) return;
    }
  }

  present(): boolean {
    const isTaken = this.device.present(payload, this.host.nowMs);
    this.talk();
    return isTaken;
  }

  pass(milliseconds: number): void {
    const end = this.host.nowMs + milliseconds;
    while (this.#deviceWish !== undefined && this.#deviceWish <= end) {
      this.host.pass(this.#deviceWish - this.host.nowMs);
      this.#deviceWish = undefined;
      this.device.wake(this.host.nowMs);
      this.talk();
    }
    this.host.pass(end - this.host.nowMs);
    this.talk();
  }
}

const scansOf = ({ host }: Room) => host.scans.map(({ raw }) => Buffer.from(raw));

describe("commands", () => {
  const honeywellQuery = encodeMenuCommand({ entries: [{ tag: "REVINF", data: "^" }], storage: "ram" });
  const newlandQuery = encodeUnifiedCommand({ storage: "temporary", tag: "QRY", sub: "SYS", data: "*" });
  const gm65Query = encodeGm65Command({ type: "read", address: 0x00e2, data: Uint8Array.of(1) });

  it.each([
    ["honeywell", honeywellQuery, undefined, versionOfSimulator],
    ["newland", newlandQuery, "Firmware Version:", versionOfSimulator],
    ["newland-legacy", Buffer.from("&{VER}"), undefined, versionOfSimulator],
    ["gm65", gm65Query, undefined, "8e"],
    ["datalogic", Buffer.from("i"), "SIMULATED", versionOfSimulator],
  ] as const)("of %s tell the version", (commands, send, expected, firmware) => {
    const room = new Room({ commands }, profileWith({ commands, version: { send, expect: expected } }));
    expect(room.host.reports).toEqual([{ firmware }]);
    expect(room.present()).toBe(true);
    expect(scansOf(room)).toEqual([payload]);
  });

  it("DECHDR1 switches to length-prefixed frames", () => {
    const init = [encodeMenuCommand({ entries: [{ tag: "DECHDR", data: "1" }], storage: "ram" })];
    const profile = profileWith({ commands: "honeywell", init, framing: { lengthPrefix: "dechdr" } });
    const room = new Room({ commands: "honeywell" }, profile);
    room.present();
    expect(scansOf(room)).toEqual([payload]);
    expect(room.host.scans[0]).toMatchObject({ aim: "]Q1", symbology: "QRCode", endedBy: "length" });
  });

  it("disable a Datalogic reader, and make it deaf for 30 s", () => {
    const arm = { on: Buffer.from("E"), off: Buffer.from("D") };
    const room = new Room({ commands: "datalogic" }, profileWith({ commands: "datalogic", arm }));
    expect(room.present()).toBe(true);
    room.driver.setArmed(false, room.host.nowMs);
    room.talk();
    expect(room.present()).toBe(false);
    room.device.receive(Buffer.from("R"), room.host.nowMs);
    room.device.receive(Buffer.from("E"), room.host.nowMs);
    expect(room.present()).toBe(false);
  });
});

describe("acknowledgements", () => {
  const ackNak = profileWith({ ack: { mode: "ack-nak", timeoutMs: 2_000 } });
  const hostAck = profileWith({ commands: "honeywell", ack: { mode: "host-ack", timeoutMs: 10_000 } });
  const roomWith = (outcome: Outcome | undefined, options: Partial<PlainReaderOptions>, profile: Profile) => {
    const room = new Room(options, profile);
    room.host.outcome = outcome;
    return room;
  };

  it("06: the tone sounds after it, not before", () => {
    const room = roomWith("accepted", { ack: "ack-nak" }, ackNak);
    room.present();
    expect([room.signs, room.device.held]).toEqual([["good-read"], 0]);
    const silent = roomWith(undefined, { ack: "ack-nak" }, ackNak);
    silent.present();
    expect([silent.signs, silent.device.held]).toEqual([[], 1]);
    expect(silent.present()).toBe(false);
  });

  it("15: the scan comes again, three times in all, then the error sounds", () => {
    const room = roomWith("wait", { ack: "ack-nak" }, ackNak);
    room.present();
    expect([scansOf(room).length, room.signs]).toEqual([3, ["error"]]);
  });

  it("none: the scan comes again after 2 s and is not delivered twice", () => {
    const room = roomWith(undefined, { ack: "ack-nak" }, ackNak);
    room.present();
    room.pass(6_000);
    expect([scansOf(room).length, room.signs]).toEqual([1, ["error"]]);
  });

  it("of Host-ACK let the reader go; without one it goes on after 10 s", () => {
    const room = roomWith("accepted", { commands: "honeywell", ack: "host-ack" }, hostAck);
    room.present();
    expect(room.signs).toEqual(["good-read"]);
    room.host.outcome = "rejected";
    room.present();
    expect(room.signs).toEqual(["good-read", "error"]);
    room.host.outcome = undefined;
    room.present();
    room.pass(9_999);
    expect(room.present()).toBe(false);
    room.pass(1);
    expect(room.signs).toEqual(["good-read", "error", "error"]);
    expect(room.present()).toBe(true);
  });
});
