// Lets a reader scan although the list does not, because somebody decided it; who, why and until when stay visible.
import { vietnamDate } from "../check-in/vietnam-time.ts";
import type { Certification, CertificationOverride } from "./certification.ts";

/** The judgement under an override that is still good; the status stays what it is. A reader that may scan anyway needs none. */
export function withOverride(
  certification: Certification,
  override: CertificationOverride | undefined,
  { nowMs, clockSynced }: { readonly nowMs: number; readonly clockSynced: boolean },
): Certification {
  if (override === undefined || certification.mayArm) return certification;
  if (clockSynced && vietnamDate(nowMs) > override.until) return certification;
  const { by, reason, until } = override;
  return { ...certification, mayArm: true, stayIn: "armed", alarm: true, override: { by, reason, until } };
}
