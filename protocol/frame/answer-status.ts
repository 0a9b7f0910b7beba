// The status byte with which Honeywell and Newland readers answer a command (READERS chapter 7).

/** ack: done · enq: no such command · nak: the value is out of range */
export const answerStatuses = { ack: 0x06, enq: 0x05, nak: 0x15 } as const;
export type AnswerStatus = keyof typeof answerStatuses;

export function answerStatusOf(byte: number | undefined): AnswerStatus | undefined {
  if (byte === answerStatuses.ack) return "ack";
  if (byte === answerStatuses.nak) return "nak";
  return byte === answerStatuses.enq ? "enq" : undefined;
}
