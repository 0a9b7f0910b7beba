// What a person is told about one reading: every rule that decided, nothing of who it was unless asked.
import { describe, expect, it } from "vitest";
import { explainReading } from "../../../command-line/explain-reading.ts";
import { DecisionLog } from "../../../protocol/document/decision-log.ts";
import { readBytes, sampleDay } from "../../fixtures/read-document.ts";

function explain(text: string, reveal = false): string {
  const observer = new DecisionLog();
  const reading = readBytes(Buffer.from(text), sampleDay, { observer });
  return explainReading("a", reading, observer.decisions, reveal).join("\n");
}

const card = "]Q1001190999901|12x|NGUYEN VAN MAU|15031990|Nam|Số 1, Xã Ví Dụ, Hà Nội|20052021";

describe("an explanation", () => {
  it("names the steps of cleaning, the row, each field with its rule, and each warning with what the desk does", () => {
    expect(explain(card).split("\n")).toEqual([
      '"a"  warn  cccd-qr',
      "  Làm sạch | Cleaning",
      expect.stringMatching(/^ {4}P6 {2}.*AIM.*ECI/),
      "  Phân loại | Which document",
      expect.stringMatching(/^ {4}6 {2}.*12 chữ số.* \| .*12 digits/),
      "  Từng trường | Field by field",
      "    Số CCCD | Number",
      expect.stringMatching(/quy tắc \| rule: 12 chữ số/),
      "        number = 001•••••9901",
      "    Số CMND cũ | Old number",
      expect.stringMatching(/quy tắc \| rule: 8–12 chữ số/),
      "        ! old-id-invalid: Số CMND cũ sai dạng, bỏ qua | Old number misshapen, dropped → Bổ sung bằng tay | Complete by hand",
      "    Họ tên | Full name",
      expect.stringMatching(/quy tắc \| rule: 1–100/),
      "        name = N••• V••• M•••",
      expect.stringMatching(/! name-no-diacritics: .* → .*Confirm/),
      "    Ngày sinh | Birth date",
      expect.stringMatching(/ddMMyyyy/),
      "        birthDate = •••••",
      "    Giới tính | Sex",
      expect.stringMatching(/Nam/),
      "        sex = male",
      "    Nơi thường trú, nơi cư trú | Residence",
      expect.stringMatching(/kept whole/),
      "        address = •••••",
      "    Ngày cấp | Issue date",
      expect.stringMatching(/ddMMyyyy/),
      "        issueDate = 2021-05-20",
      "        expiryDate = •••••",
      "    Số trường | Count of fields",
      expect.stringMatching(/7 \(.*11 \(/),
      "    Đối chiếu số định danh | Number against the card",
      expect.stringMatching(/warns only/),
      expect.stringMatching(/! pin-sex-mismatch: .* → .*Look at the card/),
    ]);
  });

  it("hides who it was, and shows it when asked", () => {
    for (const secret of ["001190999901", "NGUYEN", "1990", "Ví Dụ", "2030"]) {
      expect(explain(card)).not.toContain(secret);
      expect(explain(card, true)).toContain(secret === "2030" ? "2030-03-15" : secret);
    }
  });

  it.each([
    ["empty", " ", "P4"],
    ["control-char", "a\u0007b", "P5"],
    ["control-char", "001090999901|\r\nx", "P5"],
    ["too-long", "A".repeat(3_000), "P1"],
    ["url", "https://example.vn", "1"],
    ["field-count", "001090999901|x", "Số trường | Count of fields"],
    ["dob-invalid", "001090999901||Nguyễn Văn Mẫu|31021990|Nam|x|20052021", "Ngày sinh | Birth date"],
    ["field-count", "0199999904|x|$", "Số trường | Count of elements"],
    ["bhyt-number-invalid", "GD8010199999901|-|-|-|$", "Mã thẻ"],
    ["number-length", "1234", "Độ dài | Length"],
    ["mrz-length", "IDVNM", "Hình dạng | Shape"],
    ["number-missing", '{"full_name":"A"}', "Số định danh | Number"],
  ])("ends %s where it was decided", (reason, text, title) => {
    const lines = explain(text).split("\n");
    const at = lines.findIndex((line) => line.trim() === `✗ ${reason}`);
    const above = lines.slice(0, at).findLast((line) => /^ {4}\S/.test(line));
    expect(above?.trim()).toMatch(new RegExp(`^${title.replace("|", "\\|")}`));
    expect(lines.at(-1)).toMatch(new RegExp(`^ {2}TỪ CHỐI \\| REFUSED: ${reason}: .+ \\| .+$`));
  });
});
