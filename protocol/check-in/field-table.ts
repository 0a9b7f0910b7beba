// The shape of a field table, and the TypeScript types that follow from one.

interface FieldFacts {
  /** The field's number in protobuf. Never given to another field, even after this one is gone. */
  readonly number: number;
  readonly required: boolean;
  readonly description: string;
}

export interface TextField extends FieldFacts {
  readonly kind: "text";
  /** The only values there are; a new one needs a new major version. */
  readonly values?: readonly string[];
  /** A regular expression of ECMA-262, as JSON Schema wants it. */
  readonly pattern?: string;
  readonly charactersMax?: number;
}

export interface TextsField extends FieldFacts {
  readonly kind: "texts";
  readonly pattern?: string;
}

export interface CountField extends FieldFacts {
  readonly kind: "count";
  readonly values?: readonly number[];
}

export interface MessageField extends FieldFacts {
  readonly kind: "message";
  readonly message: Message;
}

export type Field = TextField | TextsField | CountField | MessageField;
export type Fields = Readonly<Record<string, Field>>;

/** A named group of fields: an object in JSON, a message in protobuf. Members stand in the order of the table. */
export interface Message {
  readonly name: string;
  readonly description: string;
  readonly fields: Fields;
}

/** The value that a field of the table holds. */
type ValueOf<F extends Field> = F extends { readonly message: infer M extends Message }
  ? MessageOf<M>
  : F extends { readonly values: readonly (infer Value)[] }
    ? Value
    : F extends { readonly kind: "texts" }
      ? readonly string[]
      : F extends { readonly kind: "count" }
        ? number
        : string;

type Required<F extends Fields> = { [Name in keyof F]: F[Name]["required"] extends true ? Name : never }[keyof F];

/** The object that a message's table describes. An optional member is absent when it is not known, never empty or null. */
export type MessageOf<M extends Message> = {
  readonly [Name in Required<M["fields"]>]: ValueOf<M["fields"][Name]>;
} & {
  readonly [Name in Exclude<keyof M["fields"], Required<M["fields"]>>]?: ValueOf<M["fields"][Name]>;
};
