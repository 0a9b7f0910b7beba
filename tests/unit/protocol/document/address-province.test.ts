// The province at the end of an address, and the addresses that have none for certain.
import { expect, it } from "vitest";
import { addressProvince } from "../../../../protocol/document/address-province.ts";
import { provinces } from "../../../../protocol/document/provinces.ts";

it.each([
  ["Số 1, Thôn Mẫu, Xã Ví Dụ, Hà Nội", "Hà Nội"],
  ["Xã Ví Dụ, Thành phố Hà Nội", "Thành phố Hà Nội"],
  ["Phường Thử, TP. Hồ Chí Minh", "TP. Hồ Chí Minh"],
  ["Phường Thử, TP.Hồ Chí Minh", "TP.Hồ Chí Minh"],
  ["Phường Thử, TP Hồ Chí Minh", "TP Hồ Chí Minh"],
  ["Phường Thử, T.P Đà Nẵng", "T.P Đà Nẵng"],
  ["Xã Thử, Tỉnh Bà Rịa-Vũng Tàu", "Tỉnh Bà Rịa-Vũng Tàu"],
  ["Xã Thử, THỪA THIÊN - HUẾ", "THỪA THIÊN - HUẾ"],
  ["Phường Thử, Thành phố Huế", "Thành phố Huế"],
  ["Xa Thu, Ha Noi", "Ha Noi"],
])("of %j is %j", (address, province) => {
  expect(addressProvince(address)).toBe(province);
});

it.each(["Hà Nội", "Số 1 Hà Nội", "Xã Ví Dụ, Huyện Thử", "Hà Nội, Xã Ví Dụ", "Bản Mẫu, Viêng Chăn, Lào", "a, H", "a,"])(
  "of %j is not certain",
  (address) => {
    expect(addressProvince(address)).toBeUndefined();
  },
);

it("knows every province", () => {
  for (const name of provinces.values()) expect(addressProvince(`Xã Ví Dụ, ${name}`)).toBe(name);
});

it("drops the word for a kind of place only where a name begins", () => {
  for (const address of ["Xã Ví Dụ, Hà Tỉnh Nội", "Xã Ví Dụ, Hà TP.Nội", "Xã Ví Dụ, Hà Thành phố Nội"]) {
    expect(addressProvince(address)).toBeUndefined();
  }
});
