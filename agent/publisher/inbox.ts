// What the desk listens to over MQTT, and who takes it.
import type { Log } from "../../protocol/host.ts";
import { deskTopics, facilityTopics } from "../../protocol/topics.ts";
import type { AgentConfig } from "../config.ts";
import type { MqttLink } from "./mqtt-link.ts";

export interface InboxTakers {
  /** Somebody, most likely a late will, spoke on our own state topic. */
  onOwnState(payload: Uint8Array): void;
  /** The hospital answered a check-in. */
  onResult(payload: Uint8Array): void;
  /** The facility's list of certified readers. */
  onRegistry(jws: Uint8Array): void;
  /** IT or the hospital wants something done; `command` is what stands behind `request/`. */
  onRequest(command: string, payload: Uint8Array, isRetained: boolean): void;
}

export class Inbox {
  readonly #own;
  readonly #shared;
  readonly #filters: readonly string[];
  readonly #log: Log;
  readonly #takers: InboxTakers;

  constructor({ facility, desk, registry }: AgentConfig, log: Log, takers: InboxTakers) {
    this.#own = deskTopics(facility, desk);
    this.#shared = facilityTopics(facility);
    const { result, state, requests } = this.#own;
    const registries = registry.keys.length > 0 ? [this.#shared.registry] : []; // without a key no list can be believed
    this.#filters = [result, state, requests, this.#shared.broadcastRequests, ...registries];
    this.#log = log;
    this.#takers = takers;
  }

  /** For each new connection. */
  subscribe(link: MqttLink): void {
    link.subscribe(this.#filters).then(
      (denied) => {
        if (denied.length > 0) this.#log.warn({ filters: denied }, "the broker lets this desk not subscribe");
      },
      () => undefined, // the connection is gone again: the next one subscribes
    );
  }

  take(topic: string, payload: Uint8Array, isRetained: boolean): void {
    const command = this.#own.commandOf(topic) ?? this.#shared.commandOf(topic);
    if (topic === this.#own.state) this.#takers.onOwnState(payload);
    else if (topic === this.#own.result) this.#takers.onResult(payload);
    else if (topic === this.#shared.registry) this.#takers.onRegistry(payload);
    else if (command !== undefined) this.#takers.onRequest(command, payload, isRetained);
  }
}
