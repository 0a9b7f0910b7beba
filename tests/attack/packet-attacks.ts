// Attacks by what stands in packets: rubbish, lies about lengths, names that are none.
import { setTimeout as sleep } from "node:timers/promises";
import * as bytes from "../fixtures/mqtt-bytes.ts";
import type { WireClient } from "../fixtures/wire-client.ts";
import { type Attack, type Attacker, closedWithin, forged, once } from "./hostile.ts";
import { rogueHis, rogueIt, topicOf } from "./target.ts";

/** How long a hostile client waits for the answer to one packet, in milliseconds. */
const answerMs = 200;

/** A connection with CONNECT already answered, as a socket. */
async function letIn(attacker: Attacker, user = rogueHis): Promise<WireClient | undefined> {
  const client = await attacker.client(user, {}, attacker.anyAddress());
  if (client === undefined) await sleep(answerMs);
  return client;
}

const goodPackets: readonly Uint8Array[] = [
  bytes.connect({ flags: 0xc2, payload: [...bytes.text("m"), ...bytes.text(rogueHis), ...bytes.text("wrong")] }),
  bytes.connect({
    flags: 0x0e,
    payload: [...bytes.text("m"), ...bytes.text(topicOf("quay-01", "state")), ...bytes.text("x")],
  }),
  bytes.publish(bytes.text(topicOf("quay-01", "result")), 0x32, [0, 7]),
  bytes.subscribe(bytes.text(topicOf("+", "checkin/json")), 1),
  bytes.unsubscribe(bytes.text(topicOf("+", "checkin/json"))),
  bytes.packet(0x40, [0, 7]),
  bytes.packet(0x62, [0, 7]),
  bytes.ping,
];

function mutated(attacker: Attacker): Uint8Array {
  const packet = Uint8Array.from(goodPackets[attacker.random(goodPackets.length)] ?? []);
  for (let changes = 1 + attacker.random(3); changes > 0; changes -= 1) {
    packet[attacker.random(packet.length)] = attacker.random(256);
  }
  const cut = attacker.random(4) === 0 ? attacker.random(packet.length) : packet.length;
  return bytes.joined([packet.subarray(0, cut), attacker.randomBytes(attacker.random(4))]);
}

export const packetAttacks: readonly Attack[] = [
  {
    name: "random-bytes",
    does: "random bytes as the first packet, from many addresses",
    stoppedBy: "strict packet check; `connectionsPerAddressMax`",
    run: (attacker) =>
      attacker.repeat(async () => {
        const socket = attacker.plain(attacker.anyAddress());
        socket.write(attacker.randomBytes(1 + attacker.random(2_000)));
        attacker.act();
        await closedWithin(socket, answerMs);
        socket.destroy();
      }),
  },
  {
    name: "mutated-packets",
    does: "good packets with changed, missing and further bytes, before and after CONNECT",
    stoppedBy: "strict packet check",
    run: (attacker) =>
      attacker.repeat(
        async () => {
          const isInside = attacker.random(4) === 0;
          const client = isInside ? await letIn(attacker) : undefined;
          const socket = client?.socket ?? attacker.plain(attacker.anyAddress());
          for (let count = 0; count < 10 && !socket.destroyed; count += 1) {
            socket.write(mutated(attacker));
            attacker.act();
          }
          await closedWithin(socket, answerMs);
          socket.destroy();
        },
        { perSecond: 200 },
      ),
  },
  {
    name: "half-packets",
    does: "announces the longest CONNECT that may be, sends all but one byte and holds the connection, hundreds at a time",
    stoppedBy: "`packetSeconds`, `connectSeconds`, `connectBytesMax`, `connectionsMax`",
    run: (attacker) =>
      attacker.repeat(
        async () => {
          const socket = attacker.plain(attacker.anyAddress());
          const body = new Uint8Array(8_191);
          socket.write(bytes.packet(0x10, body, bytes.remainingLength(8_192)));
          attacker.act();
          await once(socket, "close");
        },
        { atOnce: 2_000, perSecond: 500 },
      ),
  },
  {
    name: "huge-publish",
    does: "announces a PUBLISH of 256 MB and sends as much of it as is read",
    stoppedBy: "`packetBytesMax`, judged by the announced length",
    run: (attacker) =>
      attacker.repeat(
        async () => {
          const client = await letIn(attacker);
          if (client === undefined) return;
          client.socket.write(Uint8Array.of(0x30, 0xff, 0xff, 0xff, 0x7f));
          for (let sent = 0; sent < 64 && client.isOpen; sent += 1) {
            client.socket.write(new Uint8Array(65_536));
            attacker.act();
            await sleep(0);
          }
          await client.cut();
        },
        { atOnce: 8, perSecond: 200 },
      ),
  },
  {
    name: "deep-topics",
    does: "topics and filters of hundreds of levels, of 64 KB, empty, with NUL, broken UTF-8 and stray wildcards",
    stoppedBy: "`topicLevelsMax`, `topicBytesMax`, strict packet check",
    run: (attacker) => attacker.repeat(() => sendBadTopics(attacker), { atOnce: 8, perSecond: 200 }),
  },
  {
    name: "prototype-names",
    does: "`__proto__`, `constructor` and the like as client id, user, topic and filter",
    stoppedBy: "rights by pattern, maps instead of objects",
    run: (attacker) => attacker.repeat(() => sendPrototypeNames(attacker), { atOnce: 4, perSecond: 100 }),
  },
  {
    name: "mqtt-5",
    does: "CONNECT of MQTT 5 and of unknown protocols, from many addresses",
    stoppedBy: "strict packet check, CONNACK 1",
    run: (attacker) =>
      attacker.repeat(async () => {
        const socket = attacker.plain(attacker.anyAddress());
        const isFive = attacker.random(2) === 0;
        const payload = [5, 0x11, 0, 0, 0, 10, ...bytes.text("five")];
        socket.write(isFive ? bytes.connect({ level: 5, payload }) : bytes.connect({ name: "MQTX" }));
        attacker.act();
        await closedWithin(socket, answerMs);
        socket.destroy();
      }),
  },
];

async function sendBadTopics(attacker: Attacker): Promise<void> {
  const client = await letIn(attacker);
  if (client === undefined) return;
  const deep = "x/".repeat(100);
  for (let count = 0; count < 20 && client.isOpen; count += 1) {
    const codes = await client.subscribe([`tiepdon/v1/${deep}${count}`, `tiepdon/v1/38xxx/+/${"y".repeat(600)}`], 1);
    if (codes.some((code) => code !== 128)) attacker.gain("an endless filter was granted");
    attacker.act(2);
  }
  const bad: readonly (readonly number[])[] = [
    bytes.text(`tiepdon/v1/38xxx/quay-01/request/${deep}`),
    bytes.text("z".repeat(30_000)),
    bytes.text(""),
    bytes.text("tiepdon/v1/38xxx/quay-01/request/\0"),
    bytes.block([0x74, 0xc3, 0x28]),
    bytes.text("tiepdon/v1/38xxx/+/result"),
    bytes.text("#"),
  ];
  client.socket.write(bytes.publish(bad[attacker.random(bad.length)] ?? [], 0x32, [0, 9]));
  attacker.act();
  if (await client.ping()) attacker.gain("a bad topic was taken");
  await client.cut();
}

const prototypeNames = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "valueOf"];

async function sendPrototypeNames(attacker: Attacker): Promise<void> {
  const name = prototypeNames[attacker.random(prototypeNames.length)] ?? "";
  if (attacker.random(50) === 0) {
    const stranger = await attacker.client(name, { password: name });
    attacker.act();
    if (stranger !== undefined) attacker.gain(`${name} is a user`);
  }
  const clean = attacker.random(2) === 0;
  const client = await attacker.client(rogueIt, { clientId: name, clean }, attacker.anyAddress());
  if (client === undefined) return;
  const wanted = [name, `${name}/#`, `tiepdon/v1/${name}/+/checkin/json`, `tiepdon/v1/38xxx/${name}/checkin/json`];
  for (let count = 0; count < 5 && client.isOpen; count += 1) {
    const codes = await client.subscribe(wanted, 1);
    if (codes.some((code) => code !== 128)) attacker.gain(`a filter with ${name} was granted`);
    await client.unsubscribe(wanted);
    attacker.act(2 * wanted.length);
  }
  if (attacker.random(2) === 0 && (await client.publish(forged(`tiepdon/v1/38xxx/${name}/checkin/json`)))) {
    attacker.gain(`${name} could be published`);
  }
  attacker.act();
  await client.cut();
}
