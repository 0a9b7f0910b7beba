// The firmware side of the ReaderLink conversation: sends an image as the reader asks for it, and proves it before it stays.
import type { FirmwareImage, RunningFirmware } from "../../firmware/firmware-image.ts";
import { stepUpdate, type UpdateEffect, type UpdateInput, type UpdateState } from "../../firmware/update-state.ts";
import {
  type Capabilities,
  chunkBytesMax,
  type FirmwareInfo,
  type KnownBody,
} from "../../frame/reader-link/messages.ts";
import type { LinkLine, LinkPart, MakeLinkPart } from "./link-part.ts";

/** A reader says what runs before its Capabilities; one that takes updates and has not said it by then never does. */
const infoMsMax = 60_000;

/** One update; outlives the lines over which it is done. */
export interface FirmwareJob {
  readonly image: FirmwareImage;
  state: UpdateState;
  /** Called with each change of the state. */
  readonly onChange: (state: UpdateState) => void;
}

/** `jobOf` answers the update that is to be done now, if there is one; asked again and again, so that one may begin at any time. */
export function firmwarePart(jobOf: () => FirmwareJob | undefined): MakeLinkPart {
  return (line) => new FirmwarePart(line, jobOf);
}

class FirmwarePart implements LinkPart {
  readonly #line: LinkLine;
  readonly #jobOf: () => FirmwareJob | undefined;
  #running: RunningFirmware | undefined;
  #takesUpdates = false;
  /** When the last handshake was finished; undefined without one. */
  #claimedMs: number | undefined;
  #nowMs = 0;
  /** The job that was told of this reader. */
  #begun: FirmwareJob | undefined;

  constructor(line: LinkLine, jobOf: () => FirmwareJob | undefined) {
    this.#line = line;
    this.#jobOf = jobOf;
  }

  get untilMs(): number | undefined {
    const job = this.#jobOf();
    if (job === undefined || !("untilMs" in job.state)) return undefined;
    const { untilMs } = job.state;
    if (this.#claimedMs === undefined || job === this.#begun) return untilMs;
    return Math.min(this.#claimedMs + infoMsMax, untilMs);
  }

  claimed({ firmwareUpdate }: Capabilities, isNewStart: boolean, nowMs: number): void {
    this.#nowMs = nowMs;
    this.#claimedMs = nowMs;
    this.#takesUpdates = firmwareUpdate;
    if (isNewStart) this.#begun = undefined;
    this.#begin();
  }

  receive(body: KnownBody, nowMs: number): void {
    this.#nowMs = nowMs;
    if (body.kind === "firmwareInfo") this.#running = runningOf(body);
    this.#begin(); // a job may have come since
    if (this.#begun === undefined) return;
    if (body.kind === "firmwareStatus") this.#step({ kind: "status", status: body });
    else if (body.kind === "health") this.#step({ kind: "health" });
  }

  wake(nowMs: number): void {
    this.#nowMs = nowMs;
    this.#begin();
    this.#step({ kind: "due" });
  }

  close(): void {
    this.#claimedMs = undefined;
    if (this.#begun !== undefined) this.#step({ kind: "lost" });
    this.#begun = undefined;
  }

  /** Once for each start of the reader, as soon as it has said what runs, or owes it for too long. */
  #begin(): void {
    const job = this.#jobOf();
    if (this.#claimedMs === undefined || job === undefined || job === this.#begun) return;
    const mayTellYet = this.#takesUpdates && this.#nowMs < this.#claimedMs + infoMsMax;
    if (this.#running === undefined && mayTellYet) return;
    this.#begun = job;
    this.#step({ kind: "claimed", running: this.#takesUpdates ? this.#running : undefined });
  }

  #step(input: UpdateInput): void {
    const job = this.#jobOf();
    if (job === undefined) return;
    const { state, effects } = stepUpdate(job.state, input, job.image, this.#nowMs);
    const isNews = state !== job.state;
    job.state = state;
    for (const effect of effects) this.#do(effect, job.image);
    if (isNews) job.onChange(state);
  }

  #do(effect: UpdateEffect, image: FirmwareImage): void {
    switch (effect.kind) {
      case "send-chunk":
        this.#sendChunk(effect.offset, effect.header, image);
        return;
      case "send-test":
        this.#order("firmware-test");
        return;
      case "send-confirm":
        this.#order("firmware-confirm");
        return;
      case "send-abort":
        this.#order("firmware-abort");
    }
  }

  #order(op: "firmware-test" | "firmware-confirm" | "firmware-abort"): void {
    this.#line.send({ kind: "control", requestId: this.#line.nextRequestId(), op });
  }

  /** A reader with small frames gets small pieces. */
  #sendChunk(offset: number, header: boolean, image: FirmwareImage): void {
    const { sha256, version, signature, keyId, data } = image;
    const facts = header ? { total: data.length, sha256, version, signature, keyId } : {};
    for (let bytes = chunkBytesMax; bytes >= 1; bytes = bytes >> 1) {
      const piece = data.subarray(offset, offset + bytes);
      if (this.#line.send({ kind: "firmwareChunk", offset, data: piece, ...facts })) return;
    }
  }
}

function runningOf({ version, sha256, hardware, floor, confirmed }: FirmwareInfo): RunningFirmware {
  return { version, sha256: sha256.slice(), hardware, floor, confirmed };
}
