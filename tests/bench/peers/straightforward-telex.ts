// Every hexadecimal text that a Vietnamese Telex input method may have turned into what arrived, written straight down.

/** What the letters typed may have been, by the letter that arrived. Upper case alike. */
const typedFor: Readonly<Record<string, readonly string[]>> = {
  â: ["aa"],
  à: ["af"],
  ầ: ["aaf", "afa"],
  ê: ["ee"],
  è: ["ef"],
  ề: ["eef", "efe"],
  đ: ["dd"],
};

/** Texts that are tried for one field: six ambiguous letters, of which real names and addresses have one or two. */
const alternativesMax = 64;

const isHexDigit = (character: string): boolean => /^[0-9a-f]$/i.test(character);

/**
 * Every text that may have been typed for `arrived`, which is NFC. Empty where nothing was changed by Telex, where a
 * character is neither a hex digit nor in the table, or where there are too many.
 */
export function telexAlternatives(arrived: string): readonly string[] {
  if (!/[âàầêèềđ]/i.test(arrived)) return [];
  let alternatives = [""];
  for (const character of arrived) {
    const typed = isHexDigit(character) ? [character] : typedFor[character.toLowerCase()];
    if (typed === undefined) return [];
    if (alternatives.length * typed.length > alternativesMax) return [];
    alternatives = typed.flatMap((letters) => alternatives.map((before) => before + letters));
  }
  return alternatives;
}
