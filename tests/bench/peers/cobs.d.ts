// The two functions of the package cobs that the benchmarks and tests use; it brings no types.
declare module "cobs" {
  const cobs: { encode(bytes: Uint8Array): Uint8Array; decode(bytes: Uint8Array): Uint8Array };
  // biome-ignore lint/style/noDefaultExport: a CommonJS package has no other
  export default cobs;
}
