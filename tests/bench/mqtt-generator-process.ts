// The generator of MQTT load as the benchmark sees it: a process that takes one job at a time.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Answer, Job } from "./mqtt-jobs.ts";

export class Generator {
  readonly #process: ChildProcess;

  constructor() {
    const path = fileURLToPath(new URL("mqtt-generator.ts", import.meta.url));
    this.#process = fork(path, { execArgv: ["--import", "tsx"] });
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** Rejects when the broker did not do what it has to. */
  async ask(job: Job): Promise<Answer> {
    this.#process.send(job);
    const [{ answer, error }] = await once(this.#process, "message");
    if (error !== undefined) throw new Error(error);
    return answer;
  }

  stop(): void {
    this.#process.kill("SIGKILL");
  }
}
