// Makes identity unreadable for screens: enough to see that something came, too little to know who.

const dots = "•••••";

/** `001•••••3456`: the place of registration and the last four. Short numbers lose all but the last two. */
export function maskNumber(number: string): string {
  return number.length >= 9 ? `${number.slice(0, 3)}${dots}${number.slice(-4)}` : `${dots}${number.slice(-2)}`;
}

/** The first letter of each word of a name: `N••• V••• A•••`. */
export function maskName(name: string): string {
  return name
    .split(" ")
    .map((word) => `${[...word][0] ?? ""}•••`)
    .join(" ");
}
