// The events of a network chip reader of the HN-212 kind: their names and numbers (READERS chapter 9).

/** Names of events on the default namespace. */
export const hn212Names = {
  /** The reader about itself, when the connection stands. */
  self: "/info",
  /** The course of one reading. */
  reading: "/event",
} as const;

/** The `id` of a reading's event. */
export const hn212Ids = {
  /** A card lies on the reader; its reading starts. */
  newCard: 1,
  /** What the reader makes of the chip, as texts. */
  text: 2,
  failure: 3,
  /** The chip's data groups in base64. */
  raw: 4,
  /** The reader's claims about its own checks. */
  claims: 5,
  /** Answers a challenge to the chip. */
  challenge: 7,
} as const;
