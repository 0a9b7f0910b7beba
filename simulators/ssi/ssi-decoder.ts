// A Zebra decoder that speaks SSI: raw until it is told to send packets, and sends each again until it is acknowledged.
import { nakCause, opcode } from "../../protocol/frame/ssi/opcodes.ts";
import { decodePacket, encodePacket, type Packet, source } from "../../protocol/frame/ssi/packet.ts";
import { PacketCutter } from "../../protocol/frame/ssi/packet-cutter.ts";
import type { Device, DeviceSurroundings, PowerDevice } from "../device.ts";
import { answerCommand, type CommandEffects } from "./commands.ts";
import { type DecoderParameters, defaultParameters } from "./decoder-parameters.ts";
import { packetPayloadMax, scanPackets } from "./scan-packets.ts";
import { Sender } from "./sender.ts";

export interface SsiDecoderOptions {
  /** What DECODE_DATA says of each symbol; 1C is QR. */
  readonly codeType: number;
  /** Scans that it keeps until they are acknowledged; it refuses to read more. */
  readonly scansMax: number;
  /** Answered to REQUEST_REVISION. */
  readonly revision: string;
  /** What was set for good before it was switched on. */
  readonly parameters: DecoderParameters;
  /** Long scans as segments of opcode 73, as newer models send them. */
  readonly usesSegments: boolean;
  /** Payload bytes of one packet; fewer make every scan come in several. */
  readonly payloadMax: number;
  /** Without hardware handshaking it falls asleep, and the first byte that wakes it is lost. */
  readonly fallsAsleep: boolean;
}

export const defaultSsiDecoder: SsiDecoderOptions = {
  codeType: 0x1c,
  scansMax: 8,
  revision: "SIMULATED-SSI-001 08 DS0000",
  parameters: {},
  usesSegments: false,
  payloadMax: packetPayloadMax,
  fallsAsleep: false,
};

/** Silence inside a packet of the host's that ends it (parameter EF). */
const characterGapMs = 200;
const asleepAfterMs = 1_000;

export const powerSsiDecoder =
  (options: Partial<SsiDecoderOptions> = {}): PowerDevice =>
  (surroundings) =>
    new SsiDecoder({ ...defaultSsiDecoder, ...options }, surroundings);

export class SsiDecoder implements Device {
  readonly #options: SsiDecoderOptions;
  readonly #surroundings: DeviceSurroundings;
  readonly #cutter: PacketCutter;
  readonly #sender: Sender;
  readonly #effects: CommandEffects;
  #parameters: DecoderParameters;
  #isEnabled = true;
  #nowMs = 0;
  #gapAtMs: number | undefined;
  #lastByteAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: SsiDecoderOptions, surroundings: DeviceSurroundings) {
    this.#options = options;
    this.#surroundings = surroundings;
    this.#parameters = { ...defaultParameters, ...options.parameters };
    this.#sender = new Sender({
      write: (packet) => surroundings.write(packet),
      dropped: () => surroundings.sign("error"),
    });
    this.#cutter = new PacketCutter({
      packet: (bytes) => this.#take(decodePacket(bytes)),
      corrupt: () => this.#refuse(nakCause.RESEND),
      discarded: () => undefined,
    });
    const device = this;
    this.#effects = {
      sign: (sign) => surroundings.sign(sign),
      setEnabled: (isEnabled) => {
        this.#isEnabled = isEnabled;
      },
      flush: () => this.#sender.flush(),
      get parameters() {
        return device.#parameters;
      },
      setParameters: (parameters) => {
        this.#parameters = parameters;
      },
      revision: options.revision,
    };
  }

  get held(): number {
    return this.#sender.held;
  }

  get isEnabled(): boolean {
    return this.#isEnabled;
  }

  connected(nowMs: number): void {
    this.#nowMs = nowMs;
    this.#goOn();
  }

  disconnected(): void {
    this.#cutter.close();
    this.#gapAtMs = undefined;
  }

  receive(chunk: Uint8Array, nowMs: number): void {
    const isAsleep = this.#options.fallsAsleep && nowMs - this.#lastByteAtMs > asleepAfterMs;
    this.#nowMs = nowMs;
    this.#lastByteAtMs = nowMs;
    this.#cutter.push(isAsleep ? chunk.subarray(1) : chunk);
    this.#gapAtMs = this.#cutter.isInside ? nowMs + characterGapMs : undefined;
    this.#goOn();
  }

  wake(nowMs: number): void {
    this.#nowMs = nowMs;
    if (this.#gapAtMs !== undefined && nowMs >= this.#gapAtMs) {
      this.#gapAtMs = undefined;
      this.#cutter.silence();
    }
    this.#sender.wake(nowMs);
    this.#goOn();
  }

  present(payload: Uint8Array, nowMs: number): boolean {
    this.#nowMs = nowMs;
    const { beepsByItself, sendsPackets, handshakes, answerMsMax } = this.#settings();
    if (!this.#isEnabled || this.held >= this.#options.scansMax) return false;
    if (beepsByItself) this.#surroundings.sign("good-read");
    if (sendsPackets) {
      const packets = scanPackets(payload, this.#options);
      this.#sender.add(packets, handshakes ? answerMsMax : undefined, nowMs);
    } else this.#surroundings.write(payload);
    this.#goOn();
    return true;
  }

  #take(packet: Packet): void {
    if (packet.source !== source.host) return; // its own echo, or another decoder
    if (packet.opcode === opcode.CMD_ACK || packet.opcode === opcode.MULTIPACKET_ACK)
      this.#sender.acknowledged(this.#nowMs);
    else if (packet.opcode === opcode.CMD_NAK) this.#sender.refused(packet.data[0] === nakCause.RESEND, this.#nowMs);
    else {
      const answer = answerCommand(packet, this.#effects);
      if (answer.kind === "nak") this.#refuse(answer.cause);
      else if (answer.kind === "reply") this.#write(answer.opcode, answer.data);
      else if (this.#settings().handshakes) this.#write(opcode.CMD_ACK, []);
    }
  }

  #refuse(cause: number): void {
    this.#write(opcode.CMD_NAK, [cause]);
  }

  #write(code: number, data: Iterable<number>): void {
    const packet = { opcode: code, source: source.decoder, status: 0, data: Uint8Array.from(data) };
    this.#surroundings.write(encodePacket(packet));
  }

  #settings() {
    const of = (name: keyof typeof defaultParameters): number => this.#parameters[name] ?? defaultParameters[name];
    return {
      beepsByItself: of("beepAfterGoodDecode") !== 0,
      sendsPackets: of("decodeDataFormat") !== 0,
      handshakes: of("softwareHandshaking") !== 0,
      answerMsMax: of("hostResponseTimeout") * 100,
    };
  }

  #goOn(): void {
    const wishes = [this.#gapAtMs, this.#sender.untilMs].filter((timeMs) => timeMs !== undefined);
    this.#surroundings.wakeAt(wishes.length === 0 ? undefined : Math.min(...wishes));
  }
}
