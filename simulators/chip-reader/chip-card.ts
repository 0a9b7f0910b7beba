// The chip of a fictitious card as chip readers see it: its texts, and the data groups that a reading brings.
import { type ChipTexts, encodeChipGroup } from "../chip-group.ts";
import { zoneLines } from "../zone.ts";

/** How a card is laid on a simulated chip reader: its texts as JSON, in place of a code's bytes. */
export const encodeChipCard = (texts: ChipTexts): Uint8Array => new TextEncoder().encode(JSON.stringify(texts));

/** Undefined for bytes that `encodeChipCard` does not write. */
export function decodeChipCard(payload: Uint8Array): ChipTexts | undefined {
  try {
    const texts: unknown = JSON.parse(new TextDecoder().decode(payload));
    return typeof texts === "object" && texts !== null && !Array.isArray(texts) ? (texts as ChipTexts) : undefined;
  } catch {
    return undefined;
  }
}

/** A card with every field that a chip has; `serial` of 1 to 9,999 tells one from another. */
export function invented(serial: number): Required<ChipTexts> {
  const end = String(serial).padStart(4, "0");
  return {
    number: `00109099${end}`,
    name: "Nguyễn Văn Mẫu",
    birthDate: "15/03/1990",
    sex: "Nam",
    nationality: "Việt Nam",
    ethnicity: "Dân tộc Thử",
    religion: "Tôn giáo Thử",
    placeOfOrigin: "Xã Ví Dụ, Hà Nội",
    address: "Số 1, Thôn Mẫu, Xã Ví Dụ, Hà Nội",
    identifyingMarks: "Nốt ruồi Thử",
    issueDate: "20/05/2021",
    expiryDate: "15/03/2030",
    fatherName: "Nguyễn Văn Cha",
    motherName: "Trần Thị Mẹ",
    spouseName: "Lê Thị Vợ",
    oldNumber: "012345678",
  };
}

const dataGroup1 = 0x61;
const zoneTag = [0x5f, 0x1f] as const;

/** DG1: the machine-readable zone. */
export function encodeZoneGroup(texts: ChipTexts): Uint8Array {
  const zone = new TextEncoder().encode(
    zoneLines({
      number: texts.number ?? "",
      name: plainCapitals(texts.name ?? ""),
      birthDate: isoOf(texts.birthDate ?? ""),
      sex: texts.sex === "Nam" ? "male" : "female",
      expiryDate: isoOf(texts.expiryDate ?? ""),
    }).join(""),
  );
  return Uint8Array.of(dataGroup1, zone.length + 3, ...zoneTag, zone.length, ...zone);
}

/** The groups of one reading in base64, under the reader's names. `portraitBytes` of a face that is none. */
export function rawGroups(texts: ChipTexts, portraitBytes: number): Readonly<Record<string, string>> {
  const portrait = base64(new Uint8Array(portraitBytes).fill(0xa5));
  return {
    img_data: portrait,
    dg1: base64(encodeZoneGroup(texts)),
    dg2: portrait,
    dg13: base64(encodeChipGroup(texts)),
    dg14: base64(Uint8Array.of(0x6e, 0)),
    dg15: base64(Uint8Array.of(0x6f, 0)),
    sod: base64(Uint8Array.of(0x77, 0)),
  };
}

export const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");

const isoOf = (written: string): string => written.split("/").toReversed().join("-");

/** A name as zones have it: capitals without marks. */
export const plainCapitals = (name: string): string =>
  name
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .replaceAll("đ", "d")
    .replaceAll("Đ", "D")
    .toUpperCase();
