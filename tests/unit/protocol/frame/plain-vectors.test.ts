// The byte vectors of plain readers and of TCP device servers.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type PlainFraming, type Terminator, terminators } from "../../../../protocol/frame/plain-framing.ts";
import { recordFrames } from "./record-frames.ts";

interface Vector {
  readonly id: string;
  readonly hex?: string;
  readonly bytes?: readonly { readonly hex: string }[];
  readonly config?: { readonly framing: { readonly end: readonly string[]; readonly aim?: PlainFraming["aim"] } };
  readonly expect: {
    readonly scans?: readonly { readonly data: string; readonly endedBy: string; readonly aim?: string }[];
    readonly rawTcp?: { readonly data_hex: string };
  };
}

const file = new URL("../../../golden/readers/plain.json", import.meta.url);
const { vectors }: { vectors: readonly Vector[] } = JSON.parse(readFileSync(file, "utf8"));

const isTerminator = (name: string): name is Terminator => Object.hasOwn(terminators, name);

describe("plain vectors", () => {
  it("are all there", () => expect(vectors).toHaveLength(6));

  it.each(vectors.filter((vector) => vector.expect.scans))("$id", ({ bytes, config, expect: { scans } }) => {
    const end = config?.framing.end.filter(isTerminator) ?? [];
    const { framer, told } = recordFrames({ terminators: end, aim: config?.framing.aim ?? "none" });
    for (const { hex } of bytes ?? []) framer.push(Buffer.from(hex, "hex"));
    framer.idle();
    const expected = scans?.map(({ data, ...facts }) => ({ scan: Buffer.from(data).toString("latin1"), ...facts }));
    expect(told).toEqual(expected);
  });

  it.each(vectors.filter((vector) => vector.expect.rawTcp))("$id", ({ hex = "", expect: { rawTcp } }) => {
    const { framer, told } = recordFrames({ refuseTelnet: true });
    framer.push(Buffer.from(hex, "hex"));
    const stream = told.map((each) => ("scan" in each ? `${each.scan}\r` : "")).join("");
    expect(Buffer.from(stream, "latin1").toString("hex")).toBe(rawTcp?.data_hex);
  });
});
