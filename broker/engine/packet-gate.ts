// Stands before aedes' parser: gives it whole packets that MQTT 3.1.1 allows, and ends every connection that sends others.
import type { Socket } from "node:net";
import type { Clock } from "../../protocol/host.ts";
import { type PacketRefusal, returnCodeOf } from "../packet/packet-refusal.ts";
import { type PacketLimits, PacketStream } from "../packet/packet-stream.ts";
import { Pace, type PaceLimits } from "./pace.ts";
import type { RefusalLog } from "./refusal-log.ts";

export interface PacketGateOptions {
  readonly limits: PacketLimits & PaceLimits & { readonly packetSeconds: number; readonly packetsAtOnceMax: number };
  readonly refusals: RefusalLog;
  readonly clock: Clock;
}

/** A client id over the wire may have 32 KiB; the log needs no more to tell who it was. */
const clientIdCharactersLoggedMax = 128;

/** Bytes that are taken out of a socket at a time: what is put back behind the last packet that may pass is no longer. */
const pieceBytes = 4_096;
/** Bytes that are handed on at once, however few packets they are. */
const readBytesMax = 65_536;

/** Aedes fetches the bytes of a connection by `read()`, so that is the gate. */
export function guardPackets(socket: Socket, { limits, refusals, clock }: PacketGateOptions): void {
  const packets = new PacketStream(limits);
  const pace = new Pace(limits, clock);
  const address = socket.remoteAddress;
  const read = socket.read.bind(socket);
  let slowTimer: NodeJS.Timeout | undefined;
  let resumeTimer: NodeJS.Timeout | undefined;
  let isRefused = false;
  /** In this turn aedes got packets, and may still be inside its parser, which can't be entered twice. */
  let isFed = false;
  let wake: NodeJS.Immediate | undefined;

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
  /** Reads nothing for that long; what comes meanwhile fills the system's buffers, and then its sender waits. */
  const rest = (ms: number) => {
    resumeTimer = setTimeout(() => {
      resumeTimer = undefined;
      if (!socket.destroyed) socket.emit("readable");
    }, ms);
  };
  socket.once("close", () => {
    clearTimeout(slowTimer);
    clearTimeout(resumeTimer);
    clearImmediate(wake);
  });

  const parsed = () => {
    isFed = false;
  };

  /** The next packets, as many as may pass at once; the rest stays in the socket, so that its end stays behind them. */
  const take = (): Uint8Array[] => {
    const passed: Uint8Array[] = [];
    let unpaced = 0;
    let bytes = 0;
    for (let left = limits.packetsAtOnceMax; left > 0 && (bytes < readBytesMax || passed.length === 0); ) {
      const piece: Buffer | null = read(Math.min(socket.readableLength, pieceBytes) || undefined);
      if (piece === null) break;
      const passage = packets.push(piece, left);
      passed.push(...passage.passed);
      if (passage.refusal !== undefined) {
        isRefused = true;
        clearTimeout(slowTimer);
        if (passed.length === 0) refuse(passage.refusal);
        else setImmediate(refuse, passage.refusal); // what came before counts, a DISCONNECT above all: it takes the will back
        return passed;
      }
      if (passage.taken < piece.length) socket.unshift(piece.subarray(passage.taken));
      left -= passage.packets;
      unpaced += passage.unpaced;
      bytes += passage.taken;
    }
    if (bytes === 0) return passed;
    watch(passed.length > 0);
    const restMs = pace.spend(unpaced, bytes);
    if (restMs > 0) rest(restMs);
    return passed;
  };

  socket.read = (size?: number) => {
    if (size === 0) return read(0); // the stream itself, which wants its buffer filled and takes nothing
    if (isRefused || resumeTimer !== undefined) return null;
    if (isFed) {
      wake ??= setImmediate(() => {
        wake = undefined;
        if (!socket.destroyed) socket.emit("readable");
      });
      return null;
    }
    const chunk = joined(take());
    isFed = chunk !== null;
    if (isFed) process.nextTick(parsed);
    return chunk;
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

function joined(passed: readonly Uint8Array[]): Buffer | null {
  const [first, ...others] = passed;
  if (first === undefined) return null;
  return others.length === 0 ? asBuffer(first) : Buffer.concat(passed);
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
