// The code ids with which Honeywell's readers name a symbology beside the data (user guides, appendix "Symbology Charts").

/** Names after UnifiedPOS ScanDataType, as the golden vectors write them. */
const symbologies: Readonly<Record<number, string>> = {
  100: "EAN13",
  106: "Code128",
  114: "PDF417",
  115: "QR",
  119: "DataMatrix",
};

export const honeywellSymbology = (codeId: number): string | undefined => symbologies[codeId];
