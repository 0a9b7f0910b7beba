// What may be configured of the list of certified readers, and in which words faults are told.
import { expect, it } from "vitest";
import { registryConfigSchema } from "../../../../agent/registry/registry-config.ts";
import { describeFaults } from "../../../../service/config-fault.ts";
import { loadConfig } from "../../../../service/load-config.ts";

const x = "MkjYwUj3_9ROHuLHfaWxAS36mjKWvEsXt0UtgxDKNxM";

it("is a desk that warns and takes no list, where nothing is configured", () => {
  expect(registryConfigSchema.parse(undefined)).toEqual({ policy: "warn", keys: [], overrides: [] });
});

it("is what a facility writes", () => {
  const config = {
    ...{
      policy: "refuse",
      keys: [
        { kid: "reg-2026a", x },
        { kid: "reg-2027a", x },
      ],
      file: "/etc/tiepdon/registry.jws",
    },
    overrides: [{ reader: "qr-2", reason: "chờ giấy mới", by: "cntt-02", until: "2026-12-31" }],
  };
  expect(registryConfigSchema.parse(config)).toEqual(config);
});

it.each([
  ["policy: refuse", "needs a key"],
  ["policy: ask", "warn"],
  [`keys: [{ kid: a, x: ${x} }, { kid: a, x: ${x} }]`, "share a kid"],
  [`keys: [{ kid: a, x: ${x} }, { kid: b, x: ${x} }, { kid: c, x: ${x} }]`, "at most 2"],
  [`keys: [{ kid: a, x: ${x.slice(1)} }]`, "43 characters"],
  [`keys: [{ kid: a, x: ${"A".repeat(43)} }]`, "anybody can sign"],
  [`keys: [{ kid: "a b", x: ${x} }]`, "letters, digits"],
  ["overrides: [{ reader: QR1, reason: x, by: y, until: 2026-12-31 }]", "reader"],
  ["overrides: [{ reader: qr-1, reason: x, by: y, until: 31/12/2026 }]", "2026-11-01"],
  ["overrides: [{ reader: qr-1, by: y, until: 2026-12-31 }]", "reason"],
  ["override: []", "overrides"],
])("%s is a fault", (text, words) => {
  const loaded = loadConfig(text, "tiepdon.yaml", registryConfigSchema);
  expect(loaded.kind === "faulty" ? describeFaults(loaded.faults) : "no fault").toContain(words);
});
