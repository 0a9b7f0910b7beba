// What the ReaderLink driver is given, and what it offers beyond other drivers.
import type { Random } from "../../host.ts";
import type { Driver } from "../driver.ts";
import type { TakenScans } from "../taken-scans.ts";
import type { VerifyProof } from "./attestation.ts";
import type { ApduOutcome, PresentCard } from "./card-part.ts";
import type { MakeLinkPart } from "./link-part.ts";

export interface ReaderLinkOptions {
  readonly taken: TakenScans;
  readonly random: Random;
  /** Judges the proof of a reader with attestation; without it none is waited for. */
  readonly verifyProof?: VerifyProof;
  /** Told of each card that is laid on the reader, and of its removal. */
  readonly onCard?: (card: PresentCard | undefined) => void;
  /** Parts with messages of their own, such as the firmware update. */
  readonly parts?: readonly MakeLinkPart[];
}

/** A driver that also speaks to the chip card on its reader. */
export interface ReaderLinkDriver extends Driver {
  /** One command at a time; `done` is called once, perhaps within this call. READERS chapter 8 gives the times. */
  exchange(apdu: Uint8Array, timeoutMs: number, nowMs: number, done: (outcome: ApduOutcome) => void): void;
}
