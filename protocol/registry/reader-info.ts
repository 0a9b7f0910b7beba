// What the retained topic of a reader says of it; nothing in it tells a device apart beyond a hash of its serial number.
import { type Certification, certificationWord } from "./certification.ts";

/** What is known of a reader beside its judgement. */
export interface ReaderIdentity {
  readonly id: string;
  readonly profileId: string;
  readonly vendor: string;
  readonly model: string;
  readonly vid: string | undefined;
  readonly pid: string | undefined;
  readonly serial: string | undefined;
  /** Where it is plugged in, such as `1-1.2`. */
  readonly usbPort: string | undefined;
  readonly firmware: string | undefined;
}

/** Members that are not known are absent. `model` is the reader's, `profile` what it is driven under. */
export interface ReaderInfo {
  readonly id: string;
  readonly vendor: string;
  readonly model: string;
  readonly profile: string;
  readonly usb?: string;
  readonly serialHash?: string;
  readonly usbPort?: string;
  readonly firmware?: string;
  readonly certification: string;
  readonly isProven?: boolean;
  readonly mayArm: boolean;
  readonly alarm: boolean;
  readonly registryVersion?: number;
  readonly registryEntry?: string;
  readonly certificate?: string;
  readonly validUntil?: string;
  readonly warnDaysLeft?: number;
  readonly override?: { readonly by: string; readonly reason: string; readonly until: string };
}

/** `hash` makes a short word of the serial number that is the same at every desk (`agent/registry/serial-hash.ts`). */
export function readerInfo(
  reader: ReaderIdentity,
  certification: Certification,
  hash: (vid: string, pid: string, serial: string) => string,
): ReaderInfo {
  const { vid, pid, serial, usbPort, firmware } = reader;
  const usb = vid === undefined || pid === undefined ? undefined : `${vid}:${pid}`;
  const serialHash = serial === undefined || serial === "" ? undefined : hash(vid ?? "", pid ?? "", serial);
  const { registryVersion, entryId, certificateId, validUntil, isProven, warnDaysLeft, override } = certification;
  return {
    ...{ id: reader.id, vendor: reader.vendor, model: reader.model, profile: reader.profileId },
    ...(usb === undefined ? {} : { usb }),
    ...(serialHash === undefined ? {} : { serialHash }),
    ...(usbPort === undefined ? {} : { usbPort }),
    ...(firmware === undefined ? {} : { firmware }),
    certification: certificationWord(certification),
    mayArm: certification.mayArm,
    alarm: certification.alarm,
    ...(registryVersion === undefined ? {} : { registryVersion }),
    ...(entryId === undefined ? {} : { registryEntry: entryId }),
    ...(certificateId === undefined ? {} : { certificate: certificateId }),
    ...(validUntil === undefined ? {} : { validUntil }),
    ...(isProven === undefined ? {} : { isProven }),
    ...(warnDaysLeft === undefined ? {} : { warnDaysLeft }),
    ...(override === undefined ? {} : { override }),
  };
}
