// Joins readers to the list of certified readers: what they are judged by, what is written down, what IT sees.
import { join } from "node:path";
import type { VerifyProof } from "../../protocol/driver/reader-link/attestation.ts";
import type { Clock, Log } from "../../protocol/host.ts";
import { type Certification, certificationWord } from "../../protocol/registry/certification.ts";
import type { ReaderSubject } from "../../protocol/registry/judge.ts";
import { readerInfo } from "../../protocol/registry/reader-info.ts";
import type { DeviceIdentity } from "../devices/device-identity.ts";
import type { DeviceWatch } from "../devices/device-watch.ts";
import { auditFileName, CertificationAudit } from "../registry/certification-audit.ts";
import type { RegistryConfig } from "../registry/registry-config.ts";
import { RegistryKeeper, type Verdict } from "../registry/registry-keeper.ts";
import { serialHash } from "../registry/serial-hash.ts";
import type { JudgedReader } from "./configured-reader.ts";
import type { Judgement } from "./reader.ts";

export interface CertifierOptions {
  readonly dataDir: string;
  readonly config: RegistryConfig;
  readonly devices: DeviceWatch;
  readonly clock: Clock;
  readonly log: Log;
  readonly onVerdict: (verdict: Verdict) => void;
  /** Another list is in use. */
  readonly onChange: () => void;
}

export class Certifier {
  readonly #options: CertifierOptions;
  readonly #keeper: RegistryKeeper;
  readonly #audit: CertificationAudit;

  constructor(options: CertifierOptions) {
    const { dataDir, clock, log } = options;
    this.#options = options;
    this.#keeper = new RegistryKeeper(options);
    this.#audit = new CertificationAudit(join(dataDir, auditFileName), clock, log);
  }

  /** Takes up the last good list and what was written down today. */
  async start(): Promise<void> {
    await Promise.all([this.#keeper.load(), this.#audit.open()]);
    this.#keeper.onChange(this.#options.onChange);
  }

  stop(): Promise<void> {
    return this.#keeper.close();
  }

  /** A list came over the facility's retained topic. */
  offer(jws: Uint8Array): void {
    void this.#keeper.offer(jws, "topic");
  }

  /** For ReaderLink readers that can prove who they are. */
  get verifyProof(): VerifyProof | undefined {
    return this.#keeper.verifyProof;
  }

  judge(reader: JudgedReader): Judgement {
    const { id, model, identity, report } = reader;
    const { profile } = model;
    const subject = this.#subjectOf(reader, report?.firmware);
    const certification = this.#keeper.judge(subject, id);
    const { vid, pid, serial, firmware } = subject;
    const { policy } = this.#options.config;
    // A reader that has not been asked yet is judged for good only where it will not even be opened.
    if (report !== undefined || certification.stayIn === "present")
      void this.#audit.record({ reader: id, profileId: profile.id, firmware, policy, certification });
    const facts = { id, profileId: profile.id, vendor: profile.vendor, model: profile.model, firmware };
    return {
      ...factsOf(certification),
      mayReach: certification.stayIn,
      info: readerInfo({ ...facts, vid, pid, serial, usbPort: identity?.port }, certification, serialHash),
    };
  }

  /** Whether the list lets this reader run that version; it says nothing against a reader that it does not name. */
  allowsFirmware(reader: JudgedReader, version: string): boolean {
    const { status } = this.#keeper.judge(this.#subjectOf(reader, version), reader.id);
    return status !== "firmware-denied" && status !== "firmware-unknown";
  }

  #subjectOf({ model, identity, report }: JudgedReader, firmware: string | undefined): ReaderSubject {
    const { profile, isChanged } = model;
    return {
      ...{ vid: identity?.vid, pid: identity?.pid, serial: report?.serial ?? identity?.serial, firmware },
      ...{ profileId: profile.id, profileIsChanged: isChanged },
      isBridge: profile.quirks.includes("bridge-identity"),
      sharesSerial: identity !== undefined && this.#sharesSerial(identity),
      isProven: report?.isProven,
    };
  }

  /** Serial numbers that two devices show are copied, or never were one's own. */
  #sharesSerial({ vid, pid, serial, port }: DeviceIdentity): boolean {
    return this.#options.devices.devices.some(
      (other) =>
        serial !== undefined &&
        other.serial === serial &&
        other.vid === vid &&
        other.pid === pid &&
        other.port !== port,
    );
  }
}

function factsOf(certification: Certification): Pick<Judgement, "certification" | "registryVersion" | "registryEntry"> {
  const { registryVersion, entryId } = certification;
  return { certification: certificationWord(certification), registryVersion, registryEntry: entryId };
}
