// The parameters of a simulated SSI decoder, by name and by number, and what they are when it leaves the factory.
import { type Parameter, parameter } from "../../protocol/frame/ssi/parameters.ts";

/** READERS chapter 6. Times count tenths of a second. */
export const defaultParameters = {
  beepAfterGoodDecode: 1,
  hostResponseTimeout: 20,
  softwareHandshaking: 1,
  decodeDataFormat: 0,
} as const;

export type ParameterName = keyof typeof defaultParameters;
export type DecoderParameters = Readonly<Partial<Record<ParameterName, number>>>;

const names = Object.keys(defaultParameters) as readonly ParameterName[];

/** Undefined for a value of the wrong kind. A real decoder has hundreds of parameters more: they are taken, and do nothing. */
export function withParameter(parameters: DecoderParameters, { number, value }: Parameter) {
  const name = names.find((each) => parameter[each] === number);
  if (name === undefined) return parameters;
  return value.kind === "byte" ? { ...parameters, [name]: value.value } : undefined;
}

/** The parameters asked for by number; undefined when one is not the model's. */
export function parametersOf(parameters: DecoderParameters, numbers: readonly number[]): Parameter[] | undefined {
  const found: Parameter[] = [];
  for (const number of numbers) {
    const name = names.find((each) => parameter[each] === number);
    if (name === undefined) return undefined;
    found.push({ number, value: { kind: "byte", value: parameters[name] ?? defaultParameters[name] } });
  }
  return found;
}
