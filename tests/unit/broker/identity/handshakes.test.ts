// TLS handshakes under way: one address has its share, and of all together the oldest gives way.
import { Socket } from "node:net";
import { expect, test } from "vitest";
import { Handshakes, handshakesMax } from "../../../../broker/tls/handshakes.ts";

/** A socket that was never opened, from that place. */
function socketFrom(remoteAddress: string, remotePort: number): Socket {
  const socket = new Socket();
  return Object.defineProperties(socket, {
    remoteAddress: { value: remoteAddress },
    remotePort: { value: remotePort },
  });
}

/** Every one from another address. */
const begin = (handshakes: Handshakes, count: number): Socket[] =>
  Array.from({ length: count }, (_, index) => {
    const socket = socketFrom(`10.0.${index >> 8}.${index & 0xff}`, 4_000);
    expect(handshakes.begin(socket)).toBe(true);
    return socket;
  });

test("one address may have 64 under way, others beside it", () => {
  const handshakes = new Handshakes();
  const ports = Array.from({ length: 65 }, (_, index) => 5_000 + index);
  expect(ports.filter((port) => handshakes.begin(socketFrom("10.1.1.1", port)))).toHaveLength(64);
  expect(handshakes.begin(socketFrom("10.1.1.2", 5_000))).toBe(true);
});

test("when all places are taken the oldest gives way to the newest", () => {
  const handshakes = new Handshakes();
  const held = begin(handshakes, handshakesMax);
  expect(held.some(({ destroyed }) => destroyed)).toBe(false);
  expect(handshakes.begin(socketFrom("10.9.9.9", 1))).toBe(true);
  expect(handshakes.begin(socketFrom("10.9.9.9", 2))).toBe(true);
  expect(held.map(({ destroyed }) => destroyed).filter(Boolean)).toHaveLength(2);
  expect(held[0]?.destroyed && held[1]?.destroyed).toBe(true);
});

test("who is through has no place to give any more", () => {
  const handshakes = new Handshakes();
  const [first, second] = begin(handshakes, handshakesMax);
  handshakes.end(socketFrom("10.0.0.0", 4_000));
  expect(handshakes.begin(socketFrom("10.9.9.9", 1))).toBe(true);
  expect([first?.destroyed, second?.destroyed]).toEqual([false, false]);
  handshakes.begin(socketFrom("10.9.9.9", 2));
  expect([first?.destroyed, second?.destroyed]).toEqual([false, true]);
});
