// What IT can do about a reader that beeps when it has read, before anything was kept.
import type { Profile } from "../../protocol/driver/profile.ts";

type Sounding = Pick<Profile, "quirks" | "commands" | "driver" | "vendor" | "feedback">;

const offInManual =
  "Tắt tiếng kêu khi đọc được bằng mã cài đặt trong sổ tay của hãng | Switch the good-read beep off with the set-up code in the maker's manual";
/** The reader takes no command to beep. */
const offAndSilent =
  "Tắt tiếng kêu khi đọc được bằng mã cài đặt trong sổ tay của hãng; sau đó đầu đọc im lặng, quầy xem màn hình | Switch the good-read beep off with the set-up code in the maker's manual; the reader is silent then, and the desk looks at its screen";

/** Vietnamese, then English. Undefined for a reader that beeps when it is told to and not before. */
export function soundAdvice({ quirks, commands, driver, vendor, feedback }: Sounding): string | undefined {
  if (!quirks.includes("beeps-by-itself")) return undefined;
  if (commands === "honeywell" && driver === "serial-text") {
    return "Bật Host ACK bằng mã cài đặt trong sổ tay và dùng hồ sơ honeywell-cdc-hostack, hoặc tắt tiếng kêu khi đọc được | Switch Host ACK on with the manual's set-up code and use the profile honeywell-cdc-hostack, or switch the good-read beep off";
  }
  if (vendor === "Zebra") {
    return "Chuyển sang SSI và dùng hồ sơ zebra-ssi, hoặc tắt Beep After Good Decode | Switch to SSI and use the profile zebra-ssi, or switch Beep After Good Decode off";
  }
  return feedback.accepted.length > 0 ? offInManual : offAndSilent;
}
