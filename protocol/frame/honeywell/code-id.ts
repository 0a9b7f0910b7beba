// Honeywell's code ids: one byte that names the symbology of a scan, under its name in UnifiedPOS ScanDataType.

const symbologies: ReadonlyMap<number, string> = new Map([
  [0x73, "QRCode"],
  [0x77, "DataMatrix"],
  [0x72, "PDF417"],
  [0x7a, "Aztec"],
  [0x64, "EAN13"],
  [0x6a, "Code128"],
]);

export const symbologyOfCodeId = (codeId: number): string | undefined => symbologies.get(codeId);
