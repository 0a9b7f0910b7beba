// A USB HID POS reader: sends its scans as reports, and takes commands in output reports.
import type { CommandSet } from "../../protocol/driver/profile.ts";
import { encodePieces } from "../../protocol/frame/hid-pos/encode-pieces.ts";
import { type HidPosLayout, hidPosLayouts, type PieceLayout } from "../../protocol/frame/hid-pos/layout.ts";
import { decodeCommand, useHidPos } from "../../protocol/frame/hid-pos/output-report.ts";
import type { Device, DeviceSurroundings, PowerDevice } from "../device.ts";
import { type CommandEffect, effectOf } from "./command-answers.ts";

export interface HidPosDeviceOptions {
  readonly layout: HidPosLayout;
  readonly commands: CommandSet;
  readonly firmware: string;
  /** `]Q1`; readers without a place for it in their reports leave it out. */
  readonly aim: string;
  /** 73 is Honeywell's for a QR code; 0 for none. */
  readonly codeId: number;
  /** Bytes that the reader puts behind each scan. */
  readonly terminator: Uint8Array;
  /** Types its scans as a keyboard until it is told to use HID POS. */
  readonly startsAsKeyboard: boolean;
  /** Sounds its good-read beep when it has read, whatever the host says. */
  readonly beepsByItself: boolean;
  /** Leaves every command without an answer. */
  readonly isMute: boolean;
}

const honeywellOutput = "]Z6";

export const honeywellReader: HidPosDeviceOptions = {
  layout: hidPosLayouts["honeywell-64"],
  commands: "honeywell",
  firmware: "SIM00001AAA",
  aim: "]Q1",
  codeId: 0x73,
  terminator: new Uint8Array(),
  startsAsKeyboard: false,
  beepsByItself: false,
  isMute: false,
};

export const newlandReader: HidPosDeviceOptions = {
  ...honeywellReader,
  layout: hidPosLayouts["newland-64"],
  commands: "newland",
  aim: "",
  codeId: 0,
  terminator: Uint8Array.of(0x0d),
};

export const hidPosDevice =
  (options: Partial<HidPosDeviceOptions> = {}): PowerDevice =>
  (surroundings) =>
    new HidPosDevice({ ...honeywellReader, ...options }, surroundings);

class HidPosDevice implements Device {
  readonly #options: HidPosDeviceOptions;
  readonly #around: DeviceSurroundings;
  readonly #piece: PieceLayout;
  #isConnected = false;
  #isKeyboard: boolean;
  /** Keeps nothing once it is sent. */
  readonly held = 0;

  constructor(options: HidPosDeviceOptions, surroundings: DeviceSurroundings) {
    const [piece] = options.layout.pieces;
    if (piece === undefined) throw new Error("a reader without input reports");
    this.#options = options;
    this.#around = surroundings;
    this.#piece = piece;
    this.#isKeyboard = options.startsAsKeyboard;
  }

  connected(): void {
    this.#isConnected = true;
  }

  disconnected(): void {
    this.#isConnected = false;
  }

  wake(): void {}

  /** An output report, or the feature report that ends keyboard mode. */
  receive(report: Uint8Array): void {
    if (report[0] === useHidPos[0]) {
      this.#isKeyboard = report[1] !== useHidPos[1];
      return;
    }
    const { command: layout } = this.#options.layout;
    const command = layout && decodeCommand(layout, report);
    if (command === undefined || this.#options.isMute) return;
    this.#show(effectOf(this.#options.commands, command, this.#options));
  }

  /** False where nobody listens; as a keyboard it takes the scan, and types it. */
  present(payload: Uint8Array): boolean {
    if (!this.#isConnected) return false;
    const { aim, beepsByItself, codeId, terminator } = this.#options;
    if (beepsByItself) this.#around.sign("good-read");
    if (!this.#isKeyboard) this.#send(Uint8Array.from([...payload, ...terminator]), aim, codeId);
    return true;
  }

  #show({ answer, sign }: CommandEffect): void {
    if (sign !== undefined) this.#around.sign(sign);
    const aim = this.#options.commands === "honeywell" ? honeywellOutput : "";
    if (answer !== undefined) this.#send(answer, aim, 0);
  }

  #send(bytes: Uint8Array, aim: string, codeId: number): void {
    for (const report of encodePieces(this.#piece, { bytes, aim, codeId })) this.#around.write(report);
  }
}
