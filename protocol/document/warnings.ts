// Every warning that a decoded document can carry (FORMATS chapter 12): its group, and words for people. Codes are stable.

/**
 * What the desk does about a warning of each group. `attention` asks for a look before the patient goes on, `notice` can wait.
 * None of them ever blocks a patient.
 */
export const warningGroups = {
  number: { severity: "attention", words: "Xem lại trên thẻ | Look at the card" },
  text: { severity: "attention", words: "Xác nhận hoặc gõ lại họ tên | Confirm or retype the name" },
  missing: { severity: "notice", words: "Bổ sung bằng tay | Complete by hand" },
  validity: {
    severity: "attention",
    words:
      "Hỏi cổng BHXH; thẻ hết hạn vẫn dùng để nhận diện | Ask the insurance gateway; an expired card still identifies",
  },
  insurance: { severity: "attention", words: "Hỏi cổng BHXH | Ask the insurance gateway" },
  output: {
    severity: "notice",
    words: "Lấy giá trị đầy đủ ở phần person, insurance | Take the whole value from person or insurance",
  },
} as const;

interface WarningRule {
  readonly group: keyof typeof warningGroups;
  readonly words: string;
}

export const warnings = {
  "pin-year-mismatch": { group: "number", words: "Số định danh không khớp năm sinh | Number and birth year differ" },
  "pin-sex-mismatch": { group: "number", words: "Số định danh không khớp giới tính | Number and sex differ" },
  "pin-province-unknown": { group: "number", words: "Mã nơi đăng ký khai sinh lạ | Unknown place code in the number" },
  "pin-year-future": { group: "number", words: "Năm sinh trong số ở tương lai | The number's year is ahead" },
  "mrz-docno-mismatch": {
    group: "number",
    words: "MRZ: số thẻ khác số định danh | MRZ: document number is not the PIN's end",
  },
  "mrz-optional-check": { group: "number", words: "MRZ: số kiểm tra phụ sai | MRZ: the optional check digit is wrong" },
  "mrz-no-pin": { group: "number", words: "MRZ không có số định danh | MRZ without a PIN" },
  "leading-zero-restored": { group: "number", words: "Đã thêm số 0 ở đầu | Leading zeros were put back" },
  "name-no-diacritics": { group: "text", words: "Họ tên không dấu | The name has no marks" },
  "diacritics-lost": { group: "text", words: "Đầu đọc làm mất dấu | The channel loses marks" },
  "mojibake-suspected": { group: "text", words: "Nghi sai bảng mã chữ | The text looks wrongly encoded" },
  "not-nfc": { group: "text", words: "Dấu tiếng Việt tổ hợp, đã chuẩn hóa | Combining marks, normalised" },
  "telex-repaired": { group: "text", words: "Đã sửa lỗi gõ Telex | Telex damage was reversed" },
  "plain-text-field": {
    group: "text",
    words: "Trường chữ không mã hóa hex | Plain text where hexadecimal is expected",
  },
  "name-unreadable": { group: "text", words: "Không đọc được họ tên | The name can't be read" },
  "hex-unreadable": { group: "text", words: "Không đọc được một trường hex | A hexadecimal field can't be read" },
  "name-missing": { group: "missing", words: "Thiếu họ tên | No name" },
  "dob-missing": { group: "missing", words: "Thiếu ngày sinh | No birth date" },
  "sex-unknown": { group: "missing", words: "Không rõ giới tính | Sex not known" },
  "issue-date-missing": { group: "missing", words: "Thiếu ngày cấp | No issue date" },
  "issue-date-future": { group: "missing", words: "Ngày cấp ở tương lai | Issue date ahead" },
  "old-id-invalid": { group: "missing", words: "Số CMND cũ sai dạng, bỏ qua | Old number misshapen, dropped" },
  "extra-fields": { group: "missing", words: "Có trường thừa | More fields than known" },
  "element-count": { group: "missing", words: "Số trường khác thường | An unusual number of elements" },
  "junk-prefix": { group: "missing", words: "Có ký tự thừa trước số | Characters before the number" },
  "facility-invalid": { group: "missing", words: "Mã cơ sở KCB sai dạng | Facility code misshapen" },
  "date-invalid": { group: "missing", words: "Một ngày không hợp lệ | A date is not a date" },
  "dg13-duplicate-field": { group: "missing", words: "Trường chip lặp lại | A chip field occurs twice" },
  "maybe-phone": { group: "missing", words: "Có thể là số điện thoại | May be a telephone number" },
  "cmnd-legacy": { group: "missing", words: "Số CMND cũ, chỉ để tra cứu | Old CMND number, for searching only" },
  "card-expired": { group: "validity", words: "Thẻ căn cước hết hạn | The card has expired" },
  "insurance-expired": { group: "validity", words: "Thẻ BHYT hết hạn | The insurance has expired" },
  "insurance-not-yet-valid": { group: "validity", words: "Thẻ BHYT chưa đến hạn | The insurance is not yet valid" },
  "validity-inconsistent": { group: "validity", words: "Hạn thẻ BHYT mâu thuẫn | Insurance dates contradict" },
  "bhyt-object-unknown": { group: "insurance", words: "Mã đối tượng BHYT lạ | Unknown insurance object code" },
  "bhyt-level-old": { group: "insurance", words: "Mức hưởng kiểu cũ | An old benefit level" },
  "bhyt-province-unknown": {
    group: "insurance",
    words: "Mã tỉnh trên thẻ BHYT lạ | Unknown province in the card code",
  },
  "qd4750-value-cut": {
    group: "output",
    words: "Giá trị không vừa cột QĐ 4750, đã cắt hoặc bỏ | A value did not fit its QĐ 4750 column: cut, or left out",
  },
} as const satisfies Record<string, WarningRule>;

export type WarningCode = keyof typeof warnings;
