// A whole desk in this process whose reader is a TCP server of ours: it scans on and on, and counts what the desk accepted.
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { type RunningAgent, startAgent } from "../../agent/agent.ts";
import { agentConfigSchema } from "../../agent/config.ts";
import { modelsFrom } from "../../command-line/models-from.ts";
import { modelFiles } from "../../command-line/reader-models.ts";
import type { Random } from "../../protocol/host.ts";
import { systemClock } from "../../service/clock.ts";
import { systemRandom } from "../../service/random.ts";
import { simulateScans } from "../../simulators/simulated-scans.ts";

/** The answers of the desk to its reader. */
const acceptedByte = 0x06;
const feedback = { accepted: "06", repeated: "07", rejected: "15", wait: "18" };

export interface DeskOptions {
  readonly facility: string;
  readonly desk: string;
  /** The part `mqtt` of the configuration. */
  readonly mqtt: object;
  readonly publish: object;
  readonly dataDir: string;
  readonly seed: number;
  /** Milliseconds from an answer to the next scan; asked before each. */
  readonly pauseMs: () => number;
}

export class ScannedDesk {
  /** Check-ins that the desk has accepted: kept on its disk, and its reader told so. */
  accepted = 0;
  /** How often it found no broker, lost one, or was refused. */
  failures = 0;
  readonly #agent: RunningAgent;
  readonly #server: Server;
  readonly #sockets: Set<Socket>;
  readonly #stopScans: () => void;

  private constructor(agent: RunningAgent, server: Server, sockets: Set<Socket>, stopScans: () => void) {
    this.#agent = agent;
    this.#server = server;
    this.#sockets = sockets;
    this.#stopScans = stopScans;
  }

  static async start(options: DeskOptions): Promise<ScannedDesk> {
    mkdirSync(options.dataDir, { recursive: true });
    const sockets = new Set<Socket>();
    let isScanning = true;
    const desk: { running?: ScannedDesk } = {};
    const scans = simulateScans("valid", options.seed, "2026-11-21");
    const scan = (socket: Socket) => {
      if (isScanning && !socket.destroyed) socket.write(Buffer.concat([scans.next().value.payload, Buffer.from("\r")]));
    };
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("data", (answers) => {
        for (const answer of answers) {
          if (answer === acceptedByte && desk.running !== undefined) desk.running.accepted += 1;
          setTimeout(() => scan(socket), options.pauseMs());
        }
      });
      setTimeout(() => scan(socket), options.pauseMs());
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const { facility, desk: name, mqtt, publish } = options;
    const config = agentConfigSchema.parse({
      ...{ facility, desk: name, mqtt, publish, duplicates: { windowMs: 0 } },
      readers: [{ id: "qr-1", tcp: { host: "127.0.0.1", port }, feedback }],
    });
    const note = (_facts: object, sentence: string) => {
      if (desk.running !== undefined && /no connection to the broker|denies/.test(sentence)) desk.running.failures += 1;
    };
    const agent = await startAgent({
      ...{ config, dataDir: options.dataDir, password: undefined, version: "0.0.0-test" },
      models: modelsFrom(modelFiles(config, "test")),
      ...{ clock: systemClock(), random: systemRandom() as Random, onProgress: () => undefined },
      log: { debug: note, info: note, warn: note, error: note },
    });
    desk.running = new ScannedDesk(agent, server, sockets, () => {
      isScanning = false;
    });
    return desk.running;
  }

  /** No further patient comes. */
  stopScanning(): void {
    this.#stopScans();
  }

  /** Check-ins that wait for their receipt. */
  get waiting(): number {
    return Number(/(\d+) waiting/.exec(this.#agent.status())?.[1]);
  }

  async stop(): Promise<void> {
    await this.#agent.stop();
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}
