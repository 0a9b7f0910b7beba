// The family `crc`: the checksum of some bytes by each algorithm, or by the one that the line names or describes.
import { type CrcParameters, crcAlgorithms, makeCrc } from "../../protocol/bytes/crc.ts";
import { type DecodeInput, type Family, type FrameReport, type Members, UnfitLine } from "./family.ts";
import { bytesMember, flagMember, hexOf, numberMember, textMember } from "./members.ts";

interface Algorithm {
  readonly name: string;
  readonly parameters: CrcParameters;
}

const known: readonly Algorithm[] = Object.entries(crcAlgorithms).map(([name, parameters]) => ({ name, parameters }));

/** One frame for each algorithm: the bytes do not say which one was meant. `config` may name it. */
export const crc: Family = {
  decode({ parts, config }: DecodeInput): FrameReport[] {
    const bytes = Uint8Array.from(parts.flatMap((part) => [...part.bytes]));
    const chosen = algorithmOf(config);
    return (chosen === undefined ? known : [chosen]).map((algorithm) => report(bytes, algorithm));
  },
  encode(members: Members): string {
    const bytes = bytesMember(members, "hex") ?? bytesMember(members, "payloadHex");
    const algorithm = algorithmOf(members);
    if (bytes === undefined || algorithm === undefined) {
      throw new UnfitLine("Cần `payloadHex` và `algorithm` | Give `payloadHex` and `algorithm`, or its parameters");
    }
    return valueHex(bytes, algorithm.parameters);
  },
};

/** By its name; by its parameters where the name is unknown; undefined where the line has neither. */
function algorithmOf(members: Members): Algorithm | undefined {
  const name = textMember(members, "algorithm");
  const found = known.find((algorithm) => algorithm.name === name);
  const width = numberMember(members, "width");
  if (found !== undefined || (name === undefined && width === undefined)) return found;
  const polynomial = hexNumber(members, "poly_hex");
  if (width === undefined || width < 8 || width > 32 || polynomial === undefined) {
    throw new UnfitLine(
      `\`algorithm\`: ${known.map((algorithm) => algorithm.name).join(", ")}; \`width\` 8–32, \`poly_hex\``,
    );
  }
  return {
    name: name ?? "",
    parameters: {
      width,
      polynomial,
      initial: hexNumber(members, "init_hex") ?? 0,
      isReflected: flagMember(members, "reflected") ?? false,
      finalXor: hexNumber(members, "xorout_hex") ?? 0,
    },
  };
}

function hexNumber(members: Members, name: string): number | undefined {
  const bytes = bytesMember(members, name);
  return bytes?.reduce((number, byte) => ((number << 8) | byte) >>> 0, 0);
}

function report(bytes: Uint8Array, { name, parameters }: Algorithm): FrameReport {
  const { width, polynomial, initial, isReflected, finalXor } = parameters;
  return {
    kind: "frame",
    payloadHex: hexOf(bytes),
    algorithm: name,
    width,
    poly_hex: inHex(polynomial, width),
    init_hex: inHex(initial, width),
    reflected: isReflected,
    xorout_hex: inHex(finalXor, width),
    value_hex: valueHex(bytes, parameters),
  };
}

const valueHex = (bytes: Uint8Array, parameters: CrcParameters): string =>
  inHex(makeCrc(parameters)(bytes), parameters.width);

/** Whole bytes, highest first. */
const inHex = (number: number, width: number): string => number.toString(16).padStart(2 * Math.ceil(width / 8), "0");
