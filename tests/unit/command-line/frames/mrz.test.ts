// What `tiepdon frames` says of machine-readable zones beyond the golden vectors: other forms, other sizes, errors.
import { describe, expect, it } from "vitest";
import { elyctis } from "../../../../command-line/frames/elyctis.ts";
import type { Family } from "../../../../command-line/frames/family.ts";
import { mrz } from "../../../../command-line/frames/mrz.ts";
import { encodeElyctis } from "../../../../protocol/frame/elyctis/elyctis-message.ts";
import { encodeRte6701 } from "../../../../protocol/frame/rte6701/rte6701-block.ts";

const lines = ["IDVNM0909999010001090999901<<1", "9003152M3003150VNM<<<<<<<<<<<2", "NGUYEN<<VAN<MAU<<<<<<<<<<<<<<<"];
const passport = ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"];
const checkDigits = { documentNumber: "0", birth: "2", expiry: "0", composite: "2" };
const bytes = (text: string) => Buffer.from(text, "latin1");
const decode = (family: Family, ...parts: readonly Uint8Array[]) =>
  family.decode({ parts: parts.map((part) => ({ role: "chunk", bytes: part })), config: {} });

describe("mrz", () => {
  it.each(["none", "cr", "lf", "crlf"] as const)("with the line end %s comes back as it was", (lineEnd) => {
    const all = bytes(lines.join({ none: "", cr: "\r", lf: "\n", crlf: "\r\n" }[lineEnd]));
    const [frame = { kind: "incomplete", bytes: 0 }] = decode(mrz, all);
    expect(frame).toMatchObject({ kind: "frame", lines, checkDigits, valid: true, lineEnd });
    expect(mrz.encode(frame)).toBe(all.toString("hex"));
  });

  it("of a passport has a check digit more", () => {
    expect(decode(mrz, bytes(passport.join("\r\n")))).toMatchObject([
      {
        kind: "frame",
        lines: passport,
        checkDigits: { personalNumber: "1", composite: "0" },
        valid: true,
        size: "TD3",
      },
    ]);
  });

  it("inside messages of Elyctis and blocks of 3M is the same zone", () => {
    const message = encodeElyctis({ command: 0x49, body: bytes(lines.join("\r")) });
    const block = encodeRte6701({ flag: 0x30, lines });
    for (const all of [message, block]) expect(decode(mrz, all)).toMatchObject([{ kind: "frame", lines, valid: true }]);
    const [frame = { kind: "incomplete", bytes: 0 }] = decode(mrz, block);
    expect(mrz.encode(frame)).toBe(Buffer.from(block).toString("hex"));
  });

  it("with a wrong digit is discarded, and what is cut off is incomplete", () => {
    expect(decode(mrz, bytes(lines.join("").replace("900315", "900316")))).toMatchObject([
      { kind: "discarded", why: "bad-checksum", bytes: 90, valid: false },
    ]);
    expect(decode(mrz, bytes(lines.join("").slice(0, 61)))).toEqual([{ kind: "incomplete", bytes: 61 }]);
    expect(decode(mrz, encodeElyctis({ command: 0x49, body: bytes("IDVNM") }))).toMatchObject([
      { kind: "discarded", why: "bad-length" },
    ]);
  });

  it("is written with the check digits that belong there", () => {
    const without = [lines[0]?.replace("9010001", "9019001") ?? "", lines[1]?.replace(/2$/, "9") ?? "", lines[2] ?? ""];
    expect(mrz.encode({ lines: without })).toBe(bytes(lines.join("")).toString("hex"));
    expect(() => mrz.encode({ lines: ["short"] })).toThrow(/3 × 30/);
    expect(() => mrz.encode({ lines: [5] })).toThrow(/strings/);
  });
});

describe("elyctis", () => {
  it("tells questions, answers and zones apart, in any pieces", () => {
    const all = Buffer.concat([
      Buffer.from("43000100490000", "hex"),
      encodeElyctis({ command: 0x49, body: bytes(lines.join("\r")) }),
    ]);
    const frames = decode(elyctis, all.subarray(0, 5), all.subarray(5, 30), all.subarray(30));
    expect(frames).toMatchObject([
      { command: "continuous", continuous: false, rearmAfterRead: false },
      { command: "inquire", length: 0 },
      { command: "inquire", length: 92, lines, checkDigits, valid: true },
    ]);
    expect(frames.map((frame) => elyctis.encode(frame)).join("")).toBe(all.toString("hex"));
  });

  it("keeps letters that it does not know, and refuses what can't be written", () => {
    const [frame = { kind: "incomplete", bytes: 0 }] = decode(elyctis, Buffer.from("50000101", "hex"));
    expect(frame).toMatchObject({ kind: "frame", command: "50", payloadHex: "01" });
    expect(elyctis.encode(frame)).toBe("50000101");
    expect(() => elyctis.encode({ command: "other" })).toThrow(/command/);
    expect(() => elyctis.encode({ payloadHex: "00".repeat(256) })).toThrow(/255/);
  });

  it("leaves a message that broke off incomplete", () => {
    expect(decode(elyctis, Buffer.from("49005a41", "hex"))).toEqual([{ kind: "incomplete", bytes: 4 }]);
  });
});
