// The version of this build, out of package.json.
declare const TIEPDON_VERSION: string;

export const version = TIEPDON_VERSION;
