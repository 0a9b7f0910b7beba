// Makers of chips between USB and a serial line: their numbers say nothing about the reader behind them.

/** WCH (CH340, CH343), FTDI, Silicon Labs (CP210x), Prolific; from the public list of USB vendors. */
const bridgeVendors: readonly string[] = ["1a86", "0403", "10c4", "067b"];

/** `vid`: four lower-case hexadecimal digits. */
export const isBridge = (vid: string): boolean => bridgeVendors.includes(vid);
