// The SSI driver byte by byte: what it sends, when it acknowledges, and what it makes of every kind of message.
import { describe, expect, it } from "vitest";
import { crc32c } from "../../../../protocol/bytes/crc32c.ts";
import type { Driver } from "../../../../protocol/driver/driver.ts";
import type { ScanParts } from "../../../../protocol/driver/scan-parts.ts";
import { type SsiOptions, ssiDriver } from "../../../../protocol/driver/ssi-driver.ts";
import type { TakenScans } from "../../../../protocol/driver/taken-scans.ts";
import { opcode } from "../../../../protocol/frame/ssi/opcodes.ts";
import { encodePacket, source, status } from "../../../../protocol/frame/ssi/packet.ts";
import { MemoryHost } from "../../../fixtures/driver-host.ts";
import { profileWith } from "../../../fixtures/profiles.ts";

const hex = (text: string) => new Uint8Array(Buffer.from(text, "hex"));
const decoder = (code: number, data: readonly number[] = [], bits = 0) =>
  encodePacket({ opcode: code, source: source.decoder, status: bits, data: Uint8Array.from(data) });
const ackFromDecoder = decoder(opcode.CMD_ACK);
const nakFromDecoder = (cause: number) => decoder(opcode.CMD_NAK, [cause]);
const revision = decoder(opcode.REPLY_REVISION, [...Buffer.from("NBRABC-001-R00 08 DS\0")]);
const qr = (text: string, bits = 0) => decoder(opcode.DECODE_DATA, [0x1c, ...Buffer.from(text)], bits);

const sent = {
  ack: "04d00400ff28",
  nakResend: "05d1040001ff25",
  nakBadContext: "05d1040002ff24",
  nakCancel: "05d104000aff1c",
  segmentAck: "04740400ff84",
  disable: "04ea0400ff0e",
  enable: "04e90400ff0f",
  packets: "07c60400ffee01fd41",
  handshaking: "07c60400ff9f01fd90",
  revision: "04a30400ff55",
};

const nothingTaken: TakenScans = { crcOf: () => undefined, last: () => undefined };

interface Line {
  readonly host: MemoryHost;
  readonly driver: Driver;
  /** What was written since the last call, packet by packet in hexadecimal. */
  readonly news: () => string[];
}

function opening(options: Partial<SsiOptions> = {}): Line {
  const host = new MemoryHost();
  const driver = host.run((to) =>
    ssiDriver(to, {
      profile: options.profile ?? profileWith({ driver: "ssi", framing: { end: [], aim: "none" } }),
      taken: options.taken ?? nothingTaken,
      parts: options.parts,
    }),
  );
  let seen = 0;
  const news = () => {
    const fresh = host.written.slice(seen).map((bytes) => Buffer.from(bytes).toString("hex"));
    seen = host.written.length;
    return fresh;
  };
  return { host, driver, news };
}

function ready(options: Partial<SsiOptions> = {}): Line {
  const line = opening(options);
  while (line.host.reports.length === 0) {
    const [last = ""] = line.news().slice(-1);
    line.host.receive(last.includes(sent.revision) ? revision : ackFromDecoder);
  }
  line.news();
  return line;
}

describe("the opening", () => {
  it("disarms, asks for packets and handshaking, then for the revision; nothing is flushed", () => {
    const { host, news } = opening();
    expect(news()).toEqual([sent.disable]);
    host.receive(ackFromDecoder);
    expect(news()).toEqual([sent.packets]);
    host.receive(ackFromDecoder);
    expect(news()).toEqual([sent.handshaking]);
    host.receive(ackFromDecoder);
    expect(news()).toEqual([sent.revision]);
    expect(host.reports).toEqual([]);
    host.receive(revision);
    expect(host.reports).toEqual([{ firmware: "NBRABC-001-R00 08 DS" }]);
    expect(news()).toEqual([]);
  });

  it("sends the profile's own settings after ours", () => {
    const profile = profileWith({ driver: "ssi", init: [hex("c6ff3800")] });
    const { host, news } = opening({ profile });
    for (let step = 0; step < 3; step += 1) host.receive(ackFromDecoder);
    expect(news().at(-1)).toBe("07c60400ff3800fdf8");
  });

  it("sends a wake-up byte before every message where the line has no handshaking of its own", () => {
    const { host, news } = opening({ profile: profileWith({ driver: "ssi", quirks: ["rs232-wakeup"] }) });
    expect(news()).toEqual([`00${sent.disable}`]);
    host.receive(qr("A"));
    expect(news()).toEqual([`00${sent.ack}`]);
  });

  it("goes on when the reader refuses a setting, and says so", () => {
    const { host, news } = opening();
    host.receive(nakFromDecoder(6));
    expect(news()).toEqual([sent.disable, sent.packets]);
    expect(host.faults).toEqual(["setup-refused"]);
  });

  it("is ready without a firmware when the reader won't tell its revision", () => {
    const { host } = opening();
    for (let step = 0; step < 3; step += 1) host.receive(ackFromDecoder);
    host.receive(nakFromDecoder(2));
    expect(host.reports).toEqual([{}]);
    expect(host.faults).toEqual([]);
  });

  it("sends again twice with the retransmit bit after two seconds each, then fails", () => {
    const { host, news } = opening();
    host.pass(1_999);
    expect(news()).toEqual([sent.disable]);
    host.pass(1);
    expect(news()).toEqual(["04ea0401ff0d"]);
    host.pass(2_000);
    expect(news()).toEqual(["04ea0401ff0d"]);
    host.pass(1_999);
    expect(host.failures).toEqual([]);
    host.pass(1);
    expect(host.failures).toEqual(["handshake-failed"]);
    host.receive(ackFromDecoder);
    expect(news()).toEqual([]);
  });

  it("takes a scan that the reader held, acknowledges it once it is kept, and then goes on", () => {
    const { host, news } = opening();
    host.outcome = undefined;
    host.receive(qr("HELD", status.retransmit));
    host.receive(ackFromDecoder);
    expect(host.payloads).toEqual(["HELD"]);
    expect(news()).toEqual([sent.disable]); // the scan is owed an answer: nothing else is begun
    host.outcome = "accepted";
    host.pass(1_500);
    host.receive(qr("HELD 2", status.retransmit));
    expect(news()).toEqual([sent.nakResend, sent.ack, sent.packets]);
    expect(host.reports).toEqual([]);
  });
});

describe("a scan", () => {
  it("is delivered with its symbology, and acknowledged when it is settled, not before", () => {
    const { host, news } = ready();
    host.outcome = "accepted";
    const text = "001090999901|mẫu";
    host.receive(qr(text));
    const [scan] = host.scans;
    expect(scan).toMatchObject({ symbology: "QRCode", endedBy: "packet" });
    expect(scan?.link).toEqual({ boot: "", seq: 0, crc: crc32c(new TextEncoder().encode(text)) });
    expect(news()).toEqual([sent.ack]);
  });

  it.each(["accepted", "repeated", "rejected"] as const)("that is %s is acknowledged", (outcome) => {
    const { host, news } = ready();
    host.outcome = outcome;
    host.receive(qr("A"));
    expect(news()).toEqual([sent.ack]);
  });

  it("that can't be kept is refused when the hold is over", () => {
    const { host, news } = ready();
    host.outcome = "wait";
    host.receive(qr("A"));
    host.pass(1_499);
    expect(news()).toEqual([]);
    host.pass(1);
    expect(news()).toEqual([sent.nakResend]);
  });

  it("about which the host says nothing is refused after 1.5 s, again after each resend, and delivered once", () => {
    const { host, news } = ready();
    host.outcome = undefined;
    host.receive(qr("A"));
    host.pass(1_500);
    expect(news()).toEqual([sent.nakResend]);
    host.receive(qr("A", status.retransmit));
    host.pass(1_499);
    expect(news()).toEqual([]);
    host.pass(1);
    expect(news()).toEqual([sent.nakResend]);
    expect(host.payloads).toEqual(["A"]);
  });

  it("that was refused because it could not be kept is delivered anew when it comes again", () => {
    const { host, news } = ready();
    host.outcome = "wait";
    host.receive(qr("A"));
    host.pass(1_500);
    host.outcome = "accepted";
    host.receive(qr("A", status.retransmit));
    expect(host.payloads).toEqual(["A", "A"]);
    expect(news()).toEqual([sent.nakResend, sent.ack]);
  });

  it("that comes again after its acknowledgement was lost is acknowledged again, not delivered", () => {
    const { host, news } = ready();
    host.receive(qr("A"));
    host.receive(qr("A", status.retransmit));
    expect(host.payloads).toEqual(["A"]);
    expect(news()).toEqual([sent.ack, sent.ack]);
  });

  it("of the same code without the retransmit bit is somebody who shows it again", () => {
    const { host, news } = ready();
    host.receive(qr("A"));
    host.pass(301);
    host.receive(qr("A"));
    expect(host.payloads).toEqual(["A", "A"]);
    expect(news()).toEqual([sent.ack, sent.ack]);
  });

  it("that the line doubled is taken once and answered once", () => {
    const { host, news } = ready();
    host.receive(Buffer.concat([qr("A"), qr("A")]));
    host.receive(qr("A"));
    expect(host.payloads).toEqual(["A"]);
    expect(news()).toEqual([sent.ack]);
  });

  it("of another code with the retransmit bit is delivered: the first one broke on its way", () => {
    const { host } = ready();
    host.receive(qr("A"));
    host.receive(qr("B", status.retransmit));
    expect(host.payloads).toEqual(["A", "B"]);
  });

  it("of the same code with the retransmit bit a long time later is delivered", () => {
    const { host } = ready();
    host.receive(qr("A"));
    host.pass(60_001);
    host.receive(qr("A", status.retransmit));
    expect(host.payloads).toEqual(["A", "A"]);
  });

  it("that is on the disk since before the restart is acknowledged, not delivered", () => {
    const crc = crc32c(new TextEncoder().encode("A"));
    const taken: TakenScans = {
      crcOf: (boot, seq) => (boot === "" && seq === 0 ? crc : undefined),
      last: () => undefined,
    };
    const { host, news } = opening({ taken });
    host.receive(qr("A", status.retransmit));
    host.receive(qr("B", status.retransmit));
    expect(host.payloads).toEqual(["B"]);
    expect(news()).toEqual([sent.disable, sent.ack, sent.ack]);
  });

  it.each([
    ["none", "]Q1A", undefined],
    ["optional", "A", "]Q1"],
    ["required", "A", "]Q1"],
  ] as const)("with a symbology identifier is taken as the profile says: %s", (aim, text, found) => {
    const { host } = ready({ profile: profileWith({ driver: "ssi", framing: { aim } }) });
    host.receive(qr("]Q1A"));
    expect(host.payloads).toEqual([text]);
    expect(host.scans[0]?.aim).toBe(found);
  });

  it("loses the terminator that its profile names, and no other byte", () => {
    const profile = profileWith({ driver: "ssi", framing: { end: ["cr"], stripTerminator: true } });
    const { host } = ready({ profile });
    host.receive(qr("A\r\r"));
    expect(host.payloads).toEqual(["A\r"]);
  });
});

describe("what is no scan", () => {
  it.each([
    ["a no-read report", decoder(opcode.DECODE_DATA, [1, 0x4e, 0x52]), "no-read", sent.ack],
    ["an empty scan", decoder(opcode.DECODE_DATA, [0x1c]), "empty", sent.ack],
    ["an event", decoder(opcode.EVENT, [0x20]), "not-a-scan", sent.ack],
    ["an image", decoder(opcode.IMAGE_DATA, [1, 2, 3]), "not-a-scan", sent.nakCancel],
    ["an unknown opcode", decoder(0x01), "bad-frame", sent.nakBadContext],
    ["a host's opcode", decoder(opcode.BEEP, [1]), "bad-frame", sent.nakBadContext],
    [
      "another source",
      encodePacket({ opcode: 0xf3, source: 4, status: 0, data: hex("1c41") }),
      "bad-frame",
      sent.nakBadContext,
    ],
    ["a wrong checksum", hex("06f300001c41feab"), "bad-checksum", sent.nakResend],
  ])("%s is answered and counted", (_name, bytes, why, answer) => {
    const { host, news } = ready();
    host.receive(bytes);
    expect(host.discards).toMatchObject([{ why }]);
    expect(host.scans).toEqual([]);
    expect(news()).toEqual([answer]);
  });

  it.each([
    ["an acknowledgement", ackFromDecoder],
    ["a refusal", nakFromDecoder(1)],
    ["an echo of our acknowledgement", hex(sent.ack)],
    ["an echo of our refusal", hex(sent.nakResend)],
  ])("%s is never answered", (_name, bytes) => {
    const { host, news } = ready();
    host.receive(bytes);
    expect(news()).toEqual([]);
  });

  it("half a packet is dropped after 200 ms, and the next one is good", () => {
    const { host } = ready();
    host.receive(qr("ABC").subarray(0, 6));
    host.pass(199);
    expect(host.discards).toEqual([]);
    host.pass(1);
    expect(host.discards).toEqual([{ why: "unfinished", bytes: 6 }]);
    host.receive(qr("B"));
    expect(host.payloads).toEqual(["B"]);
  });

  it("too much of it is line noise, and then nothing more is said", () => {
    const { host, news } = ready();
    for (let count = 0; count < 5; count += 1) host.receive(hex("06f300001c41feab"));
    expect(host.failures).toEqual(["line-noise"]);
    news();
    host.receive(qr("A"));
    host.pass(10_000);
    expect(news()).toEqual([]);
    expect(host.scans).toEqual([]);
  });

  it("is dropped with the line", () => {
    const { host, driver } = ready();
    host.receive(decoder(opcode.DECODE_DATA, [0x1c, ...Buffer.from("PART")], status.continuation));
    host.receive(qr("ABC").subarray(0, 6));
    driver.close();
    expect(host.discards).toEqual([
      { why: "closed", bytes: 6 },
      { why: "closed", bytes: 4 },
    ]);
  });
});

/** One bit of the checksum turned. */
const broken = (packet: Uint8Array): Uint8Array =>
  packet.map((byte, at) => (at === packet.length - 1 ? byte ^ 1 : byte));

describe("a scan of several packets", () => {
  const part = (text: string, bits: number = status.continuation) => qr(text, bits);

  it("is acknowledged part by part, and the last one when it is kept", () => {
    const { host, news } = ready();
    host.receive(part("AB"));
    expect(news()).toEqual([sent.ack]);
    host.receive(part("CD"));
    host.receive(part("EF", 0));
    expect(host.payloads).toEqual(["ABCDEF"]);
    expect(news()).toEqual([sent.ack, sent.ack]);
  });

  it("whose part comes again after its acknowledgement was lost is whole", () => {
    const { host, news } = ready();
    host.receive(part("AB"));
    host.receive(part("AB", status.continuation | status.retransmit));
    host.receive(part("CD", 0));
    expect(host.payloads).toEqual(["ABCD"]);
    expect(news()).toEqual([sent.ack, sent.ack, sent.ack]);
  });

  it("whose part the line doubled is whole", () => {
    const { host, news } = ready();
    host.receive(Buffer.concat([part("AB"), part("AB")]));
    host.receive(part("CD", 0));
    expect(host.payloads).toEqual(["ABCD"]);
    expect(news()).toEqual([sent.ack, sent.ack]);
  });

  it("may consist of equal parts", () => {
    const { host } = ready();
    host.receive(part("ZZ"));
    host.receive(part("ZZ"));
    host.receive(part("ZZ", 0));
    expect(host.payloads).toEqual(["ZZZZZZ"]);
  });

  it("is cancelled when more comes after two seconds: it may be the rest, late on the line, or another scan", () => {
    for (const more of [part("CD", 0), part("CD")]) {
      const { host, news } = ready();
      host.receive(part("AB"));
      host.pass(2_000);
      news();
      host.receive(more);
      expect(news()).toEqual([sent.nakCancel]);
      host.receive(part("CD", status.retransmit)); // it has not heard us
      expect(news()).toEqual([sent.nakCancel]);
      expect(host.payloads).toEqual([]);
      host.receive(part("EF", 0)); // the next one
      expect(host.payloads).toEqual(["EF"]);
    }
  });

  it("is dropped when another one begins after it was given up", () => {
    const { host } = ready();
    host.receive(part("AB"));
    host.pass(5_500);
    host.receive(part("CD", 0));
    expect(host.discards).toEqual([{ why: "unfinished", bytes: 2 }]);
    expect(host.payloads).toEqual(["CD"]);
  });

  it("is whole when the decoder sends the rest again, after two seconds and after four", () => {
    const { host } = ready();
    host.receive(part("AB"));
    host.pass(4_100);
    host.receive(part("CD", status.retransmit));
    expect(host.payloads).toEqual(["ABCD"]);
  });

  it("is dropped when the decoder has given it up", () => {
    const { host } = ready();
    host.receive(part("AB"));
    host.pass(5_500);
    expect(host.discards).toEqual([{ why: "unfinished", bytes: 2 }]);
  });

  it("whose beginning was dropped is cancelled: half a scan is no scan", () => {
    const { host, news } = ready();
    host.receive(part("AB", status.continuation | status.retransmit));
    host.pass(3_900); // the third sending could have been the last: what comes now may be another patient's
    expect(host.discards).toEqual([{ why: "unfinished", bytes: 2 }]);
    news();
    host.receive(part("CD", status.retransmit));
    expect(host.payloads).toEqual([]);
    expect(news()).toEqual([sent.nakCancel]);
    host.pass(5_000);
    host.receive(part("EF", status.retransmit));
    expect(host.payloads).toEqual(["EF"]);
  });

  it("is whole when the decoder sends again what came broken", () => {
    const { host, news } = ready();
    host.receive(part("AB"));
    host.receive(broken(part("CD", 0)));
    expect(news()).toEqual([sent.ack, sent.nakResend]);
    host.receive(part("CD", status.retransmit));
    expect(host.payloads).toEqual(["ABCD"]);
  });

  it("is not joined to what comes for the first time behind a refusal: the decoder may have given it up", () => {
    const { host, news } = ready();
    host.receive(part("AB"));
    host.receive(broken(part("CD")));
    news();
    host.receive(part("EF", 0)); // another patient, or the rest
    expect(news()).toEqual([sent.nakCancel]);
    host.receive(part("GH", 0));
    expect(host.payloads).toEqual(["GH"]);
  });

  it("is joined to its rest when only the part that it begins with was asked for again", () => {
    const waiting: (() => void)[] = [];
    const parts: ScanParts = {
      read: () => undefined,
      keep: (_, done) => waiting.push(() => done(true)),
    };
    const { host, news } = ready({ parts });
    host.receive(part("AB"));
    host.receive(broken(ackFromDecoder)); // an answer to a command that had crossed it on the line
    host.receive(part("AB", status.continuation | status.retransmit));
    for (const tell of waiting.splice(0)) tell();
    expect(news()).toEqual([sent.nakResend, sent.ack]);
    host.receive(part("CD", 0));
    expect(host.payloads).toEqual(["ABCD"]);
  });

  it("is over when the decoder was refused three times: what it then sends again is another's", () => {
    const { host, news } = ready();
    host.receive(part("AB"));
    for (const bits of [0, status.retransmit, status.retransmit]) host.receive(broken(part("CD", bits)));
    expect(host.discards).toContainEqual({ why: "unfinished", bytes: 2 });
    host.receive(broken(part("EF", 0))); // the next patient's
    news();
    host.receive(part("EF", status.retransmit));
    expect(host.payloads).toEqual([]);
    expect(news()).toEqual([sent.nakCancel]);
  });

  it("is over when the decoder is told to drop what it sends", () => {
    const { host } = ready();
    host.receive(part("AB"));
    host.receive(decoder(opcode.IMAGE_DATA, [1, 2, 3]));
    host.receive(part("CD", 0)); // the next patient's
    expect(host.payloads).toEqual(["CD"]);
  });

  it("that is too long is acknowledged to its end, and rejected", () => {
    const profile = profileWith({ driver: "ssi", framing: { maxBytes: 300 }, feedback: { rejected: [hex("e610")] } });
    const { host, news } = ready({ profile });
    host.receive(part("A".repeat(250)));
    host.receive(part("B".repeat(250)));
    host.receive(part("C", 0));
    expect(host.scans).toEqual([]);
    expect(host.discards).toEqual([{ why: "overflow", bytes: 501 }]);
    expect(news()).toEqual([sent.ack, sent.ack, sent.ack, "05e6040010ff01"]);
  });

  it("comes in segments from newer models", () => {
    const { host, news } = ready();
    const segment = (data: readonly number[]) => decoder(opcode.MULTIPACKET_SEGMENT, data);
    host.receive(segment([0, 0xf3, 0, 0, 0, 7, 0x1c, 1, 0, 4, ...Buffer.from("AB")]));
    host.receive(segment([1, ...Buffer.from("CD")]));
    expect(host.payloads).toEqual(["ABCD"]);
    expect(news()).toEqual([sent.segmentAck, sent.ack]);
    host.receive(segment([7, ...Buffer.from("EF")]));
    expect(host.payloads).toEqual(["ABCD"]);
    expect(news()).toEqual([sent.nakCancel]);
  });
});

describe("a scan of several packets over a restart", () => {
  const part = (text: string, bits: number = status.continuation) => qr(text, bits);
  const crcOf = (text: string) => crc32c(new TextEncoder().encode(text));

  /** A disk that outlives the driver; what is kept is told at once after the call when `isPrompt`, else when the test says so. */
  function disk() {
    let bytes = new Uint8Array();
    let crc: number | undefined;
    const waiting: (() => void)[] = [];
    const parts: ScanParts = {
      read: () => (bytes.length === 0 ? undefined : { bytes, ageMs: state.ageMs }),
      keep(kept, done) {
        waiting.push(() => {
          if (state.canKeep) bytes = kept.slice();
          done(state.canKeep);
        });
      },
    };
    const taken: TakenScans = { crcOf: () => crc, last: () => undefined };
    const state = {
      parts,
      taken,
      ageMs: 1_000,
      canKeep: true,
      settleAll: () => {
        for (const tell of waiting.splice(0)) tell();
      },
      take: (text: string) => {
        crc = crcOf(text);
      },
      get isEmpty() {
        return bytes.length === 0;
      },
    };
    return state;
  }

  it("has each part acknowledged when it is on the disk, not before", () => {
    const { parts, taken, settleAll } = disk();
    const { host, news } = ready({ parts, taken });
    host.receive(part("AB"));
    host.receive(part("AB", status.continuation | status.retransmit));
    expect(news()).toEqual([]);
    settleAll();
    expect(news()).toEqual([sent.ack]);
  });

  it("is cancelled when a part can't be kept", () => {
    const state = disk();
    const { host, news } = ready(state);
    state.canKeep = false;
    host.receive(part("AB"));
    state.settleAll();
    expect(news()).toEqual([sent.nakCancel]);
    expect(host.discards).toEqual([{ why: "unfinished", bytes: 2 }]);
  });

  it("is finished on the next line, and then forgotten", () => {
    const state = disk();
    const before = ready(state);
    before.host.receive(part("AB"));
    state.settleAll();
    const { host, news } = opening(state);
    host.receive(part("AB", status.continuation | status.retransmit)); // its acknowledgement was lost with the process
    expect(news()).toEqual([]); // not before the disk knows that it came again
    state.settleAll();
    host.receive(part("CD", status.retransmit));
    state.settleAll();
    expect(host.payloads).toEqual(["ABCD"]);
    expect(news()).toEqual([sent.ack, sent.ack, sent.disable]); // the line is the decoder's until it is through
    expect(state.isEmpty).toBe(true);
  });

  it("whose part came again is finished later than by the first time it came, and is given up earlier", () => {
    const state = disk();
    const before = ready(state);
    before.host.receive(part("AB"));
    state.settleAll();
    before.host.receive(part("AB", status.continuation | status.retransmit));
    state.settleAll();
    state.ageMs = 3_800; // of the second time
    const inTime = opening(state).host;
    inTime.receive(part("CD", status.retransmit));
    expect(inTime.payloads).toEqual(["ABCD"]);
    state.ageMs = 3_900; // what comes now may be another patient's
    const { host, news } = opening(state);
    host.receive(part("CD", status.retransmit));
    expect(host.payloads).toEqual([]);
    expect(news()).toContain(sent.nakCancel);
  });

  it("is not begun again when it was taken since", () => {
    const state = disk();
    const before = ready(state);
    before.host.receive(part("AB"));
    state.settleAll();
    state.take("CD"); // its last packet is on the disk, with the event
    const { host, news } = opening(state);
    host.receive(part("CD", status.retransmit));
    host.pass(301);
    host.receive(part("EF", 0));
    expect(host.payloads).toEqual(["EF"]);
    expect(news()).toEqual([sent.disable, sent.ack, sent.ack]);
  });

  it("that the decoder has given up since is dropped, and the next one is whole by itself", () => {
    const state = disk();
    const before = ready(state);
    before.host.receive(part("AB"));
    state.settleAll();
    state.ageMs = 5_500;
    const { host } = opening(state);
    host.receive(part("CD", 0));
    expect(host.payloads).toEqual(["CD"]);
  });

  it("that was dropped stays dropped: its rest is cancelled on the next line too, and its bytes are gone from the disk", () => {
    const state = disk();
    const before = ready(state);
    before.host.receive(part("AB"));
    state.settleAll();
    before.host.receive(broken(part("CD")));
    before.host.receive(part("CD")); // the rest, or another patient: neither is taken
    state.settleAll();
    expect(Buffer.from(state.parts.read()?.bytes ?? []).toString("latin1")).not.toContain("AB");
    const { host, news } = opening(state);
    host.receive(part("CD", status.retransmit));
    expect(host.payloads).toEqual([]);
    expect(news()).toEqual([sent.disable, sent.nakCancel]); // nothing is unfinished: the opening need not wait
    host.receive(part("EF", 0)); // the next one is whole by itself
    state.settleAll();
    expect(host.payloads).toEqual(["EF"]);
    expect(state.isEmpty).toBe(true);
  });

  it("that could not be kept is delivered whole again when its last packet comes again", () => {
    const { host } = ready();
    host.outcome = "wait";
    host.receive(part("AB"));
    host.receive(part("CD", 0));
    host.pass(1_500);
    host.outcome = "accepted";
    host.receive(part("CD", status.retransmit));
    expect(host.payloads).toEqual(["ABCD", "ABCD"]);
  });
});

describe("commands", () => {
  it("arm and disarm", () => {
    const { host, driver, news } = ready();
    driver.setArmed(true, host.nowMs);
    host.receive(ackFromDecoder);
    driver.setArmed(false, host.nowMs);
    expect(news()).toEqual([sent.enable, sent.disable]);
  });

  it("go out one at a time, and none while the reader waits for an answer", () => {
    const { host, driver, news } = ready();
    host.outcome = undefined;
    host.receive(qr("A"));
    driver.setArmed(false, host.nowMs);
    expect(news()).toEqual([]);
    host.pass(1_500 + 299);
    expect(news()).toEqual([sent.nakResend]); // and the reader is given time to send again
    host.pass(1);
    expect(news()).toEqual([sent.disable]);
  });

  it("are sent again when the reader asks for it, three times in all", () => {
    const { host, driver, news } = ready();
    driver.setArmed(true, host.nowMs);
    host.receive(nakFromDecoder(1));
    host.receive(nakFromDecoder(1));
    host.receive(nakFromDecoder(1));
    expect(news()).toEqual([sent.enable, "04e90401ff0e", "04e90401ff0e"]);
    host.pass(2_000);
    expect(host.failures).toEqual(["no-answer"]);
  });

  it("ask for the revision to see whether the reader still works", () => {
    const { host, driver, news } = ready();
    driver.checkHealth(host.nowMs);
    host.receive(revision);
    expect(news()).toEqual([sent.revision]);
    driver.checkHealth(host.nowMs);
    host.pass(6_000);
    expect(host.failures).toEqual(["no-answer"]);
  });
});

describe("a reader that may lose its settings", () => {
  const options = { profile: profileWith({ driver: "ssi", quirks: ["ssi-raw-by-default"] }) };
  const settle = ({ host, news }: Line): string[] => {
    const seen: string[] = [];
    for (let step = 0; step < 5; step += 1) {
      seen.push(...news());
      host.receive(ackFromDecoder);
    }
    return seen;
  };

  it("is set again when its health is looked after", () => {
    const line = ready(options);
    line.driver.checkHealth(line.host.nowMs);
    expect(settle(line)).toEqual([sent.disable, sent.packets, sent.handshaking]);
  });

  it("is set and armed again when it sends raw text", () => {
    const line = ready(options);
    line.driver.setArmed(true, line.host.nowMs);
    line.host.receive(ackFromDecoder);
    line.news();
    line.host.receive(Buffer.from("001090999901|raw"));
    line.host.pass(200);
    expect(settle(line)).toEqual([sent.disable, sent.packets, sent.handshaking, sent.enable]);
  });

  it("is set again when it says that it has started", () => {
    const line = ready();
    line.host.receive(decoder(opcode.EVENT, [3]));
    expect(settle(line)).toEqual([sent.ack, sent.disable, sent.packets, sent.handshaking]);
  });
});

describe("feedback", () => {
  const feedback = {
    accepted: [hex("e616"), hex("e701")],
    rejected: [hex("e610")],
    identify: [hex("e702")],
    attention: [hex("c8"), hex("e604")],
  };
  const options = { profile: profileWith({ driver: "ssi", feedback }) };

  it("follows the acknowledgement, and its light goes out after a second", () => {
    const { host, news } = ready(options);
    host.receive(qr("A"));
    expect(news()).toEqual([sent.ack, "05e6040016fefb"]);
    host.receive(ackFromDecoder);
    host.receive(ackFromDecoder);
    expect(news()).toEqual(["05e7040001ff0f"]);
    host.pass(1_000);
    expect(news()).toEqual(["05e8040001ff0e"]);
  });

  it("that belongs to no scan is sent at once; whoever looks for the reader gets five seconds of light", () => {
    const { host, driver, news } = ready(options);
    driver.signal("identify", host.nowMs);
    host.receive(ackFromDecoder);
    expect(news()).toEqual(["05e7040002ff0e"]);
    host.pass(4_999);
    expect(news()).toEqual([]);
    host.pass(1);
    expect(news()).toEqual(["05e8040002ff0d"]);
  });

  it("may not change how the reader is set", () => {
    const { host, driver, news } = ready(options);
    driver.signal("attention", host.nowMs);
    expect(news()).toEqual(["05e6040004ff0d"]);
  });

  it("that could not be sent in time gives way to the latest", () => {
    const { host, driver, news } = ready(options);
    driver.setArmed(true, host.nowMs);
    driver.signal("attention", host.nowMs);
    driver.signal("rejected", host.nowMs);
    host.receive(ackFromDecoder);
    expect(news()).toEqual([sent.enable, "05e6040010ff01"]);
  });

  it("that the reader can't do changes nothing", () => {
    const { host, news } = ready(options);
    host.receive(qr("A"));
    host.receive(nakFromDecoder(6));
    expect(host.faults).toEqual([]);
    expect(news().at(-1)).toBe("05e7040001ff0f");
  });
});
