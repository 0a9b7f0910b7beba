// Makes a scan of what an SSI decoder has read, as far as its profile says that marks surround it.
import { leadingAim } from "../../frame/aim-identifier.ts";
import { trailingTerminator } from "../../frame/hid-pos/trailing-terminator.ts";
import { codeType } from "../../frame/ssi/code-types.ts";
import type { Scan } from "../../message/scan.ts";
import type { Discard } from "../discard.ts";
import type { Profile } from "../profile.ts";

/**
 * `type` is the decoder's code type, `crc` the CRC-32C of the payload of the last packet: that is what the decoder sends
 * again, and so it names the scan. The payload is lent. Answers why there is no scan in it, if there is none.
 */
export function scanOfPayload(type: number, payload: Uint8Array, crc: number, profile: Profile): Scan | Discard {
  const { aim: aimUse, stripTerminator, end } = profile.framing;
  const aim = aimUse === "none" ? undefined : leadingAim(payload);
  if (aimUse === "required" && aim === undefined) return "aim-missing";
  const ending = stripTerminator ? (trailingTerminator(payload, end)?.length ?? 0) : 0;
  const from = aim?.length ?? 0;
  if (from + ending >= payload.length) return "empty";
  const symbology = codeType(type)?.unifiedPos;
  return {
    raw: from + ending === 0 ? payload : payload.subarray(from, payload.length - ending),
    ...(aim === undefined ? {} : { aim }),
    ...(symbology === undefined ? {} : { symbology }),
    endedBy: "packet",
    link: { boot: "", seq: 0, crc },
  };
}
