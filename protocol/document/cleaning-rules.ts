// What cleaning does to the text of a scan, rule by rule, in words for people (FORMATS chapter 2).

/** Bytes of the largest QR code, 40-L (ISO/IEC 18004). */
export const scanBytesMax = 2953;

/** The rules in words for people. They are tried in this order. */
export const cleaningRules = {
  P1: `Tối đa ${scanBytesMax} byte, bằng mã QR lớn nhất | At most ${scanBytesMax} bytes, as many as the largest QR code holds`,
  P2: "UTF-8 đúng chuẩn | Strict UTF-8",
  P3: "Bỏ ký tự vô hình (BOM, chữ rộng bằng không, dấu hướng) | Invisible characters fall away (BOM, zero width, direction)",
  P4: "Bỏ ký tự bao quanh, cắt ở NUL, TAB thành dấu cách | What stands around falls away, NUL ends the text, TAB becomes a blank",
  P5: "Bên trong không có ký tự điều khiển; xuống dòng chỉ trong MRZ và JSON | No control inside; line breaks in an MRZ and JSON only",
  P6: "Bỏ mã AIM và ECI do đầu đọc ghi ở đầu | The reader's AIM and ECI identifiers fall away",
} as const;
export type CleaningRule = keyof typeof cleaningRules;
