// The three functions of Reflect that the dependency injection of @peculiar/x509 asks for when it is loaded; it needs no answers.

const reflect: Record<string, unknown> = Reflect as never;
reflect["getMetadata"] ??= () => undefined;
reflect["getOwnMetadata"] ??= () => undefined;
reflect["defineMetadata"] ??= () => undefined;
