// The process that loads a broker: takes one job after the other from its parent, and answers what it measured.
import { setTimeout as sleep } from "node:timers/promises";
import { percentile } from "./measure.ts";
import {
  type Answer,
  type Connects,
  type ConnectWork,
  deskName,
  facility,
  type HoldWork,
  type Job,
  type Latency,
  type LatencyWork,
  type Load,
  type LoadWork,
  readerUser,
  type Target,
} from "./mqtt-jobs.ts";
import { encodePublish, type LineSink, MqttLine } from "./mqtt-line.ts";

/** About what a check-in has; the first digits are the message's number. */
const payloadBytes = 2_048;
const digits = 10;
/** Message ids are used in turn; far more than are ever on their way. */
const idsMax = 65_535;
/** How long what was sent may take to come, in milliseconds; what does not come is reported as an error. */
const patienceMs = 60_000;
const connectsAtOnce = 8;

const readerFilter = "tiepdon/v1/+/+/checkin/json";
const topicOf = (desk: number): string => `tiepdon/v1/${facility}/${deskName(desk)}/checkin/json`;

/** One desk that publishes: at most a window of messages without a PUBACK, and many in one write. */
class Publisher {
  readonly #template: ReturnType<typeof encodePublish>;
  readonly #sentAt = new Float64Array(idsMax + 1);
  readonly ackTimes: number[] = [];
  #line: MqttLine | undefined;
  sent = 0;
  acknowledged = 0;
  onAck: () => void = () => undefined;

  constructor(desk: number) {
    this.#template = encodePublish(topicOf(desk), checkInLike());
  }

  async open(target: Target, desk: number): Promise<void> {
    this.#line = await openLine(target, desk, {
      acknowledged: (id) => {
        this.acknowledged += 1;
        this.ackTimes.push(performance.now() - (this.#sentAt[id] ?? Number.NaN));
        this.onAck();
      },
    });
  }

  send(count: number): void {
    const { bytes, idAt, payloadAt } = this.#template;
    const all = Buffer.allocUnsafe(count * bytes.length);
    const now = performance.now();
    for (let index = 0; index < count; index += 1) {
      const at = index * bytes.length;
      const id = (this.sent % idsMax) + 1;
      bytes.copy(all, at);
      all.writeUInt16BE(id, at + idAt);
      all.write(String(this.sent).padStart(digits, "0"), at + payloadAt, "latin1");
      this.#sentAt[id] = now;
      this.sent += 1;
    }
    this.#line?.write(all);
  }

  sentAt(number: number): number {
    return this.#sentAt[(number % idsMax) + 1] ?? Number.NaN;
  }

  async close(): Promise<void> {
    await this.#line?.end();
  }
}

async function measureLatency({ perSecond, seconds }: LatencyWork, target: Target): Promise<Latency> {
  const publisher = new Publisher(0);
  const deliveryTimes: number[] = [];
  await forgetReaders(target, 1);
  const reader = await openReader(target, 0, false, (payload) => {
    const number = Number(payload.toString("latin1", 0, digits));
    deliveryTimes.push(performance.now() - publisher.sentAt(number));
  });
  await publisher.open(target, 0);
  const messages = perSecond * seconds;
  const startAt = performance.now();
  while (publisher.sent < messages) {
    const due = Math.min(messages, Math.floor(((performance.now() - startAt) / 1_000) * perSecond) + 1);
    for (; publisher.sent < due; ) publisher.send(1);
    await sleep(Math.max(1, startAt + (publisher.sent / perSecond) * 1_000 - performance.now()));
  }
  await until(() => publisher.acknowledged >= messages && deliveryTimes.length >= messages, "messages");
  await publisher.close();
  await reader.end();
  await forgetReaders(target, 1);
  return {
    ackMiddle: percentile(publisher.ackTimes, 0.5),
    ackSlow: percentile(publisher.ackTimes, 0.99),
    deliveryMiddle: percentile(deliveryTimes, 0.5),
    deliverySlow: percentile(deliveryTimes, 0.99),
  };
}

async function measureLoad(work: LoadWork, target: Target): Promise<Load> {
  const { publishers: count, window, subscribers, isKept, seconds } = work;
  let delivered = 0;
  await forgetReaders(target, subscribers);
  const readers = await Promise.all(
    Array.from({ length: subscribers }, (_, index) =>
      openReader(target, index, !isKept, () => {
        delivered += 1;
      }),
    ),
  );
  const publishers = Array.from({ length: count }, (_, desk) => new Publisher(desk));
  for (const [desk, publisher] of publishers.entries()) await publisher.open(target, desk);
  const startAt = performance.now();
  const stopAt = startAt + seconds * 1_000;
  const cpuBefore = process.cpuUsage();
  for (const publisher of publishers) {
    let isFilling = false;
    publisher.onAck = () => {
      if (isFilling) return;
      isFilling = true; // what one read acknowledges is made up for in one write
      process.nextTick(() => {
        isFilling = false;
        const free = window - (publisher.sent - publisher.acknowledged);
        if (free > 0 && performance.now() < stopAt) publisher.send(free);
      });
    };
    publisher.send(window);
  }
  const total = (member: "sent" | "acknowledged") => publishers.reduce((sum, publisher) => sum + publisher[member], 0);
  await sleep(seconds * 1_000);
  await until(() => total("acknowledged") >= total("sent"), "acknowledgements");
  const ackSeconds = (performance.now() - startAt) / 1_000;
  await until(() => delivered >= total("sent") * subscribers, "deliveries");
  const wholeSeconds = (performance.now() - startAt) / 1_000;
  const { user, system } = process.cpuUsage(cpuBefore);
  for (const publisher of publishers) await publisher.close();
  for (const reader of readers) await reader.end();
  await forgetReaders(target, subscribers);
  return {
    acknowledgedPerSecond: total("sent") / ackSeconds,
    deliveredPerSecond: delivered / wholeSeconds,
    generatorShare: (user + system) / 1e6 / wholeSeconds,
  };
}

/** Desks that come and go, a few at once, each connected for as long as one CONNECT takes. */
async function measureConnects({ clients, seconds }: ConnectWork, target: Target): Promise<Connects> {
  const round = async (desk: number) => (await openLine(target, desk)).end();
  for (let desk = 0; desk < clients; desk += 1) await round(desk); // every password was checked once
  const startAt = performance.now();
  let connects = 0;
  const come = async (first: number) => {
    for (let desk = first; performance.now() - startAt < seconds * 1_000; ) {
      await round(desk);
      connects += 1;
      desk = desk + connectsAtOnce < clients ? desk + connectsAtOnce : first; // nobody takes over from another
    }
  };
  await Promise.all(Array.from({ length: connectsAtOnce }, (_, first) => come(first)));
  return { connectsPerSecond: connects / ((performance.now() - startAt) / 1_000) };
}

/** Desks that are connected and say nothing; answers while they are, and lets them go after. */
async function hold({ clients, seconds }: HoldWork, target: Target): Promise<Answer> {
  const lines = await Promise.all(Array.from({ length: clients }, (_, desk) => openLine(target, desk)));
  setTimeout(() => void Promise.all(lines.map((line) => line.end())), seconds * 1_000);
  return {};
}

function openLine({ port, password }: Target, desk: number, sink: LineSink = {}): Promise<MqttLine> {
  const user = deskName(desk);
  return MqttLine.open({ port, clientId: `${facility}:${user}`, user, password, clean: true }, sink);
}

async function openReader(
  { port, password }: Target,
  index: number,
  clean: boolean,
  message: (payload: Buffer) => void,
): Promise<MqttLine> {
  const names = { clientId: `reader-${index}`, user: readerUser };
  const line = await MqttLine.open({ port, password, clean, ...names }, { message });
  await line.subscribe(readerFilter);
  return line;
}

/** Ends the kept sessions of earlier jobs. */
async function forgetReaders({ port, password }: Target, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const names = { clientId: `reader-${index}`, user: readerUser };
    await (await MqttLine.open({ port, password, clean: true, ...names })).end();
  }
}

async function until(isDone: () => boolean, what: string): Promise<void> {
  const giveUpAt = performance.now() + patienceMs;
  while (!isDone()) {
    if (performance.now() > giveUpAt) throw new Error(`${what} did not come in ${patienceMs} ms`);
    await sleep(1);
  }
}

function checkInLike(): Buffer {
  const person = { fullName: "Nguyễn Văn Mẫu", birthDate: "1990-03-15", address: "Số 1, Thôn Mẫu, Xã Ví Dụ" };
  const event = `${"0".repeat(digits)} ${JSON.stringify({ specversion: "1.0", data: { person } })}`;
  return Buffer.concat([Buffer.from(event), Buffer.alloc(payloadBytes, " ")]).subarray(0, payloadBytes);
}

function run({ target, ...work }: Job): Promise<Answer> {
  switch (work.kind) {
    case "latency":
      return measureLatency(work, target);
    case "load":
      return measureLoad(work, target);
    case "connects":
      return measureConnects(work, target);
    case "hold":
      return hold(work, target);
  }
}

process.on("message", (job: Job) => {
  run(job).then(
    (answer) => process.send?.({ answer }),
    (error: unknown) => process.send?.({ error: `port ${job.target.port}, ${job.kind}: ${String(error)}` }),
  );
});
