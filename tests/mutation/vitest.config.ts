// The tests by which mutants of protocol/document are judged: its unit tests, which wait for nothing and need no product.
import { defineConfig } from "vitest/config";

// biome-ignore lint/style/noDefaultExport: vitest reads its configuration from the default export
export default defineConfig({
  test: {
    testTimeout: 30_000, // mutants and their bookkeeping make everything slower
    include: ["tests/unit/protocol/{document,bytes}/**/*.test.ts", "tests/unit/command-line/explain-reading.test.ts"],
  },
});
