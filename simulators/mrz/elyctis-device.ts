// An Elyctis ID BOX: reads one zone each time it is armed, and says so in messages of its own form (READERS chapter 8).
import { continuousReading, elyctisCommands, encodeElyctis } from "../../protocol/frame/elyctis/elyctis-message.ts";
import { MrzFramer } from "../../protocol/frame/mrz/mrz-framer.ts";
import type { Device, DeviceSurroundings, PowerDevice } from "../device.ts";

export interface ElyctisOptions {
  /** What stands between the lines of a zone; the manual does not say. */
  readonly lineEnd?: "" | "\r" | "\n" | "\r\n";
  /** Does what it is told, but answers no command. */
  readonly isMute?: boolean;
}

export const elyctisDevice =
  (options: ElyctisOptions = {}): PowerDevice =>
  (surroundings) =>
    new ElyctisDevice(surroundings, options);

class ElyctisDevice implements Device {
  readonly held = 0;
  readonly #around: DeviceSurroundings;
  readonly #options: ElyctisOptions;
  readonly #commands: MrzFramer;
  #isArmed = false;
  /** The document in the slot, which `inquire` asks for. */
  #zone = new Uint8Array();

  constructor(surroundings: DeviceSurroundings, options: ElyctisOptions) {
    this.#around = surroundings;
    this.#options = options;
    this.#commands = new MrzFramer({
      frame: (frame) => {
        if (frame.kind === "elyctis") this.#obey(frame.command, frame.body);
      },
      discarded: () => undefined,
    });
  }

  connected(): void {}

  receive(chunk: Uint8Array): void {
    this.#commands.push(chunk);
    this.#commands.idle(); // a command comes in one piece; what is broken does not wait for the next one
  }

  wake(): void {}

  present(payload: Uint8Array): boolean {
    if (!this.#isArmed) return false;
    this.#isArmed = false;
    const lines = new TextDecoder().decode(payload).split(/\r?\n|\r/);
    this.#zone = new TextEncoder().encode(lines.join(this.#options.lineEnd ?? "\r"));
    this.#around.sign("good-read");
    this.#around.write(encodeElyctis({ command: elyctisCommands.inquire, body: this.#zone }));
    return true;
  }

  /** Continuous reading stays as it was: the host's programs come and go, the reader has its power. */
  disconnected(): void {
    this.#commands.close();
  }

  #obey(command: number, body: Uint8Array): void {
    const isSwitch = command === elyctisCommands.continuous && body.length === 1;
    if (isSwitch) this.#isArmed = body[0] === 1;
    if (this.#options.isMute === true) return;
    if (isSwitch) this.#around.write(continuousReading(this.#isArmed));
    else if (command === elyctisCommands.inquire) this.#around.write(encodeElyctis({ command, body: this.#zone }));
    else if (command === elyctisCommands.inquireLine)
      this.#around.write(encodeElyctis({ command, body: new Uint8Array() }));
  }
}
