// Attacks on rights: wills, wildcards and topics of the broker, by accounts that may other things.
import { setTimeout as sleep } from "node:timers/promises";
import type { WireClient } from "../fixtures/wire-client.ts";
import { type Attack, forged } from "./hostile.ts";
import { forgery, rogueDeskName, rogueHis, rogueIt, topicOf } from "./target.ts";

/** Where none of the attackers' accounts may write. */
const closedTopics = [
  ...[topicOf("quay-01", "checkin/json"), topicOf("quay-01", "state"), topicOf("quay-01", "response/info")],
  ...["$SYS/broker/x", "$SYS", "/", "tiepdon/v1/38xxx/quay-01", "tiepdon/v1/39xxx/quay-01/result", "other"],
  ...["tiepdon/v1/38xxx//checkin/json", "TIEPDON/v1/38xxx/quay-01/state"],
];

/** Beyond what IT may hear. */
const closedFilters = [
  ...[
    "#",
    "+/#",
    "/#",
    "tiepdon/#",
    "tiepdon/v1/#",
    "tiepdon/v1/38xxx/#",
    "tiepdon/v1/38xxx/+/#",
    "tiepdon/v1/+/+/state",
  ],
  ...[
    topicOf("+", "checkin/json"),
    topicOf("+", "checkin/#"),
    topicOf("quay-01", "#"),
    topicOf("+", "+"),
    topicOf("+", "+/json"),
  ],
  ...["$share/g/tiepdon/v1/38xxx/+/checkin/json", "$share/g/#", "+/+/+/+/checkin/json", "+/v1/38xxx/+/checkin/json"],
];

/** IT and the stolen desk, which hear no check-ins. */
const isCheckIn = (topic: string): boolean => topic.includes("/checkin") || topic.includes("/rejected");

async function reopening(open: () => Promise<WireClient | undefined>): Promise<WireClient | undefined> {
  const client = await open();
  if (client === undefined) await sleep(50);
  return client;
}

export const rightAttacks: readonly Attack[] = [
  {
    name: "will-bypass",
    does: "wills on topics of other desks, of other facilities and of the broker, with wildcards, retained or not",
    stoppedBy: "rights are asked at CONNECT and again when the will is sent",
    run: (attacker) =>
      attacker.repeat(
        async () => {
          const bad = [...closedTopics, "#", topicOf("+", "state")];
          const topic = bad[attacker.random(bad.length)] ?? "";
          const will = { topic, payload: forgery, qos: 1, retain: attacker.random(2) === 0 } as const;
          attacker.act();
          const client =
            attacker.random(10) === 0
              ? await attacker.rogueDesk({ will })
              : await attacker.client(attacker.random(2) === 0 ? rogueHis : rogueIt, { will }, attacker.anyAddress());
          if (client !== undefined) attacker.gain(`a will on ${topic}`);
          await client?.cut();
        },
        { perSecond: 400 },
      ),
  },
  {
    name: "wildcard-bypass",
    does: "filters that climb out of what IT and a desk may hear, alone, among good ones, again after a denial, in kept sessions; then topics that may not be written",
    stoppedBy: "a filter is granted only whole; every delivery is checked again",
    run: async (attacker) => {
      const listeners: WireClient[] = [];
      await attacker.repeat(
        async () => {
          const isDesk = attacker.random(10) === 0;
          const client = await reopening(() =>
            isDesk
              ? attacker.rogueDesk()
              : attacker.client(
                  rogueIt,
                  { clean: attacker.random(2) === 0, clientId: `w-${attacker.random(40)}` },
                  attacker.anyAddress(),
                ),
          );
          if (client === undefined) return;
          const own = isDesk ? topicOf(rogueDeskName, "result") : topicOf("+", "health");
          for (const filters of [closedFilters, [own, ...closedFilters], closedFilters]) {
            const codes = await client.subscribe(filters, 1);
            attacker.act(filters.length);
            for (const [index, code] of codes.entries()) {
              const filter = filters[index] ?? "";
              const mayHear = filter === own || (!isDesk && filter === "tiepdon/v1/+/+/state");
              if (code !== 128 && !mayHear) attacker.gain(`${filter} was granted`);
            }
          }
          if (listeners.length < 5) listeners.push(client);
          else await client.cut();
        },
        { atOnce: 8, perSecond: 100 },
      );
      for (const client of listeners) attacker.judgeArrivals("IT or a desk", client, (topic) => !isCheckIn(topic));
      for (const topic of closedTopics) {
        const client = await attacker.client(rogueHis, {}, attacker.anyAddress());
        attacker.act();
        if (await client?.publish(forged(topic))) attacker.gain(`${topic} could be written`);
        await client?.cut();
      }
      for (let index = 0; index < 40; index += 1)
        await (await attacker.client(rogueIt, { clientId: `w-${index}` }, attacker.anyAddress()))?.cut();
    },
  },
  {
    name: "sys-access",
    does: "asks for the broker's own topics as hospital software and as a desk, and writes there as IT",
    stoppedBy: "`$SYS` is read by IT alone and written by nobody",
    run: (attacker) =>
      attacker.repeat(
        async () => {
          const client = await reopening(() =>
            attacker.random(10) === 0 ? attacker.rogueDesk() : attacker.client(rogueHis, {}, attacker.anyAddress()),
          );
          const wanted = ["$SYS/#", "$SYS/+/#", "$SYS", "$SYS/+/new/clients", "$SYS/broker/#"];
          for (let count = 0; count < 10 && client?.isOpen; count += 1) {
            const codes = await client.subscribe(wanted, 1);
            attacker.act(wanted.length);
            if (codes.some((code) => code !== 128)) attacker.gain("$SYS was granted");
          }
          if (await client?.publish(forged("$SYS/broker/x"))) attacker.gain("$SYS could be written");
          attacker.judgeArrivals("not IT", client, (topic) => !topic.startsWith("$SYS"));
          await client?.cut();
        },
        { atOnce: 8, perSecond: 100 },
      ),
  },
];
