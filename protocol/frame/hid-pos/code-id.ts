// The names under which the golden vectors know what Honeywell's code ids mean.
import { symbologyOfCodeId } from "../honeywell/code-id.ts";

/** As UnifiedPOS ScanDataType has it, but for QR codes, which the vectors call `QR`. */
export function honeywellSymbology(codeId: number): string | undefined {
  const name = symbologyOfCodeId(codeId);
  return name === "QRCode" ? "QR" : name;
}

export function honeywellCodeId(symbology: string): number | undefined {
  for (let codeId = 0; codeId <= 0xff; codeId += 1) if (honeywellSymbology(codeId) === symbology) return codeId;
  return undefined;
}
