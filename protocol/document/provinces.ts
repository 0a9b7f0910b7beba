// Province codes of personal identification numbers (Thông tư 07/2016/TT-BCA, Appendix 1; Thông tư 59/2021/TT-BCA, Appendices I and II).
// A code names the place where a birth was registered. The merger of 2025 (Nghị quyết 202/2025/QH15) renumbered nobody.

/** Code and name of the 63 provinces as they were until 30/06/2025. */
export const provinces: ReadonlyMap<string, string> = new Map([
  ["001", "Hà Nội"],
  ["002", "Hà Giang"],
  ["004", "Cao Bằng"],
  ["006", "Bắc Kạn"],
  ["008", "Tuyên Quang"],
  ["010", "Lào Cai"],
  ["011", "Điện Biên"],
  ["012", "Lai Châu"],
  ["014", "Sơn La"],
  ["015", "Yên Bái"],
  ["017", "Hòa Bình"],
  ["019", "Thái Nguyên"],
  ["020", "Lạng Sơn"],
  ["022", "Quảng Ninh"],
  ["024", "Bắc Giang"],
  ["025", "Phú Thọ"],
  ["026", "Vĩnh Phúc"],
  ["027", "Bắc Ninh"],
  ["030", "Hải Dương"],
  ["031", "Hải Phòng"],
  ["033", "Hưng Yên"],
  ["034", "Thái Bình"],
  ["035", "Hà Nam"],
  ["036", "Nam Định"],
  ["037", "Ninh Bình"],
  ["038", "Thanh Hóa"],
  ["040", "Nghệ An"],
  ["042", "Hà Tĩnh"],
  ["044", "Quảng Bình"],
  ["045", "Quảng Trị"],
  ["046", "Thừa Thiên Huế"],
  ["048", "Đà Nẵng"],
  ["049", "Quảng Nam"],
  ["051", "Quảng Ngãi"],
  ["052", "Bình Định"],
  ["054", "Phú Yên"],
  ["056", "Khánh Hòa"],
  ["058", "Ninh Thuận"],
  ["060", "Bình Thuận"],
  ["062", "Kon Tum"],
  ["064", "Gia Lai"],
  ["066", "Đắk Lắk"],
  ["067", "Đắk Nông"],
  ["068", "Lâm Đồng"],
  ["070", "Bình Phước"],
  ["072", "Tây Ninh"],
  ["074", "Bình Dương"],
  ["075", "Đồng Nai"],
  ["077", "Bà Rịa - Vũng Tàu"],
  ["079", "Hồ Chí Minh"],
  ["080", "Long An"],
  ["082", "Tiền Giang"],
  ["083", "Bến Tre"],
  ["084", "Trà Vinh"],
  ["086", "Vĩnh Long"],
  ["087", "Đồng Tháp"],
  ["089", "An Giang"],
  ["091", "Kiên Giang"],
  ["092", "Cần Thơ"],
  ["093", "Hậu Giang"],
  ["094", "Sóc Trăng"],
  ["095", "Bạc Liêu"],
  ["096", "Cà Mau"],
]);

/** Births registered abroad: 000, and one code a country (Thông tư 59/2021/TT-BCA; the country table is not resolved here). */
const abroad = { unspecified: 0, first: 101, last: 295 } as const;

/** Card codes of health insurance that belong to no province: 97 the army, 98 the police. */
const insuranceOnly = ["97", "98"] as const;

const pinPlaces = new Uint8Array(1000);
for (const code of provinces.keys()) pinPlaces[Number(code)] = 1;
pinPlaces[abroad.unspecified] = 1;
pinPlaces.fill(1, abroad.first, abroad.last + 1);

const insuranceProvinces: ReadonlySet<string> = new Set([
  ...[...provinces.keys()].map((code) => code.slice(1)),
  ...insuranceOnly,
]);

/** Whether the first three digits of a PIN, as a number, name a place. */
export const isPinPlace = (code: number): boolean => pinPlaces[code] === 1;

/** Whether positions 4 and 5 of a 15-character insurance card code name a province or an insuring ministry. */
export const isInsuranceProvince = (code: string): boolean => insuranceProvinces.has(code);
