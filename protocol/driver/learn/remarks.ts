// What a learning session may have to say about a reader: one table of stable codes with the words for IT.

export interface Remark {
  /** A fault: documents would be misread, or not at all, until it is mended. A note: it works, and could be better. */
  readonly weight: "fault" | "note";
  /** Vietnamese, then English after ` | `. */
  readonly message: string;
  readonly fix: string;
}

const rawText =
  "Tắt mọi chuyển mã: gửi UTF-8 nguyên bản (raw, no conversion) | Switch off every conversion: raw, UTF-8, no code page";
const useSerial =
  "Chuyển đầu đọc sang USB-CDC (nối tiếp) hoặc HID POS | Switch the reader to USB-CDC (serial) or HID POS";

const fault = (message: string, fix: string): Remark => ({ weight: "fault", message, fix });
const note = (message: string, fix: string): Remark => ({ weight: "note", message, fix });

export const remarks = {
  "nothing-arrived": fault(
    "Không nhận được gì; đầu đọc có thể đang ở chế độ bàn phím | Nothing arrived; the reader may be in keyboard mode",
    useSerial,
  ),
  "keyboard-mode": fault(
    "Đầu đọc gõ như bàn phím vào cửa sổ này | The reader types like a keyboard, into this window",
    useSerial,
  ),
  "other-code": fault(
    "Có mã khác, không phải mã thử | Another code was scanned, not the test code",
    "Quét mã thử trong docs/readers/test-codes.md | Scan the code of docs/readers/test-codes.md",
  ),
  garbage: fault(
    "Nhận được byte vô nghĩa: sai tốc độ, hoặc giao thức khác | Meaningless bytes arrived: wrong speed, or another protocol",
    "Thử --baud auto; đặt 8N1 | Try --baud auto; set 8N1",
  ),
  parity: fault(
    "Byte kèm bit chẵn lẻ (7E1 hoặc 7O1) | Bytes carry a parity bit (7E1 or 7O1)",
    "Đặt đầu đọc về 8N1: 7 bit không chứa được chữ Việt | Set the reader to 8N1: seven bits hold no Vietnamese letters",
  ),
  telnet: fault(
    "Bộ chuyển mạng đang nói telnet/RFC 2217, nó nhân đôi byte FF | The device server speaks telnet/RFC 2217, which doubles FF",
    "Đặt bộ chuyển sang raw TCP | Set it to raw TCP",
  ),
  "cut-short": fault(
    "Mã thử bị cắt giữa chừng | The test code was cut short",
    "Tắt xử lý dữ liệu (data editing) trong đầu đọc; xem giới hạn độ dài | Switch off data editing in the reader; look at its length limit",
  ),
  "text-changed": fault("Chữ Việt bị đổi | Vietnamese letters were changed", rawText),
  "code-page": fault(
    "Chữ Việt gửi bằng bảng mã khác UTF-8 | Vietnamese letters came in a code page, not UTF-8",
    rawText,
  ),
  "windows-1258": fault("Chữ Việt gửi bằng Windows-1258 | Vietnamese letters came in Windows-1258", rawText),
  "utf-16": fault("Văn bản gửi bằng UTF-16 | The text came in UTF-16", rawText),
  "double-encoded": fault("UTF-8 bị mã hóa hai lần | UTF-8 was encoded a second time", rawText),
  "question-marks": fault("Chữ Việt biến thành dấu hỏi | Vietnamese letters became question marks", rawText),
  "letters-dropped": fault("Chữ Việt bị bỏ mất | Vietnamese letters were dropped", rawText),
  "marks-dropped": fault("Chữ Việt mất dấu | Vietnamese letters lost their marks", rawText),
  "seven-bit": fault("Mất bit thứ tám của mỗi byte | The eighth bit of each byte is lost", "Đặt 8N1 | Set 8N1"),
  "digits-changed": fault(
    "Chữ số bị đổi | Digits were changed",
    "Tắt xử lý dữ liệu (data editing) trong đầu đọc | Switch off data editing in the reader",
  ),
  "typed-by-keyboard": fault(
    "Bộ gõ Telex/VNI đã sửa nội dung | An input method (Telex, VNI) has changed the content",
    useSerial,
  ),
  "prefix-unknown": fault(
    "Có tiền tố lạ trước dữ liệu | An unknown prefix stands before the data",
    "Xóa tiền tố trong đầu đọc | Remove the prefix in the reader",
  ),
  "prefix-varies": fault(
    "Phần đứng trước dữ liệu mỗi lần một khác | What stands before the data differs from scan to scan",
    "Xóa tiền tố trong đầu đọc | Remove the prefix in the reader",
  ),
  "suffix-unknown": fault(
    "Có hậu tố lạ sau dữ liệu | An unknown suffix stands behind the data",
    "Chỉ để CR hoặc CR LF ở cuối | Leave CR or CR LF alone at the end",
  ),
  "ends-differ": note(
    "Các lượt quét kết thúc khác nhau | Scans ended differently",
    "Đặt một dấu kết thúc duy nhất | Set one single terminator",
  ),
  "no-end": note(
    "Không có dấu kết thúc: chỉ khoảng lặng tách các lượt | No terminator: silence alone parts the scans",
    "Nên bật CR hoặc CR LF ở cuối | Better switch on CR or CR LF at the end",
  ),
  "code-id": note(
    "Có mã loại riêng của hãng ở đầu; mã loại khác của các mã vạch khác sẽ không được bỏ | The maker's own code id leads; other symbologies have others, which stay",
    "Nên tắt code ID | Better switch the code id off",
  ),
  decomposed: note(
    "Dấu tách rời khỏi chữ (NFD); quầy tự ghép lại | Marks came apart from their letters (NFD); the desk joins them",
    rawText,
  ),
  eci: note(
    "Đầu đọc thêm mã ECI và nhân đôi dấu \\ | The reader adds ECI codes and doubles backslashes",
    "Nên tắt ECI | Better switch ECI output off",
  ),
  "backslash-changed": note(
    "Dấu \\ bị đổi | The backslash was changed",
    "Tắt xử lý dữ liệu (data editing) trong đầu đọc | Switch off data editing in the reader",
  ),
  "separator-dropped": note(
    "Ký tự GS bị bỏ; giấy tờ không dùng nó | The GS character was dropped; no document holds it",
    "Tắt xử lý mã GS1 trong đầu đọc | Switch off GS1 processing in the reader",
  ),
  "separator-changed": note(
    "Ký tự GS bị đổi; giấy tờ không dùng nó | The GS character was changed; no document holds it",
    "Tắt xử lý mã GS1 trong đầu đọc | Switch off GS1 processing in the reader",
  ),
} as const satisfies Readonly<Record<string, Remark>>;
export type RemarkCode = keyof typeof remarks;
