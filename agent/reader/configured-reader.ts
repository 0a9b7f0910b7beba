// Makes a reader out of its part of the configuration: the right port, framing and feedback.
import { existsSync } from "node:fs";
import type { ReaderConfig } from "../config.ts";
import { openSerialPort } from "../ports/serial-port.ts";
import { openTcpPort } from "../ports/tcp-port.ts";
import { Reader, type ReaderTools } from "./reader.ts";

/** Silence that ends a scan where the configuration names none (READERS chapter 4). */
const serialIdleMs = 60;
const tcpIdleMs = 100;
/** Nothing is opened yet. */
export function configuredReader(config: ReaderConfig, tools: ReaderTools): Reader {
  const isSerial = "serial" in config;
  const { stx, terminators, aim, scanBytesMax, idleMs } = config.framing;
  return new Reader(
    {
      facts: { id: config.id, model: config.model, certification: "no-registry" },
      framing: { stx, terminators, aim, scanBytesMax, refuseTelnet: !isSerial },
      idleMs: idleMs ?? (isSerial ? serialIdleMs : tcpIdleMs),
      feedback: Object.fromEntries(
        Object.entries(config.feedback).flatMap(([outcome, hex]) =>
          hex === undefined ? [] : [[outcome, Buffer.from(hex, "hex")]],
        ),
      ),
      open: isSerial
        ? () => openSerialPort({ path: config.serial, baudRate: config.baudRate })
        : (giveUp) => openTcpPort(config.tcp, giveUp),
      isThere: isSerial ? () => existsSync(config.serial) : () => true,
    },
    tools,
  );
}
