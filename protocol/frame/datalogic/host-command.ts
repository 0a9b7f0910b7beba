// Datalogic's host commands: one byte each, no terminator (Magellan 800i/9300i/9800i and QD2300 manuals, host commands).

/** Two bytes force a beep; the first of a name is the one that is sent. */
export const datalogicCommands = {
  enable: [0x45],
  disable: [0x44],
  reset: [0x52],
  "beep-good": [0x42],
  "beep-force": [0x01, 0x07],
  "not-on-file": [0x46],
  identify: [0x69],
  health: [0x68],
  status: [0x73],
} as const;
export type DatalogicCommand = keyof typeof datalogicCommands;

/** How long a reader may be deaf after `reset`, milliseconds. */
export const datalogicResetMs = 30_000;

const names: ReadonlyMap<number, DatalogicCommand> = new Map(
  (Object.entries(datalogicCommands) as [DatalogicCommand, readonly number[]][]).flatMap(([name, bytes]) =>
    bytes.map((byte) => [byte, name] as const),
  ),
);

export const datalogicCommandOf = (byte: number): DatalogicCommand | undefined => names.get(byte);

export const encodeDatalogicCommand = (command: DatalogicCommand): Uint8Array =>
  Uint8Array.of(datalogicCommands[command][0]);

/** Commands that are answered with a line of text. */
export const datalogicAnswers = (command: DatalogicCommand): boolean =>
  command === "identify" || command === "health" || command === "status";
