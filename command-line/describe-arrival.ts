// One event in two short words for a screen: what came, and who, masked unless asked otherwise.
import { maskName, maskNumber } from "./mask.ts";

export interface ArrivalWords {
  readonly what: string;
  readonly who: string;
}

interface EventMembers {
  readonly type?: string;
  readonly sequence?: string;
  readonly data?: {
    readonly method?: string;
    readonly reason?: string;
    readonly person?: { readonly number?: string; readonly oldNumber?: string; readonly name?: string };
    readonly insurance?: { readonly insuranceNumber?: string };
    readonly warnings?: readonly string[];
    readonly reader?: { readonly certification?: string };
  };
}

/** `json` is an event as it is published. Text that is no event gives `?`, and nothing of it is shown. */
export function describeArrival(json: string, reveal = false): ArrivalWords {
  const event = parse(json);
  if (event === undefined) return { what: "?", who: "" };
  const { method, reason, person, insurance, reader, warnings = [] } = event.data ?? {};
  const marks = [...warnings, ...uncertifiedMark(reader?.certification)];
  const number = person?.number ?? insurance?.insuranceNumber ?? person?.oldNumber;
  const words = [
    number === undefined ? undefined : reveal ? number : maskNumber(number),
    person?.name === undefined ? undefined : reveal ? person.name : maskName(person.name),
    marks.length === 0 ? undefined : `[${marks.join(", ")}]`,
  ];
  const what = `${event.sequence ?? ""} ${method ?? reason ?? event.type ?? "?"}`.trim();
  return { what, who: words.filter((word) => word !== undefined).join("  ") };
}

/** A desk that uses no list of certified readers has not asked. */
function uncertifiedMark(certification = "no-registry"): string[] {
  const isAsked = !certification.startsWith("no-registry");
  return isAsked && !certification.startsWith("certified") ? [`uncertified: ${certification}`] : [];
}

function parse(json: string): EventMembers | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null ? (value as EventMembers) : undefined;
  } catch {
    return undefined;
  }
}
