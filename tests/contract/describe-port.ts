// What every Port must do, whatever it runs over.
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { type Port, PortError } from "../../protocol/port.ts";
import { afterThisTest } from "../fixtures/clean-up.ts";
import { waitUntil } from "../fixtures/wait-until.ts";

/** One open line and the device at its other end. */
export interface PortRig {
  readonly port: Port;
  /** The device sends. */
  send(bytes: Uint8Array): Promise<void> | void;
  /** What the device has received. */
  received(): Buffer;
  unplug(): Promise<void> | void;
}

/** Long enough for something that must not happen to happen after all, in milliseconds. */
const quietMs = 100;

export function describePort(name: string, open: () => Promise<PortRig>): void {
  describe(name, () => {
    async function opened() {
      const rig = await open();
      afterThisTest(() => rig.port.close());
      const chunks: Uint8Array[] = [];
      const losses: PortError[] = [];
      const start = () => {
        rig.port.start(
          (chunk) => chunks.push(Uint8Array.from(chunk)),
          (error) => losses.push(error),
        );
      };
      return { ...rig, start, losses, bytes: () => Buffer.concat(chunks) };
    }
    const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);

    test("bytes of every value arrive unchanged and in order", async () => {
      const line = await opened();
      line.start();
      const sent = Buffer.concat(Array<Uint8Array>(20).fill(everyByte));
      for (let at = 0; at < sent.length; at += 700) await line.send(sent.subarray(at, at + 700));
      await waitUntil("all bytes arrived", () => line.bytes().length >= sent.length);
      expect(line.bytes().equals(sent)).toBe(true);
    });

    test("bytes that came before the start are delivered after it", async () => {
      const line = await opened();
      await line.send(Buffer.from("early"));
      await sleep(quietMs);
      line.start();
      await waitUntil("the early bytes arrived", () => line.bytes().toString() === "early");
    });

    test("bytes of every value reach the device", async () => {
      const line = await opened();
      line.start();
      await line.port.write(everyByte);
      await waitUntil("the device has them", () => line.received().length === everyByte.length);
      expect(line.received().equals(Buffer.from(everyByte))).toBe(true);
    });

    test("an unplugged device is lost exactly once, with nothing after it", async () => {
      const line = await opened();
      line.start();
      await line.unplug();
      await waitUntil("the loss was told", () => line.losses.length > 0);
      const seen = line.bytes().length;
      await line.port.write(Buffer.from("x")).catch(() => undefined);
      await sleep(quietMs);
      expect(line.losses.map(({ code }) => code)).toEqual(["port-lost"]);
      expect(line.bytes()).toHaveLength(seen);
    });

    test("a device that is unplugged before the start is lost at the start", async () => {
      const line = await opened();
      await line.unplug();
      await sleep(quietMs);
      line.start();
      await waitUntil("the loss was told", () => line.losses.length > 0);
      await sleep(quietMs);
      expect(line.losses).toHaveLength(1);
    });

    test("a write to a lost line fails", async () => {
      const line = await opened();
      line.start();
      await line.unplug();
      await waitUntil("the loss was told", () => line.losses.length > 0);
      await expect(line.port.write(Buffer.from("x"))).rejects.toThrow(PortError);
    });

    test("after close nothing is told or delivered, and writing fails", async () => {
      const line = await opened();
      line.start();
      await line.port.close();
      await line.send(Buffer.from("late"));
      await expect(line.port.write(Buffer.from("x"))).rejects.toThrow(PortError);
      await line.unplug();
      await sleep(quietMs);
      expect(line.losses).toEqual([]);
      expect(line.bytes()).toHaveLength(0);
    });

    test("close may be called twice, and after a loss", async () => {
      const line = await opened();
      line.start();
      await line.unplug();
      await waitUntil("the loss was told", () => line.losses.length > 0);
      await line.port.close();
      await line.port.close();
      expect(line.losses).toHaveLength(1);
    });
  });
}
