// Attacks by those who were let in: an account or a desk in the wrong hands that takes as much as it can of what it may.
import { setTimeout as sleep } from "node:timers/promises";
import { generate } from "mqtt-packet";
import * as bytes from "../fixtures/mqtt-bytes.ts";
import type { WireClient } from "../fixtures/wire-client.ts";
import type { Attack, Attacker } from "./hostile.ts";
import { rogueDeskName, rogueHis, rogueIt, topicOf } from "./target.ts";

/** As many clients as one account may have. */
const clientsPerUser = 20;

/** Opens clients of that account, each from an address of its own; those that are not let in are left out. */
async function crowd(attacker: Attacker, user: string, clean = true): Promise<WireClient[]> {
  const opened = Array.from({ length: clientsPerUser }, (_, index) =>
    attacker.client(user, { clientId: `${user}-crowd-${index}`, clean }, attacker.anyAddress()),
  );
  return (await Promise.all(opened)).flatMap((client) => client ?? []);
}

/** Ends the kept sessions that an attack made, as an administrator would afterwards. */
async function forgetCrowd(attacker: Attacker, user: string): Promise<void> {
  for (let index = 0; index < clientsPerUser; index += 1) {
    await (await attacker.client(user, { clientId: `${user}-crowd-${index}` }, attacker.anyAddress()))?.cut();
  }
}

const checkIns = topicOf("+", "checkin/json");
/** All that the hospital's software may hear of a check-in, in many words. */
const wideFilters = ["checkin/#", "checkin/+", "checkin/json", "checkin/json/#", "checkin/+/#"].map((rest) =>
  topicOf("+", rest),
);

/** The same packet many times. */
const times = (count: number, packet: Uint8Array): Uint8Array =>
  bytes.joined(Array.from({ length: count }, () => packet));

/** Publishes from the stolen desk without waiting for answers, as fast as it is read. */
async function pourPublishes(attacker: Attacker, rest: string, payloadBytes: number, atOnce: number): Promise<void> {
  while (!attacker.isOver) {
    const desk = await attacker.rogueDesk();
    if (desk === undefined) {
      await sleep(100);
      continue;
    }
    const payload = Buffer.alloc(payloadBytes, "x");
    const topic = topicOf(rogueDeskName, rest);
    const packets = Array.from({ length: atOnce }, (_, index) =>
      generate({ cmd: "publish", topic, payload, qos: 1, retain: false, dup: false, messageId: index + 1 }),
    );
    await attacker.pour(desk.socket, Buffer.concat(packets), atOnce);
    await desk.cut();
  }
}

export const sessionAttacks: readonly Attack[] = [
  {
    name: "publish-flood",
    does: "a stolen desk publishes small check-ins as fast as they are read, thousands without waiting for PUBACK",
    stoppedBy: "`packetsAtOnceMax`",
    run: (attacker) => pourPublishes(attacker, "checkin/json", 20, 500),
  },
  {
    name: "large-publish-flood",
    does: "the same with check-ins of 30 KB",
    stoppedBy: "`packetsAtOnceMax`, `bytesPerSecondMax`",
    run: (attacker) => pourPublishes(attacker, "checkin/json", 30_000, 8),
  },
  {
    name: "retained-flood",
    does: "a stolen desk retains the states of ever more readers, 2 KB each",
    stoppedBy: "`retainedPerDeskMax`",
    run: async (attacker) => {
      let reader = 0;
      while (!attacker.isOver) {
        const desk = await attacker.rogueDesk();
        if (desk === undefined) {
          await sleep(100);
          continue;
        }
        const publishNext = () => {
          reader += 1;
          attacker.act();
          const topic = topicOf(rogueDeskName, `reader/r${reader}/state`);
          return desk.publish({ topic, payload: Buffer.alloc(2_000, "x"), qos: 1, retain: true });
        };
        while (desk.isOpen && !attacker.isOver) await Promise.all(Array.from({ length: 50 }, publishNext));
        await desk.cut();
      }
    },
  },
  {
    name: "wildcard-storm",
    does: "all clients of an account subscribe to everything it may hear in overlapping wildcards, so that each check-in goes out 20 times",
    stoppedBy: "each session gets a message once; `inFlightMax`, `connectionsPerUserMax`",
    run: async (attacker) => {
      const clients = await crowd(attacker, rogueHis);
      while (!attacker.isOver) {
        for (const client of clients) await client.subscribe(wideFilters, 1);
        attacker.act(clients.length * wideFilters.length);
        await sleep(20);
      }
    },
  },
  {
    name: "subscription-flood",
    does: "ever new filters, a hundred in a packet, as fast as they are read",
    stoppedBy: "`filtersPerSessionMax`, `unpacedPerSecondMax`",
    run: async (attacker) => {
      const clients = await crowd(attacker, rogueHis);
      let next = 0;
      const pour = async (client: WireClient) => {
        while (client.isOpen && !attacker.isOver) {
          const filters = Array.from({ length: 100 }, () => {
            next += 1;
            return topicOf(`quay-${next}`, "checkin/json");
          });
          const codes = await client.subscribe(filters, 1);
          attacker.act(filters.length);
          if (codes.every((code) => code === 1)) attacker.act(0);
        }
      };
      await Promise.all(clients.map(pour));
    },
  },
  {
    name: "subscribe-churn",
    does: "kept sessions that subscribe and unsubscribe without end: each wants a commit",
    stoppedBy: "`packetsAtOnceMax`, `unpacedPerSecondMax`, group commit",
    run: async (attacker) => {
      const clients = await crowd(attacker, rogueHis, false);
      const filter = bytes.text(checkIns);
      const pair = bytes.joined([bytes.subscribe(filter, 1), bytes.unsubscribe(filter)]);
      await Promise.all(clients.map((client) => attacker.pour(client.socket, times(100, pair), 200)));
      for (const client of clients) await client.cut();
      await forgetCrowd(attacker, rogueHis);
    },
  },
  {
    name: "session-flood",
    does: "ever new kept sessions of one account",
    stoppedBy: "`sessionsPerUserMax`, `connectionsPerUserMax`",
    run: async (attacker) => {
      let opened = 0;
      await attacker.repeat(
        async () => {
          attacker.act();
          const client = await attacker.client(rogueHis, { clean: false }, attacker.anyAddress());
          if (client === undefined) return;
          opened += 1;
          await client.cut();
        },
        { perSecond: 1_000 },
      );
      if (opened > 60) attacker.gain(`${opened} kept sessions for one account`);
    },
  },
  {
    name: "offline-queue-bomb",
    does: "20 absent sessions of one account that want everything, while a stolen desk publishes 30 KB at a time",
    stoppedBy: "`bytesPerSecondMax`, one stored copy for all queues, `queuedBytesMax`",
    run: async (attacker) => {
      const clients = await crowd(attacker, rogueHis, false);
      for (const client of clients) {
        await client.subscribe(wideFilters, 1);
        await client.cut();
      }
      await pourPublishes(attacker, "checkin/json", 30_000, 8);
      await forgetCrowd(attacker, rogueHis);
    },
  },
  {
    name: "frozen-subscribers",
    does: "20 clients that want everything and read nothing, half of them with a kept session, while a stolen desk publishes",
    stoppedBy: "one queue for each session, `inFlightMax`, `unsentBytesMax`, `queuedUnkeptMax`, `drainSeconds`",
    run: async (attacker) => {
      const clients = [...(await crowd(attacker, rogueHis, false)), ...(await crowd(attacker, rogueHis))];
      for (const [index, client] of clients.entries()) {
        await client.subscribe(wideFilters, index % 2 === 0 ? 0 : 1);
        client.socket.pause();
      }
      attacker.act(clients.length);
      await pourPublishes(attacker, "checkin/json", 10_000, 20);
      for (const client of clients) await client.cut();
      await forgetCrowd(attacker, rogueHis);
    },
  },
  {
    name: "ping-flood",
    does: "PINGREQ as fast as they are read, on 20 connections, and reads no answer on half of them",
    stoppedBy: "`unpacedPerSecondMax`, `packetsAtOnceMax`, `drainSeconds`",
    run: async (attacker) => {
      const clients = await crowd(attacker, rogueIt);
      for (const [index, { socket }] of clients.entries()) if (index % 2 === 0) socket.pause();
      await Promise.all(clients.map(({ socket }) => attacker.pour(socket, times(4_000, bytes.ping), 4_000)));
    },
  },
];
