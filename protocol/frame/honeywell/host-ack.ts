// Honeywell's Host-ACK strings: the reader stays suspended after a scan until one of them comes, or for 10 s.

const ESC = 0x1b;

/** What each letter after ESC does. */
export const hostAckEffects = {
  a: "double beep, menu accepted",
  b: "razz, menu rejected",
  "1": "green LED 135 ms",
  "2": "green LED 2 s",
  "3": "green LED 5 s",
  "4": "low beep",
  "5": "medium beep",
  "6": "high beep",
  "7": "good-decode beep",
  "8": "bad-decode beep",
} as const;
export type HostAckLetter = keyof typeof hostAckEffects;

/** How long a reader waits for the string, milliseconds; then it beeps three times and goes on. */
export const hostAckWaitMs = 10_000;

/** Several strings may be chained; whether the reader wants a `,` behind them is unconfirmed, so none is written. */
export const encodeHostAck = (...letters: readonly HostAckLetter[]): Uint8Array =>
  Uint8Array.from(letters.flatMap((letter) => [ESC, letter.charCodeAt(0)]));

/** The letter of the string at `at`; `unknown` for ESC with another byte, undefined for no ESC. */
export function hostAckAt(bytes: Uint8Array, at: number): HostAckLetter | "unknown" | undefined {
  if (bytes[at] !== ESC || at + 1 >= bytes.length) return undefined;
  const letter = String.fromCharCode(bytes[at + 1] ?? 0);
  return isLetter(letter) ? letter : "unknown";
}

const isLetter = (letter: string): letter is HostAckLetter => Object.hasOwn(hostAckEffects, letter);
