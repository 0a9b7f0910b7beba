// What a ReaderLink reader sounds and shows when its host has answered: good-read never before the scan is kept.
import type { Ack, Feedback, Hello } from "../../protocol/frame/reader-link/messages.ts";
import type { DeviceSign } from "../device.ts";
import type { ScanRing } from "./scan-ring.ts";

const signs: Readonly<Record<Feedback["outcome"], DeviceSign | undefined>> = {
  unspecified: undefined,
  accepted: "good-read",
  rejected: "error",
  repeated: "light",
  wait: "error",
  attention: "light",
  identify: "identify",
};

/** Frees what the Ack names; each of them sounds, unless a word about it did. */
export function takeAck(ring: ScanRing, { bootId, seq, result }: Ack): readonly DeviceSign[] {
  return seq.flatMap((number) => {
    const scan = ring.find(bootId, number);
    if (scan === undefined) return [];
    ring.remove(scan);
    if (scan.wasHeard) return [];
    return [result === "stored" || result === "duplicate" ? "good-read" : "error"];
  });
}

/** A host that comes back names what it has stored: who waits since the line was cut hears it now, as an Ack would have told it. */
export function takeResume(ring: ScanRing, { resumeBootId, resumeSeq }: Hello): readonly DeviceSign[] {
  const stored = ring.removeUpTo(resumeBootId, resumeSeq);
  return stored.flatMap(({ wasHeard }) => (wasHeard ? [] : ["good-read"]));
}

/** A word about a scan of the ring stands for the tone of its Ack, unless it says that the scan must wait. */
export function takeFeedback(ring: ScanRing, { bootId, ofSeq, outcome }: Feedback): readonly DeviceSign[] {
  const scan = ofSeq > 0 ? ring.find(bootId, ofSeq) : undefined;
  if (ofSeq > 0 && scan === undefined) return [];
  if (scan !== undefined && outcome !== "wait") scan.wasHeard = true;
  const sign = signs[outcome];
  return sign === undefined ? [] : [sign];
}
