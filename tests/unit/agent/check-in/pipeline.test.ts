// The road of one scan: what the reader is told and when, what is kept, what is counted, what is logged.
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { codeKeyFileName, openKeyedHash } from "../../../../agent/check-in/code-key.ts";
import { DeskCounts } from "../../../../agent/check-in/desk-counts.ts";
import { Pipeline } from "../../../../agent/check-in/pipeline.ts";
import { openSpool, type Spool, type SpoolEntry } from "../../../../agent/spool/spool.ts";
import type { Outcome } from "../../../../protocol/driver/outcome.ts";
import { afterThisTest, temporaryDirectory } from "../../../fixtures/clean-up.ts";
import { decodeText } from "../../../fixtures/read-document.ts";
import { recordLog } from "../../../fixtures/recorded-log.ts";
import { type SetClock, setClock, setRandom } from "../../../fixtures/set-clock.ts";

const card = "001090999901|012345678|Nguyễn Văn Mẫu|15031990|Nam|Số 1, Hà Nội|20052021";
const otherCard = card.replace("999901", "999902");

let clock: SetClock;
let spool: Spool;
let counts: DeskCounts;
let kept: SpoolEntry[];
let told: Outcome[];
let writable: boolean[];
let log = recordLog();
let pipeline: Pipeline;

beforeEach(() => {
  clock = setClock();
  spool = openSpool(":memory:", { waitingMax: 3 }, clock.now).spool;
  afterThisTest(() => spool.close());
  counts = new DeskCounts();
  kept = [];
  told = [];
  writable = [];
  log = recordLog();
  pipeline = makePipeline();
});

function makePipeline(): Pipeline {
  return new Pipeline({
    desk: { facility: "01234", desk: "quay-01", boot: "b1" },
    spool,
    clock,
    random: setRandom(),
    decodeText,
    keyedHash: openKeyedHash(join(temporaryDirectory(), codeKeyFileName), setRandom()),
    counts,
    log,
    duplicateWindowMs: 1_500,
    optionalFields: false,
    onKept: (entry) => kept.push(entry),
    onSpool: (isWritable) => writable.push(isWritable),
  });
}

function scan(text: string | Uint8Array, aim?: string): void {
  const facts = { id: "qr-1", model: "test", certification: "no-registry" };
  const raw = typeof text === "string" ? Buffer.from(text) : text;
  const tell = (outcome: Outcome) => {
    told.push(outcome);
  };
  pipeline.take({ raw, endedBy: "terminator", ...(aim === undefined ? {} : { aim }) }, { facts, tell });
}
const events = () => kept.map(({ json }) => JSON.parse(json));

test("a card is accepted after the commit and not before, then it goes to the publisher", () => {
  scan(card, "]Q1");
  expect(told).toEqual([]);
  spool.flush();
  expect(told).toEqual(["accepted"]);
  expect(events()).toMatchObject([
    { type: "vn.tiepdon.checkin.v1", sequence: "0000000001", data: { aim: "]Q1", person: { number: "001090999901" } } },
  ]);
  expect(counts.snapshot()).toMatchObject({ scans: 1, accepted: 1 });
});

test("the bytes of a scan may be used again as soon as it was taken", () => {
  const raw = Buffer.from(card);
  scan(raw);
  raw.fill(0);
  spool.flush();
  scan(card);
  expect(told).toEqual(["accepted", "repeated"]);
  expect(events()[0].data.person.name).toBe("Nguyễn Văn Mẫu");
});

test("the same card within the window is one visit; another passes at once", () => {
  scan(card);
  scan(card);
  scan(otherCard);
  spool.flush();
  expect(told).toEqual(["repeated", "accepted", "accepted"]);
  clock.pass(1_500);
  scan(card);
  spool.flush();
  expect(told.at(-1)).toBe("accepted");
  expect(counts.snapshot()).toMatchObject({ scans: 4, accepted: 3, duplicates: 1 });
});

test("what is no document is rejected after the commit and not before, and reported without its content", () => {
  scan("https://example.vn/001090999901");
  expect(told).toEqual([]);
  spool.flush();
  expect(told).toEqual(["rejected"]);
  expect(events()).toMatchObject([{ type: "vn.tiepdon.rejected.v1", data: { reason: "url", bytes: 31 } }]);
  expect(JSON.stringify(events())).not.toContain("001090999901");
});

test("a code of an app is reported by its length and a hash, and its text is nowhere", () => {
  const code = "dGhpcyBpcyBub3QgYSByZWFsIGNvZGUgb2YgYW55IGFwcA";
  scan(code);
  scan(code);
  scan(code.replace("d", "e"));
  spool.flush();
  const [first, again, other] = events().map(({ data }) => data);
  expect(first).toMatchObject({ reason: "vneid-opaque", bytes: code.length });
  expect(first.codeHash).toMatch(/^[0-9a-f]{32}$/);
  expect(again.codeHash).toBe(first.codeHash);
  expect(other.codeHash).not.toBe(first.codeHash);
  expect(JSON.stringify([kept, log.lines, counts.snapshot()])).not.toContain(code.slice(4, 20));
});

test("noise is rejected each time and reported a bounded number of times", () => {
  spool = openSpool(":memory:", { waitingMax: 10_000 }, clock.now).spool;
  pipeline = makePipeline();
  for (let index = 0; index < 500; index += 1) scan(`noise ${index}`);
  expect(told).toHaveLength(450); // what is not reported waits for no commit
  spool.flush();
  expect(told).toEqual(Array.from({ length: 500 }, () => "rejected"));
  spool.close();
  expect(counts.rejectedUnreported).toBe(450);
});

test("what is no document and can't be reported is not rejected: a reader that waits for our word shall keep it", () => {
  for (let index = 0; index < 4; index += 1) scan(`noise ${index}`);
  spool.flush();
  expect(told).toEqual(["wait", "rejected", "rejected", "rejected"]);
  expect(writable).toEqual([false, true, true, true]);
});

test("a card that can't be kept is refused, told to the desk, and counts when it is scanned again", () => {
  for (const digit of ["1", "2", "3", "4"]) scan(card.replace("999901", `99990${digit}`));
  spool.flush();
  expect(told).toEqual(["wait", "accepted", "accepted", "accepted"]);
  expect(writable).toEqual([false, true, true, true]);
  expect(counts.snapshot()).toMatchObject({ accepted: 3, refused: 1 });
  spool.receipts([1, 2, 3], () => undefined);
  spool.flush();
  scan(card.replace("999901", "999904"));
  spool.flush();
  expect(told.at(-1)).toBe("accepted");
  expect(events().at(-1)).toMatchObject({ sequence: "0000000004" });
});

test("nothing of a patient is logged, whatever becomes of the scan", () => {
  for (let index = 0; index < 5; index += 1) scan(card.replace("999901", `99990${index}`));
  scan(`${card}|x|y|z`);
  spool.flush();
  expect(log.lines.length).toBeGreaterThan(0);
  expect(JSON.stringify(log.lines)).not.toMatch(/Mẫu|99990|1990|Hà Nội/);
});

test("a chip reader's message may be longer than any code", () => {
  const message = JSON.stringify({
    id: 2,
    message: "x".repeat(4_000),
    data: { idCode: "001090999901", personName: "Nguyễn Văn Mẫu", dateOfBirth: "15/03/1990" },
  });
  scan(message);
  spool.flush();
  expect(told).toEqual(["accepted"]);
  expect(events()[0].data).toMatchObject({ method: "chip", person: { number: "001090999901" } });
});
