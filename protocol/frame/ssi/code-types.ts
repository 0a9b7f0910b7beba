// What the type byte of DECODE_DATA says about the symbol that was read (SSI Programmer's Guide, code types).

export interface CodeType {
  readonly code: number;
  /** The name people use. */
  readonly name: string;
  /** The name of UnifiedPOS ScanDataType, where it has one. */
  readonly unifiedPos?: string;
}

/** UPC and EAN with an add-on of two digits have 40 more than without, of five digits 80 more (hexadecimal). */
export const codeTypes: readonly CodeType[] = [
  { code: 0x01, name: "Code 39", unifiedPos: "Code39" },
  { code: 0x02, name: "Codabar", unifiedPos: "Codabar" },
  { code: 0x03, name: "Code 128", unifiedPos: "Code128" },
  { code: 0x04, name: "Discrete 2 of 5", unifiedPos: "TF" },
  { code: 0x05, name: "IATA 2 of 5" },
  { code: 0x06, name: "Interleaved 2 of 5", unifiedPos: "ITF" },
  { code: 0x07, name: "Code 93", unifiedPos: "Code93" },
  { code: 0x08, name: "UPC-A", unifiedPos: "UPCA" },
  { code: 0x09, name: "UPC-E", unifiedPos: "UPCE" },
  { code: 0x0a, name: "EAN-8", unifiedPos: "EAN8" },
  { code: 0x0b, name: "EAN-13", unifiedPos: "EAN13" },
  { code: 0x0c, name: "Code 11" },
  { code: 0x0e, name: "MSI" },
  { code: 0x0f, name: "GS1-128", unifiedPos: "EAN128" },
  { code: 0x10, name: "UPC-E1" },
  { code: 0x11, name: "PDF417", unifiedPos: "PDF417" },
  { code: 0x13, name: "Code 39 Full ASCII", unifiedPos: "Code39" },
  { code: 0x15, name: "Trioptic Code 39" },
  { code: 0x16, name: "Bookland" },
  { code: 0x17, name: "Coupon" },
  { code: 0x19, name: "ISBT 128" },
  { code: 0x1a, name: "Micro PDF417", unifiedPos: "UPDF417" },
  { code: 0x1b, name: "Data Matrix", unifiedPos: "DataMatrix" },
  { code: 0x1c, name: "QR", unifiedPos: "QRCode" },
  { code: 0x20, name: "Code 32" },
  { code: 0x25, name: "MaxiCode", unifiedPos: "Maxicode" },
  { code: 0x28, name: "Macro PDF417", unifiedPos: "PDF417" },
  { code: 0x2c, name: "Micro QR", unifiedPos: "MicroQR" },
  { code: 0x2d, name: "Aztec", unifiedPos: "Aztec" },
  { code: 0x30, name: "GS1 DataBar", unifiedPos: "GS1DATABAR" },
  { code: 0x31, name: "GS1 DataBar Limited", unifiedPos: "GS1DATABAR" },
  { code: 0x32, name: "GS1 DataBar Expanded", unifiedPos: "GS1DATABAR_E" },
  { code: 0x48, name: "UPC-A+2", unifiedPos: "UPCA_S" },
  { code: 0x49, name: "UPC-E+2", unifiedPos: "UPCE_S" },
  { code: 0x4a, name: "EAN-8+2", unifiedPos: "EAN8_S" },
  { code: 0x4b, name: "EAN-13+2", unifiedPos: "EAN13_S" },
  { code: 0x88, name: "UPC-A+5", unifiedPos: "UPCA_S" },
  { code: 0x89, name: "UPC-E+5", unifiedPos: "UPCE_S" },
  { code: 0x8a, name: "EAN-8+5", unifiedPos: "EAN8_S" },
  { code: 0x8b, name: "EAN-13+5", unifiedPos: "EAN13_S" },
];

const byCode: ReadonlyMap<number, CodeType> = new Map(codeTypes.map((type) => [type.code, type]));

/** Undefined for a type that this table does not know; the scan is good all the same. */
export const codeType = (code: number): CodeType | undefined => byCode.get(code);

/** Type 01 stands for Code 39 and, with the data `NR`, for a session in which nothing was read. */
const noReadType = 0x01;
const noReadText = [0x4e, 0x52];

/** Whether the payload of a DECODE_DATA says that the decoder read nothing. */
export const isNoRead = (type: number, payload: Uint8Array): boolean =>
  type === noReadType && payload.length === noReadText.length && noReadText.every((byte, at) => payload[at] === byte);
