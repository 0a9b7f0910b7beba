// The form of a name in which two sources can be compared: no marks, upper case.

/** NFD without the marks U+0300–036F, đ and Đ as D, upper case. For comparing only: never show or store it as the name. */
export function matchingName(name: string): string {
  return name
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[đĐ]/g, "d")
    .toUpperCase();
}
