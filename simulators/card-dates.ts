// Writes ISO dates as documents write them; dates without their day or month, too.

/** ddMMyyyy, MMyyyy or yyyy, as the QR of identity cards has them. */
export const digitDate = (isoDate: string): string => partsOf(isoDate).join("");

/** dd/MM/yyyy, MM/yyyy or yyyy, as insurance cards and chips have them. */
export const writtenDate = (isoDate: string): string => partsOf(isoDate).join("/");

/** yyMMdd with fillers for what is not known, as machine-readable zones have them. */
export const zoneDate = (isoDate: string): string => {
  const [year = "", month = "<<", day = "<<"] = isoDate.split("-");
  return year.slice(2) + month + day;
};

const partsOf = (isoDate: string): readonly string[] => isoDate.split("-").toReversed();
