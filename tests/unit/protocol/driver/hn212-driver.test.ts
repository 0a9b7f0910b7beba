// The conversation with an HN-212 reader: what is delivered of each course of events, and what never is.
import { describe, expect, it } from "vitest";
import { hn212Driver } from "../../../../protocol/driver/hn212-driver.ts";
import type { Profile } from "../../../../protocol/driver/profile.ts";
import { socketMessageBytesMax } from "../../../../protocol/frame/socket-io/socket-event.ts";
import { encodeChipCard, invented, rawGroups } from "../../../../simulators/chip-reader/chip-card.ts";
import { type Hn212Control, type Hn212Fault, hn212Device } from "../../../../simulators/chip-reader/hn212-device.ts";
import { type ConversationOptions, converse, profileOf } from "../../../fixtures/conversation.ts";
import { readText } from "../../../fixtures/read-document.ts";

const profile: Profile = profileOf({
  driver: "hn212",
  transport: { kind: "socketio", baud: undefined, host: "192.168.5.1", port: 8_000 },
});
const card = invented(1);
const otherCard = invented(2);
const pace = { textMs: 900, rawMs: 1_500 };
const failure = '{"id":3,"message":"failure"}';
/** Where a real port would drop a message. */
const portLimit = (bytes: Uint8Array) =>
  bytes.length <= socketMessageBytesMax
    ? [bytes]
    : [Buffer.from(JSON.stringify({ dropped: "overflow", bytes: bytes.length }))];

function talk(fault?: Hn212Fault, options: ConversationOptions & { optionalFields?: boolean } = {}) {
  const control: Hn212Control = { fault };
  const { optionalFields = false } = options;
  const desk = converse((host) => hn212Driver(host, { profile, optionalFields }), hn212Device(control, pace), {
    onWire: portLimit,
    ...options,
  });
  const lay = (texts = card) => {
    const isNoticed = desk.device.present(encodeChipCard(texts), desk.nowMs);
    desk.pass(0);
    return isNoticed;
  };
  return Object.assign(desk, { control, lay });
}
const event = (argument: unknown, name = "/event") => Buffer.from(JSON.stringify([name, argument]));
const delivered = (texts: readonly string[]) => texts.map((text) => JSON.parse(text).data?.idCode ?? text);

describe("a reading", () => {
  it("is delivered when the chip's groups have named the same card, once", () => {
    const desk = talk();
    desk.lay();
    desk.pass(2_399);
    expect(desk.scans).toEqual([]);
    desk.pass(1);
    expect(delivered(desk.texts)).toEqual([card.number]);
    expect(desk.scans[0]?.endedBy).toBe("message");
    desk.pass(60_000);
    expect(desk.scans).toHaveLength(1);
    expect(desk.dropped["not-a-scan"]).toBeGreaterThan(0); // the reader's claims
  });

  it("is a document to the decoder, of a chip that a reader speaks for", () => {
    const desk = talk();
    desk.lay();
    desk.pass(3_000);
    expect(readText(desk.texts[0] ?? "")).toMatchObject({
      kind: "document",
      document: { format: "reader-socketio", person: { number: card.number, name: card.name, address: card.address } },
    });
  });

  it("gives the same bytes each time, whatever else the events hold and in whichever order", () => {
    const desk = talk();
    desk.lay();
    desk.pass(3_000);
    const data = Object.fromEntries(Object.entries(JSON.parse(desk.texts[0] ?? "").data).toReversed());
    desk.say(event({ id: 2, message: "other words", data: { ...data, qr: "x", more: 1 } }));
    desk.say(event({ id: 4, data: {} }));
    expect(desk.texts).toHaveLength(2);
    expect(desk.texts[1]).toBe(desk.texts[0]);
  });

  it.each([
    ["raw-before-text", 900],
    ["no-dg1", 2_400],
    ["no-groups-at-all", 2_400],
    ["huge-portrait", 2_400],
    ["hostile-names", 2_400],
    ["unknown-ids", 2_400],
    ["no-raw", 5_900],
  ] as const)("with %s is delivered after %i ms all the same", (fault, afterMs) => {
    const desk = talk(fault);
    desk.lay();
    desk.pass(afterMs - 1);
    expect(desk.scans).toEqual([]);
    desk.pass(1);
    expect(delivered(desk.texts)).toEqual([card.number]);
  });

  it("that fails is told, and holds nothing of the card", () => {
    for (const [fault, why] of [
      ["failure", "unfinished"],
      ["other-card-in-groups", "mismatch"],
      ["bad-base64", "bad-frame"],
      ["silent", "unfinished"],
    ] as const) {
      const desk = talk(fault);
      desk.lay();
      desk.pass(20_000);
      expect(desk.texts, fault).toEqual([failure]);
      expect(desk.drops[why], fault).toBe(1);
      expect(readText(failure)).toMatchObject({ kind: "rejected", reason: "reader-error" });
      desk.control.fault = undefined;
      desk.lay(otherCard);
      desk.pass(5_000);
      expect(delivered(desk.texts), fault).toEqual([failure, otherCard.number]);
    }
  });

  it("waits 15 s for its texts, not longer, and passes over groups that come later", () => {
    const desk = talk("silent");
    desk.lay();
    desk.pass(14_999);
    expect(desk.scans).toEqual([]);
    desk.pass(1);
    expect(desk.texts).toEqual([failure]);
    desk.say(event({ id: 4, data: { dg13: "AAAA" } }));
    expect(desk.texts).toEqual([failure]);
  });

  it("is dropped when another card is laid on before it is over", () => {
    const desk = talk();
    desk.lay();
    desk.pass(1_000);
    desk.lay(otherCard);
    desk.pass(10_000);
    expect(delivered(desk.texts)).toEqual([otherCard.number]);
    expect(desk.drops["unfinished"]).toBe(1);
  });

  it("without the word that a card came is taken", () => {
    const desk = talk();
    desk.say(event({ id: 2, data: { idCode: card.number } }));
    desk.say(event({ id: 4, data: {} }));
    expect(delivered(desk.texts)).toEqual([card.number]);
  });

  it("is compared by the number of DG1 where there is no DG13", () => {
    const desk = talk();
    const { dg1 = "" } = rawGroups(otherCard, 0);
    desk.say(event({ id: 2, data: { idCode: otherCard.number } }));
    desk.say(event({ id: 4, data: { dg1 } }));
    desk.say(event({ id: 2, data: { idCode: card.number } }));
    desk.say(event({ id: 4, data: { dg1 } }));
    desk.say(event({ id: 2, data: { idCode: card.number } }));
    desk.say(event({ id: 4, data: { dg1: dg1.slice(0, 40) } })); // cut off: names no card
    expect(delivered(desk.texts)).toEqual([otherCard.number, failure, card.number]);
    expect(desk.drops["mismatch"]).toBe(1);
  });

  it("of a reader that sends no groups is not waited for a second time", () => {
    const desk = talk("no-raw");
    desk.lay();
    desk.pass(6_000);
    desk.lay(otherCard);
    desk.pass(900);
    expect(delivered(desk.texts)).toEqual([card.number, otherCard.number]);
    desk.control.fault = undefined;
    desk.lay();
    desk.pass(10_000);
    expect(desk.texts).toHaveLength(3); // the groups came late
    desk.lay(otherCard);
    desk.pass(2_399);
    expect(desk.texts).toHaveLength(3);
  });
});

describe("privacy", () => {
  const secrets = [
    card.ethnicity,
    card.religion,
    card.identifyingMarks,
    card.fatherName,
    card.motherName,
    card.spouseName,
  ];

  it("keeps portrait, ethnicity, religion, marks and relatives inside the driver", () => {
    const desk = talk();
    desk.lay();
    desk.pass(3_000);
    const text = desk.texts.join();
    for (const secret of [...secrets, "img_data", "dg2", "qr", "dg13"]) expect(text).not.toContain(secret);
    expect(desk.dropped["field-dropped"]).toBe(secrets.join("").length);
  });

  it("lets a facility have the fields that it asks for, and never a portrait", () => {
    const desk = talk(undefined, { optionalFields: true });
    desk.lay();
    desk.pass(3_000);
    for (const secret of secrets) expect(desk.texts.join()).toContain(secret);
    expect(desk.texts.join()).not.toContain("img_data");
    expect(desk.dropped["field-dropped"]).toBeUndefined();
  });

  it("takes no names from an object's ancestors, and no number hidden in them", () => {
    const desk = talk("hostile-names");
    desk.lay();
    desk.pass(3_000);
    expect(desk.texts.join()).not.toContain("999999999999");
    expect(Object.keys(JSON.parse(desk.texts[0] ?? "").data)).not.toContain("constructor");
  });
});

describe("limits", () => {
  it("drop texts of more than 512 characters, and what is no text", () => {
    const desk = talk();
    desk.say(
      event({ id: 2, data: { idCode: card.number, personName: "A".repeat(513), gender: { x: 1 }, dateOfBirth: 5 } }),
    );
    desk.say(event({ id: 4, data: {} }));
    expect(JSON.parse(desk.texts[0] ?? "").data).toEqual({ idCode: card.number });
  });

  it("drop a reading of more than 8,192 bytes", () => {
    const desk = talk();
    const long = "Ậ".repeat(512);
    const labels = ["idCode", "personName", "gender", "nationality", "originPlace", "residencePlace", "oldIdCode"];
    desk.say(event({ id: 2, data: Object.fromEntries(labels.map((label) => [label, long])) }));
    desk.say(event({ id: 4, data: {} }));
    expect(desk.scans).toEqual([]);
    expect(desk.drops["overflow"]).toBe(1);
  });

  it("count garbage, and nothing else happens", () => {
    const desk = talk();
    const garbage = [
      Buffer.from(""),
      Buffer.from("{"),
      Buffer.from([0xff, 0xfe]),
      Buffer.from("null"),
      Buffer.from("[]"),
      Buffer.from("[5,{}]"),
      event(null),
      event([]),
      event("text"),
      event({ id: "2" }),
      event({ id: 2.5 }),
      event({}, "/image"),
      event({}, "__proto__"),
      Buffer.from('{"dropped":"noise","bytes":7}'),
      Buffer.from('{"__proto__":1}'),
      Buffer.from(`["/event",{"id":2,"data":${"[".repeat(5_000)}${"]".repeat(5_000)}}]`),
    ];
    for (const chunk of garbage) desk.say(chunk);
    desk.pass(30_000);
    expect(desk.texts).toEqual([failure]); // the last one says that it is a reading's texts
    expect(desk.failures).toEqual([]);
    desk.lay();
    desk.pass(5_000);
    expect(delivered(desk.texts).at(-1)).toBe(card.number);
  });
});

describe("the beginning and the end", () => {
  it("wait up to 3 s for the reader to say who it is", () => {
    expect(talk().ready).toEqual([{ firmware: "1.2.0", serial: "HN-0001" }]);
    const quiet = talk("no-info");
    quiet.pass(2_999);
    expect(quiet.ready).toEqual([]);
    quiet.pass(1);
    expect(quiet.ready).toEqual([{}]);
  });

  it("take a reader that reads cards for one that is ready", () => {
    const desk = talk("no-info");
    desk.lay();
    expect(desk.ready).toEqual([{}]);
    desk.pass(3_000);
    expect(delivered(desk.texts)).toEqual([card.number]);
  });

  it("take no strange text for a firmware or a serial number", () => {
    const desk = talk("no-info");
    desk.say(event({ version: "1\n2", serial_device: "x".repeat(65) }, "/info"));
    expect(desk.ready).toEqual([{}]);
  });

  it("deliver nothing while the desk takes nothing", () => {
    const desk = talk(undefined, { armsWhenReady: false });
    desk.lay();
    desk.pass(3_000);
    expect(desk.scans).toEqual([]);
    expect(desk.drops["not-armed"]).toBe(1);
  });

  it("drop what was begun, and stay silent after", () => {
    const desk = talk();
    desk.lay();
    desk.driver.close();
    expect(desk.drops["closed"]).toBe(1);
    desk.pass(30_000);
    expect(desk.scans).toEqual([]);
  });
});
