// One application message, apart from who sent it and who gets it.

export type Qos = 0 | 1 | 2;

/** `payload` is the message's own copy: it stays as it is for as long as anybody waits for it. */
export interface Message {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: Qos;
}

/** What a message weighs in a queue. */
export function messageBytes({ topic, payload }: Pick<Message, "topic" | "payload">): number {
  return Buffer.byteLength(topic) + Buffer.byteLength(payload);
}
