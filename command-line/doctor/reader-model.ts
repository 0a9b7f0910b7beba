// What a reader's profile means for its desk: how sure it is, and which of its habits IT should know.

import type { ReaderConfig } from "../../agent/config.ts";
import type { LoadedProfile } from "../../agent/profile/load-profiles.ts";
import { readerProfile } from "../../agent/reader/reader-profile.ts";
import type { CommandSet, Profile } from "../../protocol/driver/profile.ts";
import type { Finding } from "./finding.ts";

/** The profile, and one finding for each habit that somebody can do something about. */
export function checkModel(reader: ReaderConfig, loaded: LoadedProfile): readonly Finding[] {
  const check = `Hồ sơ | profile ${reader.id}`;
  const { isChanged, path } = loaded;
  const profile = readerProfile(reader, loaded.profile);
  const isBoundByPort = !("usb" in reader) || reader.usb.port !== undefined;
  const name = `${profile.id} (${profile.vendor} ${profile.model}, ${profile.driver}, ${profile.confidence})`;
  const hint = (words: string, fix: string): Finding => ({ check, isGood: true, isHint: true, words, fix });
  const findings: Finding[] = [{ check, isGood: true, words: name }];
  if (isChanged) {
    findings.push(
      hint(
        `Tệp tại chỗ đổi hồ sơ có sẵn; danh sách chứng nhận coi là \`suspect\` | A file of the site changes the built-in profile; the list of certified readers calls it \`suspect\`: ${path}`,
        "Đặt `framing`, `feedback` của đầu đọc trong tiepdon.yaml thay cho tệp đó | Set the reader's `framing` and `feedback` in tiepdon.yaml instead",
      ),
    );
  }
  if (profile.quirks.includes("beeps-by-itself")) findings.push(hint(...ownBeep(profile)));
  if (profile.quirks.includes("suspends-until-hostack")) {
    findings.push(
      hint(
        "Ngừng đọc đến khi quầy trả lời (tối đa 10 giây): không có quầy thì đầu đọc đứng | Reads nothing more until the desk answers (10 s at most): without the agent it stalls",
        "Đúng như ý muốn; dùng đầu đọc với phần mềm khác thì quét mã tắt Host ACK | As it should be; scan the code that switches Host ACK off before you use it with other software",
      ),
    );
  }
  if (profile.quirks.includes("kbd-composite")) {
    findings.push(
      hint(
        "Có thể khởi động ở chế độ bàn phím | May start in keyboard mode",
        "Nếu chữ hiện ra trên màn hình: quét mã chuyển sang HID POS của hãng | If it types on the screen: scan the maker's set-up code for HID POS",
      ),
    );
  }
  if (profile.quirks.includes("bridge-identity") && !isBoundByPort) {
    findings.push(
      hint(
        "Số USB là của mạch chuyển đổi, mọi thiết bị loại đó đều khớp | The USB numbers are a converter's: any device behind one would fit",
        "Ghi rõ `usb.port`, hoặc `serial: /dev/serial/by-path/…` | Name `usb.port`, or use `serial: /dev/serial/by-path/…`",
      ),
    );
  }
  return findings;
}

/** What silences the reader's own beep, in the words of its maker's manual. */
const silence: Readonly<Record<CommandSet, string | undefined>> = {
  none: undefined,
  honeywell: "BEPBEP0",
  newland: "GRBENA0",
  "newland-legacy": undefined,
  gm65: undefined,
  datalogic: undefined,
};

/** With a beep of ours the reader's own is to be silent; without one the person has to look at the screen. */
function ownBeep({ commands, feedback }: Profile): [words: string, fix: string] {
  const words =
    "Tự kêu khi đọc được, trước khi lượt đến được lưu | Beeps by itself when it has read, before the check-in is kept";
  if (feedback.accepted.length === 0) {
    return [
      words,
      "Tiếng kêu không có nghĩa là đã nhận: nhìn màn hình quầy; hoặc dùng hồ sơ có `feedback` (host-ack, SSI) | The beep does not mean accepted: look at the desk's screen; or use a profile with `feedback` (host-ack, SSI)",
    ];
  }
  const code = silence[commands];
  const name = code === undefined ? "" : ` (${code})`;
  return [
    words,
    `Quét mã cài đặt "Good Read Beep: Off"${name} của hãng, để chỉ còn tiếng của quầy | Scan the maker's set-up code "Good Read Beep: Off"${name}, so that only the desk's own beep is heard`,
  ];
}
