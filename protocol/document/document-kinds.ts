// The kinds of documents in words for people, each with the text that its layout rests on.
import type { DocumentFormat } from "./patient-document.ts";

interface DocumentKind {
  readonly words: string;
  readonly source: string;
}

const numbers = "Thông tư 07/2016/TT-BCA, 59/2021/TT-BCA";
const insuranceCards =
  "As on the cards; codes: Quyết định 1351/QĐ-BHXH (2015), 1697/QĐ-BHXH (2023), 1018/QĐ-BHXH (2024)";

export const documentKinds: Readonly<Record<DocumentFormat, DocumentKind>> = {
  "cccd-qr": {
    words: "QR thẻ CCCD 2021 | QR of the chip card of 2021",
    source: "As on the cards; number: Thông tư 59/2021/TT-BCA",
  },
  "can-cuoc-qr": {
    words: "QR thẻ căn cước 2024 | QR of the card of 2024",
    source: "Luật 26/2023/QH15; Thông tư 16/2024/TT-BCA",
  },
  mrz: { words: "Vùng MRZ mặt sau thẻ | Machine-readable zone", source: "ICAO Doc 9303-3 and 9303-5 (TD1)" },
  "bhyt-qr-old": { words: "QR thẻ BHYT 15 ký tự, VssID | Insurance card QR, old", source: insuranceCards },
  "bhyt-qr-new": { words: "QR thẻ BHYT mã số BHXH, VssID | Insurance card QR, new", source: insuranceCards },
  "number-pin": { words: "Số định danh cá nhân | Personal number", source: numbers },
  "number-cmnd": { words: "Số CMND | Old identity card number", source: "Luật 26/2023/QH15, Article 46" },
  "number-bhxh": { words: "Mã số BHXH | Social insurance number", source: insuranceCards },
  "number-bhyt": { words: "Mã thẻ BHYT | Insurance card code", source: `${insuranceCards}; Thông tư 30/2020/TT-BYT` },
  "chip-dg13": {
    words: "DG13 của chip | DG13 of the chip",
    source: "As on the chips; ICAO Doc 9303-10, ISO/IEC 7816-4",
  },
  "reader-socketio": {
    words: "Đầu đọc chip qua Socket.IO | Chip reader over Socket.IO",
    source: "As the HN-212 sends it",
  },
  "reader-json": {
    words: "Đầu đọc chip, JSON | Chip reader, JSON",
    source: "As webhooks, serial readers and plugins send it",
  },
};
