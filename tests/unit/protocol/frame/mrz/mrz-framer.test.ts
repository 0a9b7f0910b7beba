// What the framer of machine-readable zones makes of each form, and of what is none.
import { describe, expect, it } from "vitest";
import {
  continuousReading,
  elyctisCommands,
  encodeElyctis,
} from "../../../../../protocol/frame/elyctis/elyctis-message.ts";
import { encodeRte6701 } from "../../../../../protocol/frame/rte6701/rte6701-block.ts";
import { frameMrz, recordMrz } from "./record-mrz.ts";

/** The fictitious card of FORMATS chapter 9, and the specimen passport of ICAO Doc 9303-4. */
const card = ["IDVNM0909999010001090999901<<1", "9003152M3003150VNM<<<<<<<<<<<2", "NGUYEN<<VAN<MAU<<<<<<<<<<<<<<<"];
const passport = ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"];
const bytes = (text: string) => Buffer.from(text, "latin1");
const message = (command: number, body: string) => encodeElyctis({ command, body: bytes(body) });

describe("bare lines", () => {
  it.each(["", "\r", "\n", "\r\n"])("of a card end with their last character, whatever parts them: %j", (end) => {
    const { framer, told } = recordMrz();
    framer.push(bytes(card.join(end)));
    expect(told.frames).toEqual([`text ${end === "" ? card.join("") : card.join("/")}`]);
    framer.push(bytes(end + card.join(end) + end));
    expect(told.frames).toHaveLength(2);
    expect(told.dropped).toEqual({});
  });

  it("of a passport end with silence", () => {
    expect(frameMrz(bytes(`${passport.join("\r\n")}\r\n`)).frames).toEqual([`silence ${passport.join("/")}`]);
  });

  it("that no zone is made of are noise up to the next beginning", () => {
    const told = frameMrz(bytes(`IDVNM0909\xff\xfe${card.join("\r")}`));
    expect(told).toEqual({ frames: [`text ${card.join("/")}`], dropped: { noise: 11 }, taken: 92 });
  });

  it("do not fill the memory with line ends", () => {
    const told = frameMrz(bytes(`A${"\n".repeat(10_000)}`));
    expect(told.dropped["overflow"]).toBe(258);
  });
});

describe("messages of Elyctis", () => {
  it("bring a zone, an answer, or nothing", () => {
    const { inquire, inquireLine } = elyctisCommands;
    const all = [message(inquire, card.join("\r")), continuousReading(true), message(inquireLine, "")];
    expect(frameMrz(Buffer.concat(all)).frames).toEqual([
      `elyctis 49 ${card.join("\r")}`,
      "elyctis 43 \u0001",
      "elyctis 4c ",
    ]);
  });

  it("are seen behind text that broke off, whose last letter is their first", () => {
    const told = frameMrz(Buffer.concat([bytes("IDVNM"), continuousReading(false)]));
    expect(told).toMatchObject({ frames: ["elyctis 43 \0"], dropped: { noise: 5 } });
  });

  it("are dropped when silence cuts them", () => {
    expect(frameMrz(message(0x49, card.join("")).subarray(0, 60))).toMatchObject({
      frames: [],
      dropped: { unfinished: 60 },
    });
  });
});

describe("blocks of 3M", () => {
  it("bring three lines, of which the upper ones may be missing", () => {
    expect(frameMrz(encodeRte6701({ flag: 0x30, lines: card })).frames).toEqual([`rte6701 48 ${card.join("/")}`]);
    expect(frameMrz(encodeRte6701({ flag: 0x30, lines: passport })).frames).toEqual([
      `rte6701 48 /${passport.join("/")}`,
    ]);
  });

  it("lose the underscores that fill a line", () => {
    const short = [card[0] ?? "", `${(card[1] ?? "").slice(0, 28)}__`, card[2] ?? ""];
    expect(frameMrz(encodeRte6701({ flag: 0, lines: short })).frames).toEqual([
      `rte6701 0 ${[short[0], (card[1] ?? "").slice(0, 28), short[2]].join("/")}`,
    ]);
  });

  it("may write their length in one byte or two, and begin their check at SOH, behind it, or behind STX", () => {
    const block = encodeRte6701({ flag: 1, lines: card });
    const check = block.at(-1) ?? 0;
    const head = block.slice(1, 5).reduce((sum, byte) => sum ^ byte, 0);
    for (const other of [check, check ^ 0x01, check ^ head]) {
      expect(frameMrz(Uint8Array.of(...block.slice(0, -1), other)).frames).toHaveLength(1);
    }
    const wide = Uint8Array.of(0x01, block.length, 0, ...block.slice(2, -1), check ^ block.length ^ block.length);
    expect(frameMrz(wide).frames).toEqual([`rte6701 1 ${card.join("/")}`]);
  });

  it("with a wrong check are dropped whole", () => {
    const block = encodeRte6701({ flag: 1, lines: card });
    block[40] = (block[40] ?? 0) ^ 0x04;
    expect(frameMrz(block)).toEqual({ frames: [], dropped: { "bad-checksum": block.length }, taken: 0 });
  });

  it("are not taken for begun by a stray SOH: what follows it is read", () => {
    const answer = continuousReading(true);
    expect(frameMrz(Buffer.concat([Uint8Array.of(0x01, 0x01), answer])).frames).toEqual(["elyctis 43 \u0001"]);
    expect(frameMrz(Buffer.concat([Uint8Array.of(0x01), bytes(card.join("\r"))])).frames).toHaveLength(1);
  });

  it("without an end are given up at their limit", () => {
    const told = frameMrz(Uint8Array.of(0x01, 0x05, 0x4f, 0x55, 0x02, ...Array<number>(400).fill(0xff)));
    expect(told.dropped["bad-length"]).toBe(1);
    expect(Object.values(told.dropped).reduce((sum, count) => sum + count)).toBe(405);
  });
});

it("counts what was begun when the line closes", () => {
  const { framer, told } = recordMrz();
  framer.push(bytes("IDVNM"));
  framer.close();
  expect(told.dropped).toEqual({ closed: 5 });
  expect(framer.isPending).toBe(false);
});
