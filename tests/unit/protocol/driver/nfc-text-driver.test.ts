// The conversation with a serial chip reader that speaks text: what is delivered of each course of lines, and what never is.
import { describe, expect, it } from "vitest";
import { nfcTextDriver } from "../../../../protocol/driver/nfc-text-driver.ts";
import { encodeChipCard, invented } from "../../../../simulators/chip-reader/chip-card.ts";
import {
  type NfcTextControl,
  type NfcTextFault,
  nfcTextDevice,
} from "../../../../simulators/chip-reader/nfc-text-device.ts";
import { type ConversationOptions, converse, profileOf } from "../../../fixtures/conversation.ts";
import { flatReading, readText } from "../../../fixtures/read-document.ts";

const profile = profileOf({ driver: "nfc-text" });
const card = invented(1);
const otherCard = invented(2);
const failure = '{"id":3,"message":"failure"}';

function talk(fault?: NfcTextFault, options: ConversationOptions & { optionalFields?: boolean } = {}) {
  const control: NfcTextControl = { fault };
  const { optionalFields = false } = options;
  const desk = converse((host) => nfcTextDriver(host, { profile, optionalFields }), nfcTextDevice(control), options);
  const lay = (texts = card) => {
    desk.device.present(encodeChipCard(texts), desk.nowMs);
    desk.pass(1_200);
  };
  return Object.assign(desk, {
    control,
    lay,
    lines: (...lines: string[]) => desk.say(Buffer.from(`${lines.join("\n")}\n`)),
  });
}
const numbers = (texts: readonly string[]) => texts.map((text) => JSON.parse(text).id_card ?? text);

describe("the beginning", () => {
  it("asks who is there, forgoes the portrait and asks for the signatures", () => {
    const desk = talk();
    expect(Buffer.concat(desk.written).toString()).toBe("PING\nDG2:OFF\nSOD:ON\n");
    expect(desk.ready).toEqual([{}]);
  });

  it("gives up a reader that does not answer, after two questions", () => {
    const desk = talk("mute");
    desk.pass(1_999);
    expect(desk.failures).toEqual([]);
    desk.pass(1);
    expect(desk.failures).toEqual(["handshake-failed"]);
    expect(Buffer.concat(desk.written).toString()).toBe("PING\nPING\n");
  });

  it("takes a reader that refuses its set-up, and says so", () => {
    const desk = talk("refuses-set-up");
    desk.pass(4_000);
    expect(desk.ready).toEqual([{}]);
    expect(desk.faults).toEqual(["setup-refused", "setup-refused"]);
    desk.lay();
    expect(numbers(desk.texts)).toEqual([card.number]);
  });
});

describe("a reading", () => {
  it("is delivered once, whichever of its ends come", () => {
    const desk = talk();
    desk.lay();
    desk.pass(60_000);
    expect(numbers(desk.texts)).toEqual([card.number]);
    desk.lay();
    expect(desk.texts[1]).toBe(desk.texts[0]);
  });

  it("is a document to the decoder", () => {
    const desk = talk();
    desk.lay();
    expect(flatReading(readText(desk.texts[0] ?? ""))).toMatchObject({
      format: "reader-json",
      fields: { number: card.number, name: card.name, birthDate: "1990-03-15", address: card.address, sex: "male" },
    });
  });

  it.each(["bad-base64", "broken-json", "no-groups", "groups-only", "long-lines"] as const)(
    "with %s is delivered all the same",
    (fault) => {
      const desk = talk(fault);
      desk.lay();
      expect(numbers(desk.texts)).toEqual([card.number]);
      desk.control.fault = undefined;
      desk.lay(otherCard);
      expect(numbers(desk.texts)).toEqual([card.number, otherCard.number]);
    },
  );

  it.each([
    ["failure", "no-read", 0],
    ["removed", "unfinished", 0],
    ["other-card-in-group", "mismatch", 0],
    ["silent", "unfinished", 15_000],
  ] as const)("with %s is told to have failed, and holds nothing of the card", (fault, why, afterMs) => {
    const desk = talk(fault);
    desk.lay();
    desk.pass(afterMs);
    expect(desk.texts).toEqual([failure]);
    expect(desk.drops[why]).toBe(1);
    desk.control.fault = undefined;
    desk.lay(otherCard);
    expect(numbers(desk.texts)).toEqual([failure, otherCard.number]);
  });

  it("is dropped when another card is noticed before it is over", () => {
    const desk = talk();
    desk.lines("NFC_DETECTED", '{"CCCD Number":"001090999901"}');
    desk.lay(otherCard);
    expect(numbers(desk.texts)).toEqual([otherCard.number]);
    expect(desk.drops["unfinished"]).toBe(1);
  });

  it("without a word of a card begins with its first line, and words between readings say nothing", () => {
    const desk = talk();
    desk.lines("SUCCESS", "CARD_REMOVED", "FAIL", "PONG", "[OK] ready", "ACK_MRZ", "hello");
    expect(desk.scans).toEqual([]);
    expect(desk.drops).toEqual({ "no-read": 1, "not-a-scan": 1 });
    desk.lines('{"CCCD Number":"001090999901"}', "SUCCESS");
    expect(numbers(desk.texts)).toEqual(["001090999901"]);
  });

  it("that brings nothing has failed", () => {
    const desk = talk();
    desk.lines("NFC_DETECTED", "SUCCESS");
    expect(desk.texts).toEqual([failure]);
    expect(desk.drops["empty"]).toBe(1);
  });
});

describe("privacy", () => {
  const secrets = [card.ethnicity, card.religion, card.identifyingMarks, card.fatherName, card.motherName];

  it.each([undefined, "no-groups", "groups-only"] as const)(
    "keeps what was not asked for inside the driver (%s)",
    (fault) => {
      const desk = talk(fault);
      desk.lay();
      for (const secret of [...secrets, card.spouseName]) expect(desk.texts.join()).not.toContain(secret);
      expect(desk.dropped["field-dropped"]).toBeGreaterThan(0);
    },
  );

  it("lets a facility have the fields that it asks for", () => {
    const desk = talk(undefined, { optionalFields: true });
    desk.lay();
    for (const secret of secrets) expect(desk.texts.join()).toContain(secret);
  });
});

describe("limits", () => {
  it("end a JSON, a group and a line that do not end", () => {
    const desk = talk();
    desk.lines("{", ...Array<string>(10).fill(`"${"x".repeat(8_000)}"`), "SUCCESS");
    const line = Buffer.alloc(6_000).toString("base64");
    desk.lines("[DG13_RAW_START]", ...Array<string>(20).fill(line), "[DG13_RAW_END]", "SUCCESS");
    desk.lines("x".repeat(100_000));
    expect(desk.texts).toEqual([failure, failure]);
    expect(desk.drops["overflow"]).toBe(3);
  });

  it("give a line up after five within ten seconds that are no text", () => {
    const desk = talk();
    for (let count = 0; count < 5; count += 1) desk.say(Buffer.from([0xff, 0xfe, 0x0a]));
    expect(desk.failures).toEqual(["line-noise"]);
    desk.lines('{"CCCD Number":"001090999901"}', "SUCCESS");
    expect(desk.scans).toEqual([]);
  });
});

it("answers for its health, inside a block too", () => {
  const desk = talk();
  desk.lines("NFC_DETECTED", "[DG13_RAW_START]");
  desk.driver.checkHealth(desk.nowMs);
  desk.pass(3_000);
  expect(desk.failures).toEqual([]);
  desk.control.fault = "mute";
  desk.driver.checkHealth(desk.nowMs);
  desk.pass(2_000);
  expect(desk.failures).toEqual(["no-answer"]);
});

it("delivers nothing while the desk takes nothing, and drops what the end of the line cuts off", () => {
  const desk = talk(undefined, { armsWhenReady: false });
  desk.lay();
  expect(desk.drops["not-armed"]).toBe(1);
  desk.lines("NFC_DETECTED", "{");
  desk.say(Buffer.from('"a'));
  desk.driver.close();
  expect(desk.dropped["closed"]).toBe(15);
  expect(desk.scans).toEqual([]);
});
