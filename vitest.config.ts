// Runs every test of the project; the product is built once before the first one.
import { defineConfig } from "vitest/config";

// biome-ignore lint/style/noDefaultExport: vitest reads its configuration from the default export
export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    globalSetup: ["tests/build-product.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 4, // on two cores, too: scenarios mostly wait for a terminal, a broker or a timer
  },
});
