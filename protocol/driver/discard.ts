// Why bytes of a reader came to nothing: one table of stable codes for all drivers, counted and shown.

export const discards = {
  overflow: "longer than the limit; everything up to the next end went with it",
  "aim-missing": "the profile demands a symbology identifier",
  "stx-unfinished": "silence before ETX",
  empty: "a frame, or a symbology identifier, with nothing in it",
  closed: "the line closed inside a scan",
  telnet: "the device server speaks telnet: set it to raw TCP",
  noise: "bytes between frames that belong to none",
  "bad-checksum": "a frame whose checksum is wrong",
  "bad-frame": "a frame whose form breaks its protocol",
  "bad-length": "lengths that contradict each other or exceed the frame",
  unfinished: "silence, or another frame, before the rest of a scan",
  "no-read": "the reader reports that it read nothing",
  "not-armed": "a scan while none are taken",
  mismatch: "two parts of one reading that name different cards",
  "not-a-scan": "an answer, event or card message that carries no scan",
  "field-dropped": "a member that the facility did not ask for",
} as const;
export type Discard = keyof typeof discards;
