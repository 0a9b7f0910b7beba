// Which part of an answer is the firmware version.
import { expect, it } from "vitest";
import { versionText } from "../../../../../protocol/driver/commands/version-text.ts";

const revision =
  "Product Name: Xenon\r\nBoot Revision: 1.1\r\nSoftware Part Number: CA000064\r\nSoftware Revision: 2.5 \r\n";

it.each([
  ["the line that names it", revision, undefined, "2.5"],
  ["any revision where none is the software's", "Name: X\r\nBoot Revision: 1.1\r\n", undefined, "1.1"],
  ["what stands behind the expected words", revision, "Part Number:", "CA000064"],
  ["nothing where the expected words are absent", revision, "Firmware:", undefined],
  ["the only line", "QD2400 SW 3.1\r\n", undefined, "QD2400 SW 3.1"],
  ["nothing of an only line that may be a patient's", "GD4797930400412\r", undefined, undefined],
  ["nothing of one with a label before it", "Ho ten: GD4797930400412\r", undefined, undefined],
  ["hexadecimal digits of a number", "\x8e", undefined, "8e"],
  ["hexadecimal digits of a letter that is a number", "d", undefined, "64"],
  ["nothing of an empty answer", "", undefined, undefined],
  ["nothing that is too long to be one", "9".repeat(65), undefined, undefined],
  ["nothing of lines that name none", "A: b\r\nC: d\r\n", undefined, undefined],
])("%s", (_words, answer, wanted, version) => {
  expect(versionText(Buffer.from(answer, "latin1"), wanted)).toBe(version);
});
