// What each quirk of a reader means for the driver, or for IT: Vietnamese, then English.
import type { Quirk } from "../../protocol/driver/profile.ts";

export const quirkMeanings: Readonly<Record<Quirk, string>> = {
  "no-aim-in-report":
    "Báo cáo HID không có mã AIM: dữ liệu bắt đầu ở byte 2 | HID reports carry no symbology identifier: the data begins at byte 2",
  "suspends-until-hostack":
    "Ngừng đọc đến khi máy trả lời, hoặc quá 10 giây | Reads nothing more until the host has answered, or 10 s are over",
  "ssi-raw-by-default": "Mỗi lần mở đều được đặt lại sang gửi gói | Is set to send packets on every claim",
  "bridge-identity":
    "Số USB là của mạch chuyển (CH340, FTDI, CP210x): gắn theo cổng | The USB numbers are a bridge's (CH340, FTDI, CP210x): bind it by its port",
  "kbd-composite":
    "Có thể đang ở chế độ bàn phím: chuyển bằng lệnh hoặc mã cài đặt của hãng | May start in keyboard mode: switched by a report, or by the maker's set-up code",
  "deaf-after-reset-30s":
    "Không nghe lệnh tới 30 giây sau khi khởi động lại | Ignores commands for up to 30 s after a reset",
  "rearm-after-read": "Phải bật lại sau mỗi lần đọc | Is switched on again after each read",
  "rs232-wakeup": "Cần một byte NUL đánh thức trước mỗi lệnh | A NUL before each message wakes it up",
  "short-apdu-only": "Mỗi lần chỉ đọc tối đa 231 byte từ chip | Takes no more than 231 bytes a read from a chip",
  "single-per-host":
    "Địa chỉ mạng cố định: mỗi máy một đầu đọc | Has a fixed network address: one such reader on a machine",
  "beeps-by-itself":
    "Tự kêu khi đọc được, dù ta không bảo: tiếng đó không có nghĩa là đã nhận | Beeps when it has read, whatever we say: that is no sign of an accepted check-in",
};
