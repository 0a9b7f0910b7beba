// What `tiepdon frames --protocol hidpos` says beyond the golden vectors.
import { describe, expect, it } from "vitest";
import { type Members, UnfitLine } from "../../../../command-line/frames/family.ts";
import { hidpos } from "../../../../command-line/frames/hidpos.ts";
import { exampleDescriptor } from "../../protocol/frame/hid-pos/example-descriptor.ts";
import { newland, reportsOf } from "../../protocol/frame/hid-pos/record-assembly.ts";

const decode = (reports: readonly Uint8Array[], config: Members = {}) =>
  hidpos.decode({ parts: reports.map((bytes) => ({ role: "report", bytes })), config });
const long = "0123456789".repeat(15);
const frame = (text: string) => ({ kind: "frame", payloadHex: Buffer.from(text).toString("hex"), data: text });

describe("the family hidpos", () => {
  it("reads by a descriptor, in the configuration or among the parts", () => {
    const descriptor = exampleDescriptor.toString("hex");
    expect(decode(reportsOf(long), { descriptor, layout: "newland-64" })).toMatchObject([frame(long)]);
    const parts = [
      { role: "descriptor", bytes: exampleDescriptor },
      ...reportsOf("A").map((bytes) => ({ role: "report", bytes })),
    ];
    expect(hidpos.decode({ parts, config: {} })).toMatchObject([{ ...frame("A"), aim: "]Q1", codeId: "73" }]);
  });

  it("reads reports that stand one behind the other", () => {
    const bytes = Buffer.concat([...reportsOf(long), ...reportsOf("B")]);
    expect(decode([bytes], { layout: "honeywell-64" })).toMatchObject([frame(long), frame("B")]);
  });

  it("says that a scan is incomplete, broken, or an answer", () => {
    const config = { layout: "honeywell-64" };
    expect(decode(reportsOf(long).slice(0, 2), config)).toEqual([{ kind: "incomplete", bytes: 112 }]);
    expect(
      decode(
        reportsOf("x").map((report) => report.fill(57, 1, 2)),
        config,
      ),
    ).toEqual([{ kind: "discarded", why: "bad-length", bytes: 64 }]);
    expect(decode(reportsOf("REVINF", "]Z6"), config)).toEqual([{ kind: "discarded", why: "not-a-scan", bytes: 6 }]);
    expect(decode(reportsOf("ok", "]X0"), { ...config, commandPending: true })).toMatchObject([{ why: "not-a-scan" }]);
    expect(decode([Buffer.from("fdff16", "hex")])).toEqual([{ kind: "discarded", why: "bad-length", bytes: 3 }]);
  });

  it("keeps a terminator where the profile wants it, and names the one that it takes off", () => {
    const reports = reportsOf("A\r\n", "", newland);
    expect(decode(reports, { layout: "newland-64" })).toMatchObject([{ ...frame("A"), terminator: "crlf", aim: null }]);
    const framing = { stripTerminator: false };
    expect(decode(reports, { layout: "newland-64", framing })).toMatchObject([frame("A\r\n")]);
  });

  it("says so when a scan is no UTF-8", () => {
    const [report] = decode(reportsOf("\xff\xfe"), { layout: "honeywell-64" });
    expect(report).toMatchObject({ payloadHex: "fffe", data_hex: "fffe" });
    expect(report).not.toHaveProperty("data");
  });

  it("writes what a reader would send, and what a host would", () => {
    const members = { scans: [{ aim: "]Q1", symbology: "QR", data: long }], config: { layout: "honeywell-64" } };
    const written = hidpos.encode(members);
    expect(written).toEqual(
      reportsOf(long).map((report) => ({ role: "report", hex: Buffer.from(report).toString("hex") })),
    );
    expect(hidpos.encode({ reportKind: "output", reportId: "04", command_hex: "015404" })).toBe("0403015404");
  });

  it.each<Members>([
    { reportKind: "output", reportId: "07", command_hex: "00" },
    { reportKind: "output", reportId: "fd", command_hex: "00".repeat(63) },
    { reportKind: "feature", reportId: "fe", value: 256 },
    { scans: ["text"] },
    { aim: "]Q1" },
    { data: "x", layout: "zebra-64" },
  ])("refuses %j", (members) => {
    expect(() => hidpos.encode(members)).toThrow(UnfitLine);
  });
});
