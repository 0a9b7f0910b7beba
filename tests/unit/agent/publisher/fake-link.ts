// An MQTT connection that a test answers by hand.
import type { Message, MqttLink } from "../../../../agent/publisher/mqtt-link.ts";

export interface FakeLink extends MqttLink {
  readonly sent: readonly Message[];
  /** Topics or payloads sent, as text. */
  readonly texts: readonly string[];
  /** The broker acknowledges the oldest unacknowledged messages. */
  acknowledge(count?: number): void;
  readonly unacknowledged: number;
  readonly subscribed: readonly string[];
  readonly isClosed: boolean;
}

export function fakeLink(): FakeLink {
  const sent: Message[] = [];
  const waiting: (() => void)[] = [];
  const subscribed: string[] = [];
  let isClosed = false;
  return {
    sent,
    subscribed,
    get texts() {
      return sent.map(({ payload }) => Buffer.from(payload).toString("utf8"));
    },
    get unacknowledged() {
      return waiting.length;
    },
    get isClosed() {
      return isClosed;
    },
    publish(message, done) {
      sent.push(message);
      waiting.push(done);
    },
    acknowledge(count = 1) {
      for (const done of waiting.splice(0, count)) done();
    },
    subscribe(filters) {
      subscribed.push(...filters);
      return Promise.resolve([]);
    },
    close() {
      isClosed = true;
      return Promise.resolve();
    },
  };
}
