// What chip and zone readers say in sound conversations: what mutations of their bytes begin with.
import { encodeRte6701 } from "../../protocol/frame/rte6701/rte6701-block.ts";
import { encodeChipCard, invented } from "../../simulators/chip-reader/chip-card.ts";
import { hn212Device } from "../../simulators/chip-reader/hn212-device.ts";
import { nfcTextDevice } from "../../simulators/chip-reader/nfc-text-device.ts";
import type { PowerDevice } from "../../simulators/device.ts";
import { elyctisDevice } from "../../simulators/mrz/elyctis-device.ts";

const lines = ["IDVNM0909999010001090999901<<1", "9003152M3003150VNM<<<<<<<<<<<2", "NGUYEN<<VAN<MAU<<<<<<<<<<<<<<<"];
const zone = Buffer.from(lines.join("\n"));
/** Later than the end of any reading, milliseconds. */
const readingMs = 60_000;

/** Each write of each device by itself, and all that a serial device says of one card in one piece. */
export function chipReaderBytes(): Uint8Array[] {
  const card = encodeChipCard(invented(1));
  const events = conversation(hn212Device(), card);
  const text = conversation(nfcTextDevice(), card);
  const zones = conversation(elyctisDevice(), zone, Uint8Array.of(0x43, 0, 1, 1));
  return [...events, ...text, Buffer.concat(text), ...zones, encodeRte6701({ flag: 0x20, lines }), zone];
}

function conversation(power: PowerDevice, payload: Uint8Array, ...heard: readonly Uint8Array[]): Uint8Array[] {
  const said: Uint8Array[] = [];
  const device = power({
    write: (bytes) => void said.push(Uint8Array.from(bytes)),
    wakeAt: () => undefined,
    sign: () => undefined,
  });
  device.connected(0);
  for (const bytes of heard) device.receive(bytes, 0);
  device.present(payload, 0);
  device.wake(readingMs);
  return said;
}
