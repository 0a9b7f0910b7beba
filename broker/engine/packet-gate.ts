// Stands before aedes' parser: gives it whole packets that MQTT 3.1.1 allows, and ends every connection that sends others.
import type { Socket } from "node:net";
import { type PacketRefusal, returnCodeOf } from "../packet/packet-refusal.ts";
import { type PacketLimits, PacketStream } from "../packet/packet-stream.ts";
import type { RefusalLog } from "./refusal-log.ts";

export interface PacketGateOptions {
  readonly limits: PacketLimits & { readonly packetSeconds: number };
  readonly refusals: RefusalLog;
}

/** A client id over the wire may have 32 KiB; the log needs no more to tell who it was. */
const clientIdCharactersLoggedMax = 128;

/** Aedes fetches the bytes of a connection by `read()`, so that is the gate. */
export function guardPackets(socket: Socket, { limits, refusals }: PacketGateOptions): void {
  const packets = new PacketStream(limits);
  const address = socket.remoteAddress;
  const read = socket.read.bind(socket);
  let slowTimer: NodeJS.Timeout | undefined;
  let isRefused = false;

  const refuse = (refusal: PacketRefusal) => {
    const id = packets.clientId;
    const clientId = id && Buffer.from(id).toString().slice(0, clientIdCharactersLoggedMax);
    refusals.note(refusal, { clientId, address });
    endConnection(socket, returnCodeOf(refusal));
  };
  const watch = (hasProgress: boolean) => {
    if (hasProgress || !packets.isInsidePacket) {
      clearTimeout(slowTimer);
      slowTimer = undefined;
    }
    if (packets.isInsidePacket) slowTimer ??= setTimeout(tooSlow, limits.packetSeconds * 1_000);
  };
  const tooSlow = () => {
    if (socket.readableLength > 0) return watch(true); // the rest is here, and it is aedes that does not fetch it
    isRefused = true;
    refuse("packet-too-slow");
  };
  socket.once("close", () => clearTimeout(slowTimer));

  socket.read = (size?: number) => {
    const chunk: Buffer | null = read(size);
    if (chunk === null || isRefused) return null;
    const { passed, refusal } = packets.push(chunk);
    if (refusal === undefined) {
      watch(passed.length > 0);
    } else {
      isRefused = true;
      clearTimeout(slowTimer);
      if (passed.length === 0) refuse(refusal);
      else setImmediate(refuse, refusal); // what came before counts, a DISCONNECT above all: it takes the will back
    }
    return joined(passed, chunk);
  };
}

/** Closes at once, or after a CONNACK with the return code. */
function endConnection(socket: Socket, returnCode: number | undefined): void {
  if (returnCode === undefined) {
    socket.destroy();
    return;
  }
  socket.write(Buffer.of(0x20, 2, 0, returnCode));
  socket.destroySoon();
}

function joined(passed: readonly Uint8Array[], chunk: Buffer): Buffer | null {
  const [first, second] = passed;
  if (first === undefined) return null;
  if (first.length === chunk.length && first.buffer === chunk.buffer) return chunk;
  return second === undefined ? asBuffer(first) : Buffer.concat([first, second]);
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
