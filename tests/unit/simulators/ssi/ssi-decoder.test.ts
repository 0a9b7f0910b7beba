// The simulated Zebra decoder: raw by default, patient three times, and honest about what it drops.
import { describe, expect, it } from "vitest";
import {
  ack,
  beep,
  flushQueue,
  hostCommand,
  ledOn,
  nak,
  plainCommand,
  requestCapabilities,
  requestParameters,
  requestRevision,
  scanDisable,
  scanEnable,
  setParameters,
} from "../../../../protocol/frame/ssi/host-commands.ts";
import { opcode } from "../../../../protocol/frame/ssi/opcodes.ts";
import {
  decodePacket,
  encodePacket,
  isContinued,
  isRetransmit,
  source,
} from "../../../../protocol/frame/ssi/packet.ts";
import type { DeviceSign } from "../../../../simulators/device.ts";
import { powerSsiDecoder, type SsiDecoderOptions } from "../../../../simulators/ssi/ssi-decoder.ts";

const packeted = { parameters: { decodeDataFormat: 1 } };
const text = (length: number) => new TextEncoder().encode("A".repeat(length));

function decoder(options: Partial<SsiDecoderOptions> = {}) {
  const written: Uint8Array[] = [];
  const signs: DeviceSign[] = [];
  let wakeMs: number | undefined;
  let nowMs = 5_000;
  const device = powerSsiDecoder(options)({
    write: (bytes) => written.push(bytes.slice()),
    wakeAt: (timeMs) => {
      wakeMs = timeMs;
    },
    sign: (sign) => signs.push(sign),
  });
  return {
    device,
    signs,
    /** Opcodes written since the last call. */
    said: () => written.splice(0).map((bytes) => decodePacket(bytes)),
    raw: () => Buffer.concat(written.splice(0)),
    tell: (...packets: Uint8Array[]) => device.receive(Buffer.concat(packets), nowMs),
    show: (payload: Uint8Array) => device.present(payload, nowMs),
    pass(milliseconds: number) {
      const untilMs = nowMs + milliseconds;
      while (wakeMs !== undefined && wakeMs <= untilMs) {
        nowMs = Math.max(nowMs, wakeMs);
        wakeMs = undefined;
        device.wake(nowMs);
      }
      nowMs = untilMs;
    },
  };
}

describe("a decoder fresh from the factory", () => {
  it("sends scans as raw text, beeps, and forgets them", () => {
    const { show, raw, signs, device } = decoder();
    expect(show(text(3))).toBe(true);
    expect(raw().toString()).toBe("AAA");
    expect(signs).toEqual(["good-read"]);
    expect(device.held).toBe(0);
  });

  it("sends packets once it is told to, and is silent once it is told to", () => {
    const { tell, show, said, signs } = decoder();
    tell(setParameters([{ number: 0xee, value: { kind: "byte", value: 1 } }]));
    tell(setParameters([{ number: 0x38, value: { kind: "byte", value: 0 } }]));
    said();
    show(text(3));
    expect(said()).toEqual([
      { opcode: opcode.DECODE_DATA, source: 0, status: 0, data: Uint8Array.of(0x1c, ...text(3)) },
    ]);
    expect(signs).toEqual([]);
  });
});

describe("a scan that waits", () => {
  it("is sent three times, the last two as repeats, and then dropped with the error sound", () => {
    const { show, said, signs, pass, device } = decoder(packeted);
    show(text(3));
    pass(5_999);
    expect(said().map(isRetransmit)).toEqual([false, true, true]);
    expect(device.held).toBe(1);
    expect(signs).not.toContain("error");
    pass(1);
    expect(device.held).toBe(0);
    expect(signs).toContain("error");
    expect(said()).toEqual([]);
  });

  it("is over when it is acknowledged, and the next one goes out", () => {
    const { show, said, tell, device } = decoder(packeted);
    show(text(3));
    show(text(4));
    expect(said()).toHaveLength(1);
    tell(ack());
    expect(said().map(({ data }) => data.length)).toEqual([5]);
    tell(ack());
    tell(ack());
    expect(device.held).toBe(0);
  });

  it("is sent again at once when the host asks for it, and dropped when it is cancelled", () => {
    const { show, said, tell, signs, device } = decoder(packeted);
    show(text(3));
    tell(nak(1));
    expect(said().map(isRetransmit)).toEqual([false, true]);
    tell(nak(10));
    expect(device.held).toBe(0);
    expect(signs).toContain("error");
  });

  it("is thrown away by a flush", () => {
    const { show, tell, device } = decoder(packeted);
    show(text(3));
    tell(flushQueue());
    expect(device.held).toBe(0);
  });

  it("of several packets waits for an acknowledgement after each", () => {
    const { show, said, tell, device } = decoder(packeted);
    show(text(501));
    expect(said().map(isContinued)).toEqual([true]);
    tell(ack());
    expect(said().map(isContinued)).toEqual([true]);
    tell(ack());
    expect(said().map(isContinued)).toEqual([false]);
    expect(device.held).toBe(1);
    tell(ack());
    expect(device.held).toBe(0);
  });

  it("goes in segments on newer models", () => {
    const { show, said, tell, device } = decoder({ ...packeted, usesSegments: true });
    show(text(500));
    tell(hostCommand(opcode.MULTIPACKET_ACK));
    tell(hostCommand(opcode.MULTIPACKET_ACK));
    const packets = said();
    expect(packets.map(({ data }) => data.length)).toEqual([251, 251, 10]);
    expect(packets[0]?.source).toBe(2);
    tell(ack());
    expect(device.held).toBe(0);
  });

  it("is not read when the decoder is full", () => {
    const { show } = decoder({ ...packeted, scansMax: 1 });
    expect([show(text(1)), show(text(2))]).toEqual([true, false]);
  });
});

describe("commands", () => {
  it.each([
    ["enable", scanEnable()],
    ["a beep", beep(0)],
    ["the light", ledOn(1)],
    ["the session", plainCommand("startSession")],
  ])("to do with %s are acknowledged", (_name, packet) => {
    const { tell, said } = decoder();
    tell(packet);
    expect(said()).toMatchObject([{ opcode: opcode.CMD_ACK, source: source.decoder }]);
  });

  it("switch reading off and on", () => {
    const { tell, show } = decoder();
    tell(scanDisable());
    expect(show(text(1))).toBe(false);
    tell(scanEnable());
    expect(show(text(1))).toBe(true);
  });

  it("sound as their code says", () => {
    const { tell, signs } = decoder();
    tell(beep(0x00), beep(0x04), beep(0x13), ledOn(1));
    expect(signs).toEqual(["good-read", "identify", "error", "light"]);
  });

  it("that ask are answered, and the answer stands for the acknowledgement", () => {
    const { tell, said } = decoder({ revision: "R1" });
    tell(requestRevision(), requestCapabilities(), requestParameters([0xee, 0x9b]));
    const answers = said();
    expect(answers.map((answer) => answer.opcode)).toEqual([
      opcode.REPLY_REVISION,
      opcode.CAPABILITIES_REPLY,
      opcode.PARAM_SEND,
    ]);
    expect(Buffer.from(answers[0]?.data ?? []).toString()).toBe("R1");
    expect(answers[2]?.data).toEqual(Uint8Array.of(0xff, 0xee, 0, 0x9b, 20));
  });

  it.each([
    ["that broke on their way", Uint8Array.of(4, 0xe9, 4, 0, 0xff, 0x0e), 1],
    ["that nobody knows", hostCommand(0x01), 2],
    ["that only a decoder sends", hostCommand(opcode.DECODE_DATA, [0x1c, 0x41]), 2],
    ["with half a parameter", hostCommand(opcode.PARAM_SEND, [0xff, 0xee]), 6],
    ["for parameters it lacks", requestParameters([700]), 6],
  ])("%s are refused", (_name, packet, cause) => {
    const { tell, said } = decoder();
    tell(packet);
    expect(said()).toMatchObject([{ opcode: opcode.CMD_NAK, data: Uint8Array.of(cause) }]);
  });

  it("are not acknowledged once handshaking is off", () => {
    const { tell, said } = decoder({ parameters: { softwareHandshaking: 0 } });
    tell(scanEnable());
    expect(said()).toEqual([]);
  });

  it("from no host are left alone", () => {
    const { tell, said } = decoder();
    tell(encodePacket({ opcode: opcode.SCAN_DISABLE, source: source.decoder, status: 0, data: text(0) }));
    expect(said()).toEqual([]);
  });

  it("lose their first byte on a decoder that sleeps, unless a wake-up byte leads them", () => {
    const asleep = decoder({ fallsAsleep: true });
    asleep.tell(scanDisable());
    asleep.pass(200);
    expect(asleep.said()).toEqual([]);
    asleep.pass(2_000);
    asleep.tell(Uint8Array.of(0), scanDisable());
    expect(asleep.said()).toMatchObject([{ opcode: opcode.CMD_ACK }]);
  });
});
