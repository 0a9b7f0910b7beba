// Takes the requests that reach the desk over MQTT, has each done once, and answers it.
import type { Clock, Log } from "../../protocol/host.ts";
import { type ReaderCommandTools, readerCommands } from "./reader-commands.ts";
import { type Answer, encodeAnswer, parseRequest } from "./request.ts";

/** Answers that are remembered: QoS 1 may bring a request twice, and it is to be done once. */
const answersMax = 64;

export interface CommandTools extends ReaderCommandTools {
  readonly clock: Clock;
  readonly log: Log;
  /** Sends the response of a command. */
  readonly respond: (command: string, payload: string) => void;
}

export class Commands {
  readonly #tools: CommandTools;
  /** By command and transaction; the value is missing while the command is being done. */
  readonly #answered = new Map<string, string | undefined>();

  constructor(tools: CommandTools) {
    this.#tools = tools;
  }

  /** `command` is what stands behind `request/` in the topic. Never throws. */
  onRequest(command: string, payload: Uint8Array, isRetained: boolean): void {
    const { clock, log, respond } = this.#tools;
    // A retained request would be done again at every connect.
    if (isRetained) {
      log.warn({ size: payload.length }, "a retained request was ignored");
      return;
    }
    const parsed = parseRequest(command, payload, clock.now());
    if (parsed.kind === "faulty") {
      respond(command, encodeAnswer(parsed.transaction, parsed.answer));
      return;
    }
    const { request } = parsed;
    const key = `${command} ${request.transaction}`;
    if (this.#answered.has(key)) {
      const earlier = this.#answered.get(key);
      if (earlier !== undefined) respond(command, earlier);
      return;
    }
    this.#remember(key, undefined);
    const run = readerCommands.get(command);
    const answered = (answer: Answer) => {
      const response = encodeAnswer(request.transaction, answer);
      this.#remember(key, response);
      respond(command, response);
      log.info({ command: run === undefined ? "unknown" : command, answer: answer.kind }, "a command was answered");
    };
    if (run === undefined) answered({ kind: "error", code: "unknown-command" });
    else run(request, this.#tools, answered);
  }

  #remember(key: string, response: string | undefined): void {
    this.#answered.delete(key);
    this.#answered.set(key, response);
    if (this.#answered.size <= answersMax) return;
    const [oldest] = this.#answered.keys();
    if (oldest !== undefined) this.#answered.delete(oldest);
  }
}
