// The shape of a ReaderLink message's field table, and the TypeScript type that follows from one.

/** Number in protobuf, never given to another field; the limits keep a receiver's buffers fixed. */
export type Field =
  | { readonly kind: "uint32" | "sint32" | "flag"; readonly number: number }
  | { readonly kind: "bytes" | "text"; readonly number: number; readonly bytesMax: number }
  | { readonly kind: "texts"; readonly number: number; readonly itemsMax: number; readonly bytesMax: number }
  | { readonly kind: "uint32s"; readonly number: number; readonly itemsMax: number }
  /** Sent as the position in `values`; the first one also stands for numbers that the table does not know. */
  | { readonly kind: "choice"; readonly number: number; readonly name: string; readonly values: readonly string[] };

export type Fields = Readonly<Record<string, Field>>;

export interface Message {
  /** As the .proto file writes it. */
  readonly name: string;
  readonly fields: Fields;
}

type ValueOf<F extends Field> = F extends { readonly values: readonly (infer Value)[] }
  ? Value
  : F extends { readonly kind: "uint32" | "sint32" }
    ? number
    : F extends { readonly kind: "flag" }
      ? boolean
      : F extends { readonly kind: "bytes" }
        ? Uint8Array
        : F extends { readonly kind: "texts" }
          ? readonly string[]
          : F extends { readonly kind: "uint32s" }
            ? readonly number[]
            : string;

/** Every member is there: what the wire leaves out is 0, false or empty. */
export type MessageOf<M extends Message> = { readonly [Name in keyof M["fields"]]: ValueOf<M["fields"][Name]> };
