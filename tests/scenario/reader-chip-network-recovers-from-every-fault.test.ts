// A desk with a network chip reader behind a real Socket.IO server: each fault, and the patient after it is checked in without a restart.
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { systemClock } from "../../service/clock.ts";
import { encodeChipCard, invented } from "../../simulators/chip-reader/chip-card.ts";
import { type Hn212Control, type Hn212Fault, hn212Device } from "../../simulators/chip-reader/hn212-device.ts";
import { makeSelfSigned } from "../../simulators/chip-reader/self-signed.ts";
import { openSocketIoReader, type SocketIoReader } from "../../simulators/chip-reader/socket-io-reader.ts";
import { type ChipDesk, expectEachOnce, startChipDesk } from "../fixtures/chip-desk.ts";
import { afterThisTest } from "../fixtures/clean-up.ts";
import { freePort } from "../fixtures/free-port.ts";
import { waitUntil } from "../fixtures/wait-until.ts";

const host = "127.0.0.1";
/** Fast for a chip; the driver's own times are real. */
const pace = { textMs: 40, rawMs: 40 };
const first = invented(1);
const second = invented(2);

async function openReader(
  control: Hn212Control,
  port = 0,
  tls?: { key: string; cert: string },
): Promise<SocketIoReader> {
  const reader = await openSocketIoReader(hn212Device(control, pace), { host, port, tls, clock: systemClock() });
  afterThisTest(() => reader.close());
  return reader;
}

async function startDesk(fault?: Hn212Fault) {
  const control: Hn212Control = { fault };
  const reader = await openReader(control);
  const desk = await startChipDesk({ socketio: { host, port: reader.port } });
  await waitUntil("the reader is armed", () => desk.state() === "armed");
  return { control, reader, desk };
}

const isIn = (desk: ChipDesk, card: { readonly number: string }) => () => desk.numbers().includes(card.number);

/** Everything of a chip that no facility asked for. */
const secrets = (card: ReturnType<typeof invented>) => [
  ...[card.ethnicity, card.religion, card.identifyingMarks, card.fatherName, card.motherName, card.spouseName],
  "paWlpaWl", // the portrait, in base64
];

function expectNoSecrets(desk: ChipDesk): void {
  const outputs = desk.outputs();
  for (const secret of secrets(first)) expect(outputs).not.toContain(secret);
}

describe("a reading", () => {
  test.each([
    "raw-before-text",
    "no-dg1",
    "no-groups-at-all",
    "huge-portrait",
    "hostile-names",
    "unknown-ids",
    "no-raw",
  ] as const)("with %s is checked in, once", async (fault) => {
    const { control, desk, reader } = await startDesk(fault);
    reader.present(encodeChipCard(first));
    await waitUntil("the patient is checked in", isIn(desk, first));
    control.fault = undefined;
    reader.present(encodeChipCard(second));
    await waitUntil("the next patient is checked in", isIn(desk, second));
    expectEachOnce(desk, [first.number, second.number]);
    expect(desk.checkIns()[0]?.data).toMatchObject({ method: "chip", assurance: "chip-read" });
    expectNoSecrets(desk);
  });

  test.each(["failure", "other-card-in-groups", "bad-base64", "silent"] as const)(
    "with %s is told to have failed, nobody is checked in, and the next patient is",
    async (fault) => {
      const { control, desk, reader } = await startDesk(fault);
      reader.present(encodeChipCard(first));
      await waitUntil("the failure is told", () => desk.reasons().includes("reader-error"), 20_000);
      expect(desk.numbers()).toEqual([]);
      control.fault = undefined;
      reader.present(encodeChipCard(second));
      await waitUntil("the next patient is checked in", isIn(desk, second));
      expectEachOnce(desk, [second.number]);
      expect(desk.outputs()).not.toContain(first.number);
      expectNoSecrets(desk);
    },
    40_000,
  );

  test("of a card that is held on the reader is one visit", async () => {
    const { desk, reader } = await startDesk();
    for (let reading = 0; reading < 3; reading += 1) {
      reader.present(encodeChipCard(first));
      await sleep(2 * (pace.textMs + pace.rawMs));
    }
    reader.present(encodeChipCard(second));
    await waitUntil("the next patient is checked in", isIn(desk, second));
    expectEachOnce(desk, [first.number, second.number]);
  });
});

describe("a reader", () => {
  test("whose plug is pulled in mid reading loses that reading only, and is taken back by itself", async () => {
    const { desk, reader } = await startDesk();
    reader.present(encodeChipCard(first));
    reader.cut();
    await waitUntil("the desk noticed", () => desk.state() !== "armed");
    await waitUntil("the reader is armed again", () => desk.state() === "armed" && reader.hosts === 1);
    expect(desk.numbers()).toEqual([]);
    reader.present(encodeChipCard(first));
    await waitUntil("the patient is checked in", isIn(desk, first));
    expectEachOnce(desk, [first.number]);
  });

  test("that dies and comes back on its address is found again", async () => {
    const port = await freePort();
    const control: Hn212Control = { fault: undefined };
    const before = await openReader(control, port);
    const desk = await startChipDesk({ socketio: { host, port } });
    await waitUntil("the reader is armed", () => desk.state() === "armed");
    before.present(encodeChipCard(first));
    await before.close();
    await waitUntil("the desk noticed", () => desk.state() !== "armed");
    await sleep(1_000); // several attempts in vain
    const after = await openReader(control, port);
    await waitUntil("the reader is armed again", () => desk.state() === "armed");
    after.present(encodeChipCard(second));
    await waitUntil("the next patient is checked in", isIn(desk, second));
    expectEachOnce(desk, [second.number]);
  });

  test("that does not say who it is is taken after 3 s", async () => {
    const { desk, reader } = await startDesk("no-info");
    reader.present(encodeChipCard(first));
    await waitUntil("the patient is checked in", isIn(desk, first));
  });

  test("that sends garbage of every kind is outlived", async () => {
    const { desk, reader } = await startDesk();
    const garbage = [
      "44",
      "42",
      "0{",
      "40null",
      "451-[]",
      "",
      "x",
      '42["__proto__",{}]',
      '42["/event",null]',
      '42["/event",{"id":"2"}]',
      '42["/image","x"]',
    ];
    for (const text of garbage) reader.sendRaw(text);
    reader.emit("/event", { id: 2, data: { constructor: "x", ["__proto__"]: { idCode: "999999999999" } } });
    reader.emit("/event", "x".repeat(300 * 1024));
    reader.present(encodeChipCard(first));
    await waitUntil("the patient is checked in", isIn(desk, first));
    reader.sendRaw("42["); // ends the connection
    await waitUntil("the desk noticed", () => desk.state() !== "armed");
    await waitUntil("the reader is armed again", () => desk.state() === "armed" && reader.hosts === 1);
    reader.present(encodeChipCard(second));
    await waitUntil("the next patient is checked in", isIn(desk, second));
    expectEachOnce(desk, [first.number, second.number]);
  });

  test("is reached over https with the certificate that was pinned, and with no other", async () => {
    const pinned = makeSelfSigned("HN-212");
    const port = await freePort();
    const impostor = await openReader({ fault: undefined }, port, makeSelfSigned("HN-212"));
    const desk = await startChipDesk({ socketio: { host, port, fingerprint256: pinned.fingerprint256 } });
    await waitUntil("the desk says why", () => desk.outputs().includes("port-untrusted"));
    expect(impostor.hosts).toBe(0);
    await impostor.close();
    const reader = await openReader({ fault: undefined }, port, pinned);
    await waitUntil("the reader is armed", () => desk.state() === "armed");
    reader.present(encodeChipCard(first));
    await waitUntil("the patient is checked in", isIn(desk, first));
    expectEachOnce(desk, [first.number]);
  });
});

test("a facility with a legal basis gets the fields that it asks for, and never the portrait", async () => {
  const reader = await openReader({ fault: undefined });
  const desk = await startChipDesk({ socketio: { host, port: reader.port } }, { chip: { optionalFields: true } });
  await waitUntil("the reader is armed", () => desk.state() === "armed");
  reader.present(encodeChipCard(first));
  await waitUntil("the patient is checked in", isIn(desk, first));
  const outputs = desk.outputs();
  expect(outputs).toContain(first.religion);
  expect(outputs).not.toContain("paWlpaWl");
});
