// The code ids with which Honeywell's readers name the symbology of a scan (user guides, appendix "Symbology Charts").

/** Names after UnifiedPOS ScanDataType but for QR codes, which the golden vectors call `QR`. */
const symbologies: Readonly<Record<number, string>> = {
  0x64: "EAN13",
  0x6a: "Code128",
  0x72: "PDF417",
  0x73: "QR",
  0x77: "DataMatrix",
  0x7a: "Aztec",
};

export const honeywellSymbology = (codeId: number): string | undefined => symbologies[codeId];

export function honeywellCodeId(symbology: string): number | undefined {
  for (const [codeId, name] of Object.entries(symbologies)) if (name === symbology) return Number(codeId);
  return undefined;
}
