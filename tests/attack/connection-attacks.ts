// Attacks by connecting: many, slow, half, under wrong names, with wrong passwords.
import { setTimeout as sleep } from "node:timers/promises";
import * as bytes from "../fixtures/mqtt-bytes.ts";
import { WireClient } from "../fixtures/wire-client.ts";
import { type Attack, type Attacker, once } from "./hostile.ts";
import { forgery, goodHis, rogueHis, rogueIt, topicOf } from "./target.ts";

/** Sends a packet one byte at a time. */
async function drip(attacker: Attacker, client: WireClient | undefined, packet: Uint8Array): Promise<void> {
  const socket = client?.socket ?? attacker.plain(attacker.anyAddress());
  for (let at = 0; at < packet.length && !socket.destroyed && !attacker.isOver; at += 1) {
    socket.write(packet.subarray(at, at + 1));
    attacker.act();
    await sleep(100);
  }
  socket.destroy();
}

const longConnect = bytes.connect({ payload: bytes.text("slow".repeat(30)) });
const longPublish = bytes.packet(0x30, [...bytes.text(topicOf("quay-01", "result")), ...new Uint8Array(5_000)]);

export const connectionAttacks: readonly Attack[] = [
  {
    name: "connect-flood",
    does: "opens connections as fast as can be from one address, says CONNECT without a password or nothing",
    stoppedBy: "`connectionsPerAddressMax`, `connectsPerSecondPerAddress`",
    run: (attacker) =>
      attacker.repeat(
        async () => {
          const socket = attacker.plain();
          if (attacker.random(2) === 0) socket.write(bytes.connect());
          attacker.act();
          await once(socket, "close");
        },
        { atOnce: 1_000, perSecond: 2_000 },
      ),
  },
  {
    name: "connect-flood-from-many",
    does: "the same from 65,000 addresses, and holds what it gets",
    stoppedBy: "`connectionsMax`, `connectionsReserved`, `connectSeconds`",
    run: (attacker) =>
      attacker.repeat(
        async () => {
          const socket = attacker.plain(attacker.anyAddress());
          attacker.act();
          await once(socket, "close");
        },
        { atOnce: 2_000, perSecond: 1_000 },
      ),
  },
  {
    name: "slow-loris-before-connect",
    does: "hundreds of connections that send CONNECT a byte at a time",
    stoppedBy: "`connectSeconds`, `packetSeconds`",
    run: (attacker) => attacker.repeat(() => drip(attacker, undefined, longConnect), { atOnce: 380 }),
  },
  {
    name: "slow-loris-after-connect",
    does: "as many clients as an account may have send PUBLISH a byte at a time",
    stoppedBy: "`packetSeconds`, `connectionsPerUserMax`",
    run: (attacker) =>
      attacker.repeat(
        async () => {
          const user = attacker.random(2) === 0 ? rogueHis : rogueIt;
          const client = await attacker.client(user, {}, attacker.anyAddress());
          attacker.act();
          if (client === undefined) await sleep(50);
          else await drip(attacker, client, longPublish);
        },
        { atOnce: 80, perSecond: 400 },
      ),
  },
  {
    name: "client-id-take-over",
    does: "comes under the client ids of the hospital's software and of desks, with accounts and a certificate of its own",
    stoppedBy: "a client id belongs to its user or certificate; dispute rule for copies of one certificate",
    run: async (attacker) => {
      const victims = [goodHis, "38xxx:quay-01", "38xxx:quay-02"];
      await attacker.repeat(
        async () => {
          const clientId = victims[attacker.random(victims.length)] ?? "";
          const clean = attacker.random(2) === 0;
          attacker.act();
          const user = attacker.random(2) === 0 ? rogueHis : rogueIt;
          const thief =
            attacker.random(20) === 0
              ? await attacker.rogueDesk({ clientId, clean })
              : await attacker.client(user, { clientId, clean }, attacker.anyAddress());
          if (thief === undefined) return;
          attacker.gain(`${user} took ${clientId}`);
          await thief.cut();
        },
        { perSecond: 400 },
      );
    },
  },
  {
    name: "password-guessing",
    does: "guesses passwords of every account, from one address and from many",
    stoppedBy: "lock-out; password checks that run and wait are bounded",
    run: async (attacker) => {
      const users = [goodHis, "it", "admin", "root"];
      await attacker.repeat(
        async () => {
          const user = users[attacker.random(users.length)] ?? "";
          const client = new WireClient(attacker.plain(attacker.random(2) === 0 ? undefined : attacker.anyAddress()));
          attacker.act();
          const password = `guess-${attacker.random(1e9)}`;
          const hello = client.connect({ clientId: `guesser-${attacker.random(1e9)}`, user, password });
          const code = await Promise.race([hello.then((answer) => answer.code), sleep(2_000, undefined)]);
          if (code === 0) attacker.gain(`${user} was let in with ${password}`);
          await client.cut();
        },
        { atOnce: 300, perSecond: 500 },
      );
    },
  },
  {
    name: "will-storm",
    does: "connects with a will that it may leave, and breaks off, over and over",
    stoppedBy: "`connectsPerSecondPerAddress`, `connectionsPerUserMax`",
    run: (attacker) =>
      attacker.repeat(
        async () => {
          const will = { topic: topicOf("quay-97", "result"), payload: forgery, qos: 1, retain: false } as const;
          const client = await attacker.client(rogueHis, { will }, attacker.anyAddress());
          attacker.act();
          await client?.cut();
        },
        { perSecond: 1_000 },
      ),
  },
  {
    name: "qos-2-halves",
    does: "QoS 2 messages that are never released, on one connection after the other",
    stoppedBy: "`qos2: false`; else `inboundQos2Max`",
    run: (attacker) =>
      attacker.repeat(
        async () => {
          const client = await attacker.client(rogueHis, {}, attacker.anyAddress());
          if (client === undefined) return sleep(50);
          const topic = bytes.text(topicOf("quay-97", "result"));
          for (let id = 1; id <= 10; id += 1) client.socket.write(bytes.publish(topic, 0x34, [0, id]));
          attacker.act(10);
          const message = { topic: topicOf("quay-97", "result"), payload: forgery, qos: 2 } as const;
          if (await client.publish(message)) attacker.gain("QoS 2 was taken");
          await client.cut();
        },
        { perSecond: 200 },
      ),
  },
];
