// Which common names are names, and which of them are desks.
import { expect, test } from "vitest";
import { certifiedDeskOf, certifiedDeskUser, commonNameOf, deskOf } from "../../../../broker/tls/certificate-name.ts";

test.each([
  ["38xxx:quay-01", "38xxx:quay-01"],
  ["his", "his"],
  [["his", "it"], undefined], // which of them?
  [undefined, undefined],
  ["", undefined],
  ["Nguyen Van A", undefined],
  ["001090999901", undefined], // a person's certificate
  ["his\0it", undefined],
  ["a".repeat(65), undefined],
])("the common name %j is %j", (CN, name) => {
  expect(commonNameOf(CN === undefined ? {} : { CN })).toBe(name);
});

test.each([
  ["38xxx:quay-01", { role: "desk", facility: "38xxx", desk: "quay-01" }],
  ["38xxx:quay-01:it", undefined],
  ["38xxx:", undefined],
  ["38XXX:quay-01", undefined],
  ["38xxx:+", undefined],
  ["his", undefined],
])("%j is the desk %j", (name, desk) => {
  expect(deskOf(name)).toEqual(desk);
});

test("the owner of a certified desk's sessions is no possible user of the file", () => {
  expect(certifiedDeskUser("38xxx:quay-01")).not.toMatch(/^[A-Za-z0-9][A-Za-z0-9._:@-]{0,63}$/);
  expect(certifiedDeskOf(certifiedDeskUser("38xxx:quay-01"))?.desk).toBe("quay-01");
  expect(certifiedDeskOf("38xxx:quay-01")).toBeUndefined();
});
