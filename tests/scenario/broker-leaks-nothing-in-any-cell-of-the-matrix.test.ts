// Identity × filter × session × way: everybody hears exactly what the access rule says, on every way that a message can take.
import { scryptSync } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openBrokerStore } from "../../broker/store/broker-store.ts";
import { maySubscribe, mayWrite, type Subject } from "../fixtures/access-rules.ts";
import { afterThisTest, temporaryDirectory } from "../fixtures/clean-up.ts";
import {
  type Cell,
  filters,
  forEach,
  isAskedFor,
  Judge,
  makeCells,
  openWire,
  password,
  type RightsAt,
  reads,
  rightsAtFirst,
  strangeTopics,
  subjects,
  textOf,
  World,
  world,
  writers,
} from "../fixtures/leak-matrix.ts";
import type { WireOptions } from "../fixtures/wire-client.ts";
import { runBroker, type TestBroker, until } from "../unit/broker/running-broker.ts";

const many = 20_000;
const config = {
  limits: {
    ...{ connectionsMax: many, connectionsPerAddressMax: many, connectsPerSecondPerAddress: 10_000 },
    ...{ connectionsPerUserMax: 1_000, sessionsMax: many, sessionsPerUserMax: many, filtersPerSessionMax: 100 },
  },
};

/** One cheap hash for all: a good one is slow on purpose, and this is about rights. */
const salt = Buffer.alloc(16);
const hash = scryptSync(password, salt, 32, { N: 1_024, r: 1, p: 1 });
const passwordHash = `scrypt$1024$1$1$${salt.toString("base64url")}$${hash.toString("base64url")}`;

function writeUsers(directory: string, users: Readonly<Record<string, Subject>>): void {
  const all = Object.entries({ ...users, ...writers }).map(([user, subject]) => ({ user, passwordHash, ...subject }));
  writeFileSync(join(directory, "users.json"), JSON.stringify({ version: 1, users: all }));
}

/** A broker on that directory, and the matrix's sessions on it. */
class Scene {
  readonly judge = new Judge();
  readonly directory = join(temporaryDirectory(), "data");
  cells: Cell[] = [];
  #broker: TestBroker | undefined;
  #world: World | undefined;

  constructor(users: Readonly<Record<string, Subject>> = subjects) {
    mkdirSync(this.directory);
    writeUsers(this.directory, users);
    afterThisTest(() => this.stop());
  }

  get broker(): TestBroker {
    if (this.#broker === undefined) throw new Error("the broker is not running");
    return this.#broker;
  }

  async start(settings: object = {}): Promise<void> {
    this.#broker = await runBroker({ users: [], directory: this.directory, config: { ...config, ...settings } });
    this.#world = await World.at(this.broker.port);
  }

  async stop(): Promise<void> {
    await this.#broker?.close();
    this.#broker = undefined;
  }

  async speak(round: string): Promise<void> {
    await this.#world?.speak(round);
  }

  /** Connects a cell's client to its session; answers the return code. */
  async enter(cell: Cell, options: Partial<WireOptions> = {}): Promise<number | undefined> {
    const client = openWire(this.broker.port);
    const { clientId, user, clean } = cell;
    const { code } = await client.connect({ clientId, user, password, clean, ...options });
    cell.client = code === 0 ? client : undefined;
    return code;
  }

  async enterAll(cells: readonly Cell[]): Promise<void> {
    await forEach(cells, async (cell) => this.judge.expect(`CONNECT of ${cell.name}`, await this.enter(cell), 0));
  }

  /** Asks for the cells' filters; what is granted has to be what may be read. */
  async subscribeAll(way: string, cells: readonly Cell[]): Promise<void> {
    await forEach(cells, async ({ name, client, filters, granted, qos }) => {
      const codes = await client?.subscribe(filters, qos);
      const wanted = filters.map((filter) => (granted.includes(filter) ? qos : 128));
      this.judge.expect(`SUBACK on ${way} to ${name}`, codes, wanted);
    });
  }

  /** Waits until nothing more comes, then judges. `expected` answers the texts for a cell. */
  async judgeAll(
    way: string,
    cells: readonly Cell[],
    expected: (cell: Cell) => readonly string[],
    isOnce = true,
  ): Promise<void> {
    await forEach(cells, async ({ client }) => client?.settle(), cells.length);
    for (const cell of cells) this.judge.judge(way, cell, expected(cell), isOnce);
  }

  /** Waits until no session has anything left; all kept sessions have to be connected. */
  async drain(): Promise<void> {
    await until(
      () => this.broker.counts().queued === 0,
      () => this.broker.counts(),
    );
  }
}

/** Everything of a round that the cell asked for and was granted, and that `rights` may read. */
function heard(round: string, cell: Cell, ...rights: readonly RightsAt[]): string[] {
  return world
    .filter(({ topic }) => isAskedFor(cell.granted, topic) && rights.every((at) => reads(at(cell.user), topic)))
    .map(({ topic }) => textOf(round, topic));
}

/** What stands in the store before the broker starts: what nobody could write while it runs. */
async function leaveStrangeThings(directory: string): Promise<void> {
  const store = openBrokerStore(join(directory, "broker.sqlite"), 0);
  await store.commit.run(() => {
    for (const topic of strangeTopics)
      store.retained.put({ topic, payload: Buffer.from(textOf("strange", topic)), qos: 1 });
  });
  store.close();
}

test("what is said live, what is retained and what wills say is heard by those who may, and by nobody else", async () => {
  const scene = new Scene();
  await leaveStrangeThings(scene.directory);
  await scene.start();
  await scene.speak("retained");
  const cells = makeCells();
  await scene.enterAll(cells);

  const retained = [
    ...world.filter(({ retain }) => retain).map(({ topic }) => ["retained", topic] as const),
    ...strangeTopics.map((topic) => ["strange", topic] as const),
  ];
  const heardRetained = ({ user, granted }: Cell) =>
    retained
      .filter(
        ([, topic]) => isAskedFor(granted, topic) && reads(rightsAtFirst(user), topic) && !topic.startsWith("$SYS"),
      )
      .map(([round, topic]) => textOf(round, topic));
  await scene.subscribeAll("SUBSCRIBE", cells);
  const multiple = (cell: Cell) => cell.filters.length > 1; // overlapping filters each bring what is retained
  await scene.judgeAll(
    "retained",
    cells.filter((cell) => !multiple(cell)),
    heardRetained,
  );
  await scene.judgeAll("retained", cells.filter(multiple), heardRetained, false);

  const denied = cells.filter(({ filters, granted }) => granted.length < filters.length);
  await scene.subscribeAll("SUBSCRIBE after a denial", denied);
  await scene.judgeAll(
    "retained after a denial",
    denied.filter(({ granted }) => granted.length === 0),
    () => [],
  );
  for (const { client } of denied) if (client !== undefined) client.arrivals.length = 0;

  await scene.speak("live");
  await scene.judgeAll("live", cells, (cell) => heard("live", cell, rightsAtFirst));
  await scene.drain();

  // Everybody tries to leave a will on every topic; the connection is cut, so that those which were taken are said.
  const said = new Set<string>();
  const attempts = Object.entries(subjects).flatMap(([user, subject]) =>
    [...world.map(({ topic }) => topic), ...strangeTopics].flatMap((topic) =>
      [false, true].map((retain) => ({ user, subject, topic, retain })),
    ),
  );
  await forEach(attempts, async ({ user, subject, topic, retain }) => {
    const round = `will ${user} ${retain}`;
    const client = openWire(scene.broker.port);
    const will = { topic, payload: textOf(round, topic), qos: 1, retain } as const;
    const { code } = await client.connect({ clientId: `${user} will ${topic} ${retain}`, user, password, will });
    const isAllowed = mayWrite(subject, topic, retain);
    scene.judge.expect(`will of ${user} on ${topic}, retained ${retain}`, code, isAllowed ? 0 : 5);
    if (code === 0) said.add(textOf(round, topic));
    await client.cut();
  });
  const writersHeard = [...said].map((text) => ({ text, topic: text.split(" ").at(-1) ?? "" }));
  const { judge, broker } = scene;
  await until(
    () => broker.counts().connections === cells.length + Object.keys(writers).length,
    () => broker.counts(),
  );
  await scene.judgeAll("will", cells, ({ user, granted }) =>
    writersHeard
      .filter(({ topic }) => isAskedFor(granted, topic) && reads(rightsAtFirst(user), topic))
      .map(({ text }) => text),
  );
  expect(judge.faults).toEqual([]);
  expect(judge.cells).toBeGreaterThan(15_000);
  expect(judge.arrivals).toBeGreaterThan(2_500);
}, 300_000);

test("queues of the absent, taken over, over a restart and under other rights, give everybody exactly his own", async () => {
  const scene = new Scene();
  await scene.start();
  const cells = makeCells();
  const kept = cells.filter(({ clean }) => !clean);
  const clean = cells.filter((cell) => cell.clean);
  await scene.enterAll(cells);
  await scene.subscribeAll("SUBSCRIBE", cells);
  for (const { client } of cells) if (client !== undefined) client.arrivals.length = 0;

  // Half say goodbye, half are cut.
  await forEach(kept, async (cell) => {
    await (cell.qos === 0 ? cell.client?.end() : cell.client?.cut());
    cell.client = undefined;
  });
  await until(
    () => scene.broker.counts().connections === clean.length + Object.keys(writers).length,
    () => scene.broker.counts(),
  );
  await scene.speak("absent");
  await scene.judgeAll("live beside the absent", clean, (cell) => heard("absent", cell, rightsAtFirst));

  // Whoever comes under another one's client id, whether that one is here or away.
  const names = Object.keys(subjects);
  await forEach(cells, async (cell) => {
    const thief = names[(names.indexOf(cell.user) + 1 + (cell.filters.length % 3)) % names.length];
    for (const isClean of [false, true]) {
      const client = openWire(scene.broker.port);
      const { code } = await client.connect({ clientId: cell.clientId, user: thief, password, clean: isClean });
      scene.judge.expect(`${thief} under the client id of ${cell.name}`, code, 2);
      scene.judge.expect(`what ${thief} got of ${cell.name}`, client.arrivals.length, 0);
      await client.cut();
    }
  });
  await scene.stop();

  // In the store stand sessions whose filters nobody ever granted.
  const forced = await forceSubscriptions(scene.directory);
  await scene.start();
  await scene.speak("restarted");
  const queued = kept.filter(({ qos }) => qos === 1);
  const ofQueue = new Set(queued);
  await scene.enterAll([...kept, ...forced]);
  await scene.drain();
  await scene.judgeAll("queue over a restart", kept, (cell) =>
    ofQueue.has(cell) ? [...heard("absent", cell, rightsAtFirst), ...heard("restarted", cell, rightsAtFirst)] : [],
  );
  await scene.judgeAll("queue of a filter that was never granted", forced, (cell) =>
    heard("restarted", cell, rightsAtFirst),
  );
  await scene.speak("forced");
  await scene.judgeAll("live on a filter that was never granted", forced, (cell) =>
    heard("forced", cell, rightsAtFirst),
  );
  await scene.judgeAll("live after coming back", kept, (cell) => heard("forced", cell, rightsAtFirst));

  // The same user comes a second time: the newer connection has the session.
  const older = kept.map(({ client }) => client);
  await scene.enterAll(kept);
  await forEach(older, async (client) => client?.closed);
  await scene.speak("taken over");
  await scene.judgeAll("take-over by the owner", kept, (cell) => heard("taken over", cell, rightsAtFirst));
  for (const client of older) {
    const late = client?.arrivals.filter(({ topic }) => !topic.startsWith("$SYS/"));
    scene.judge.expect("what came to the older connection", late, []);
  }

  // Everybody gets the rights of the next one; one user is gone.
  await forEach(queued, async (cell) => {
    await cell.client?.end();
    cell.client = undefined;
  });
  await until(
    () =>
      scene.broker.counts().connections === kept.length - queued.length + forced.length + Object.keys(writers).length,
    () => scene.broker.counts(),
  );
  await scene.speak("before the change");
  await forEach([...kept, ...forced], async ({ client }) => client?.settle(), kept.length);
  for (const { client } of [...kept, ...forced]) if (client !== undefined) client.arrivals.length = 0;
  const rightsAfter = (user: string): Subject | undefined =>
    user === "removed" ? undefined : Object.values(subjects)[names.indexOf(user) + 1];
  const changed = names.flatMap((user) => {
    const rights = rightsAfter(user);
    return rights === undefined ? [] : [[user, rights] as const];
  });
  writeUsers(scene.directory, Object.fromEntries(changed));
  const gone = queued.filter(({ user }) => user === "removed");
  const stillThere = queued.filter((cell) => !gone.includes(cell));
  await scene.enterAll(stillThere);
  for (const cell of gone.slice(0, 1)) scene.judge.expect("CONNECT of one who is removed", await scene.enter(cell), 4);
  await scene.judgeAll("queue under other rights", stillThere, (cell) =>
    heard("before the change", cell, rightsAtFirst, rightsAfter),
  );
  await scene.speak("after the change");
  // A filter that reaches beyond the new rights is dropped whole.
  const stillGranted = (cell: Cell): Cell => {
    const subject = rightsAfter(cell.user);
    return {
      ...cell,
      granted: cell.granted.filter((filter) => subject !== undefined && maySubscribe(subject, filter)),
    };
  };
  await scene.judgeAll("live under other rights", [...kept, ...forced], (cell) =>
    cell.client === undefined ? [] : heard("after the change", stillGranted(cell), rightsAfter),
  );
  expect(scene.judge.faults).toEqual([]);
  expect(scene.judge.cells).toBeGreaterThan(10_000);
  expect(scene.judge.arrivals).toBeGreaterThan(2_000);
}, 300_000);

/** A kept session for each identity and filter, with the filter already in it; `granted` is what stands in the store. */
async function forceSubscriptions(directory: string): Promise<Cell[]> {
  const store = openBrokerStore(join(directory, "broker.sqlite"), 0);
  const cells = Object.keys(subjects).flatMap((user) =>
    filters.map((filter, index): Cell => {
      const common = { user, clientId: `${user} forced ${index}`, filters: [filter], granted: [filter] };
      return { ...common, name: `${user}, forced, ${filter}`, clean: false, qos: 1, client: undefined };
    }),
  );
  await store.commit.run(() => {
    for (const { clientId, user, filters: asked } of cells) {
      const id = store.sessions.newId();
      store.sessions.create(id, clientId, user);
      store.sessions.setOffline(id, Date.now());
      for (const filter of asked) store.sessions.subscribe(id, filter, 1);
    }
  });
  store.close();
  return cells;
}

test("the judge sees a broker that gives too much, and one that gives too little", async () => {
  const few = makeCells().filter(({ user, qos, clean }) => ["desk-a", "his"].includes(user) && qos === 1 && clean);
  const open = new Scene();
  await open.start({ openTo: "everyone" });
  const closed = new Scene({ ...subjects, his: { role: "his", facility: "39xxx" } });
  await closed.start();
  for (const scene of [open, closed]) {
    await scene.enterAll(few);
    await scene.subscribeAll("SUBSCRIBE", few);
    await scene.speak("live");
    await scene.judgeAll("live", few, (cell) => heard("live", cell, rightsAtFirst));
  }
  const kinds = ({ judge }: Scene) => new Set(judge.faults.map((fault) => fault.split(" ")[0]));
  expect(kinds(open)).toEqual(new Set(["SUBACK", "LEAK"]));
  expect(kinds(closed)).toContain("MISSING");
}, 120_000);
