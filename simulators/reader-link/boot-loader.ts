// The boot loader of a simulated ReaderLink reader: two slots, one image that is proved, and no way to run any other.
import { createHash } from "node:crypto";
import { bytesAreEqual } from "../../protocol/bytes/bytes-are-equal.ts";
import { type FirmwareImage, signedFirmware } from "../../protocol/firmware/firmware-image.ts";
import type {
  BodyDraft,
  Control,
  FirmwareChunk,
  FirmwareStatus,
  KnownBody,
} from "../../protocol/frame/reader-link/messages.ts";
import { compareVersions, parseVersion } from "../../protocol/registry/firmware-version.ts";
import type { DeviceLine, DevicePart, MakeDevicePart } from "./device-part.ts";

/** Checks an Ed25519 signature; answers false for a key that the boot loader does not hold. */
export type VerifyImage = (message: Uint8Array, signature: Uint8Array, keyId: string) => boolean;

type Slot = Pick<FirmwareImage, "version" | "sha256" | "data">;
type Header = Pick<FirmwareImage, "version" | "sha256" | "signature" | "keyId"> & { readonly total: number };

/** Without a confirmation the image before comes back after this time, and with any restart. */
const confirmMsMax = 600_000;

/** What lies in flash: it outlives every loss of power. Writes of a chunk are whole or not at all. */
export class Flash {
  readonly hardware: string;
  floor: string;
  /** The image that is confirmed. */
  active: Slot;
  /** The image that is being received, or was. */
  staged: { readonly header: Header; readonly data: Uint8Array; received: number; isVerified: boolean } | undefined;
  /** Start the staged image once, at the next start. */
  testOnce = false;
  /** The staged image runs, not confirmed. */
  isTesting = false;
  wasReverted = false;

  constructor(hardware: string, active: Slot, floor = "") {
    this.hardware = hardware;
    this.active = active;
    this.floor = floor;
  }

  /** What runs now. */
  get running(): Slot {
    return this.isTesting && this.staged !== undefined
      ? { ...this.staged.header, data: this.staged.data }
      : this.active;
  }

  /** The reader starts: an image on test is run once, then the confirmed one again. */
  start(): void {
    this.wasReverted = this.isTesting;
    this.isTesting = this.testOnce && this.staged?.isVerified === true;
    this.testOnce = false;
    if (this.wasReverted) this.staged = undefined;
  }

  /** FirmwareInfo of what runs. */
  info(): BodyDraft {
    const { version, sha256 } = this.running;
    return {
      ...{ kind: "firmwareInfo", version, sha256, hardware: this.hardware, bootloader: "1.0", floor: this.floor },
      confirmed: !this.isTesting,
      ...(this.staged === undefined
        ? {}
        : { otherVersion: this.isTesting ? this.active.version : this.staged.header.version }),
    };
  }
}

/** The part of a reader that takes updates into `flash`. */
export function bootLoader(flash: Flash, verify: VerifyImage): MakeDevicePart {
  return (line) => {
    flash.start();
    return new BootLoader(line, flash, verify);
  };
}

class BootLoader implements DevicePart {
  readonly #line: DeviceLine;
  readonly #flash: Flash;
  readonly #verify: VerifyImage;
  #revertAtMs: number | undefined;

  constructor(line: DeviceLine, flash: Flash, verify: VerifyImage) {
    this.#line = line;
    this.#flash = flash;
    this.#verify = verify;
  }

  get untilMs(): number | undefined {
    return this.#revertAtMs;
  }

  greeted(_isNewHost: boolean, nowMs: number): void {
    if (this.#flash.isTesting) this.#revertAtMs ??= nowMs + confirmMsMax;
    if (this.#flash.wasReverted) this.#tell("reverted");
  }

  receive(body: KnownBody): void {
    if (body.kind === "firmwareChunk") this.#take(body);
    else if (body.kind === "control") this.#obey(body);
  }

  wake(nowMs: number): void {
    if (this.#revertAtMs === undefined || nowMs < this.#revertAtMs) return;
    this.#revertAtMs = undefined;
    this.#line.restart();
  }

  #take(chunk: FirmwareChunk): void {
    if (this.#flash.isTesting) {
      this.#tell("failed", "testing");
      return;
    }
    if (chunk.offset === 0 && !this.#begins(chunk)) return;
    const staged = this.#flash.staged;
    if (staged === undefined) {
      this.#tell("receiving");
      return;
    }
    if (chunk.offset === staged.received && chunk.offset + chunk.data.length <= staged.header.total) {
      staged.data.set(chunk.data, chunk.offset);
      staged.received += chunk.data.length;
    }
    if (staged.received < staged.header.total) this.#tell("receiving");
    else this.#check(staged);
  }

  /** A first chunk of the image that is being received changes nothing: the rest is asked for. Signature and version are looked at before anything is written. */
  #begins({ total, sha256, version, signature, keyId }: FirmwareChunk): boolean {
    const staged = this.#flash.staged;
    if (staged !== undefined && bytesAreEqual(staged.header.sha256, sha256) && staged.header.version === version)
      return true;
    const header = { total, version, keyId, sha256: sha256.slice(), signature: signature.slice() };
    const obstacle = this.#obstacle(header);
    if (obstacle !== undefined) {
      this.#tell("failed", obstacle);
      return false;
    }
    this.#flash.staged = { header, data: new Uint8Array(total), received: 0, isVerified: false };
    return true;
  }

  #obstacle({ version, sha256, signature, keyId }: Header): string | undefined {
    const { hardware, floor } = this.#flash;
    if (!this.#verify(signedFirmware({ hardware, version, sha256 }), signature, keyId)) return "signature";
    const parsed = parseVersion(version);
    const lowest = parseVersion(floor);
    return parsed === undefined || (lowest !== undefined && compareVersions(parsed, lowest) < 0)
      ? "version"
      : undefined;
  }

  #check(staged: NonNullable<Flash["staged"]>): void {
    const hash = new Uint8Array(createHash("sha256").update(staged.data).digest());
    if (bytesAreEqual(hash, staged.header.sha256)) {
      staged.isVerified = true;
      this.#tell("ready");
    } else {
      this.#flash.staged = undefined;
      this.#tell("failed", "hash");
    }
  }

  #obey({ op }: Control): void {
    const flash = this.#flash;
    if (op === "firmware-test" && flash.staged?.isVerified === true && !flash.isTesting) {
      flash.testOnce = true;
      this.#tell("testing");
      this.#line.restart();
    } else if (op === "firmware-confirm" && flash.isTesting && flash.staged !== undefined) {
      flash.active = flash.running;
      flash.floor = flash.active.version;
      flash.staged = undefined;
      flash.isTesting = false;
      this.#revertAtMs = undefined;
      this.#tell("confirmed");
    } else if (op === "firmware-confirm" && !flash.isTesting) this.#tell("confirmed");
    else if (op === "firmware-abort") {
      if (flash.isTesting) this.#line.restart();
      else flash.staged = undefined;
    }
  }

  #tell(state: FirmwareStatus["state"], error = ""): void {
    this.#line.send({ kind: "firmwareStatus", state, nextOffset: this.#flash.staged?.received ?? 0, error });
  }
}
