// The log lets no patient and no secret through, wherever in the facts they stand.
import { expect, test } from "vitest";
import { type LogLevel, openLog } from "../../../service/log.ts";

function recordLog(level: LogLevel = "debug") {
  const lines: string[] = [];
  const log = openLog({ level, service: "agent", destination: { write: (line) => lines.push(line) } });
  return { log, lines, last: () => JSON.parse(lines.at(-1) ?? "{}") };
}

test("facts, level, service and time stand in one JSON line", () => {
  const { log, last } = recordLog();
  log.info({ reader: "front", failures: 3 }, "Reader opened again");
  expect(last()).toMatchObject({
    level: "info",
    service: "agent",
    reader: "front",
    failures: 3,
    msg: "Reader opened again",
  });
  expect(last().time).toMatch(/^\d{4}-\d\d-\d\dT/);
});

test("a level under the configured one writes nothing", () => {
  const { log, lines } = recordLog("warn");
  log.debug({}, "not seen");
  log.info({}, "not seen");
  log.warn({}, "seen");
  expect(lines).toHaveLength(1);
});

test("a patient is taken out at every depth that facts have", () => {
  const { log, lines } = recordLog();
  const secret = "Nguyễn Văn Mẫu 001090999901";
  const patient = { name: secret, number: secret, birthDate: secret, address: secret };
  log.info(patient, "flat");
  log.info({ person: patient }, "whole");
  log.info({ event: { body: patient } }, "nested");
  log.info({ readers: [{ last: { ...patient } }] }, "in a list");
  log.info({ payload: secret, raw: new TextEncoder().encode(secret), password: secret, token: secret }, "others");
  expect(lines).toHaveLength(5);
  for (const line of lines) {
    expect(line).not.toContain("Mẫu");
    expect(line).not.toContain("001090999901");
  }
  expect(lines.join("")).not.toContain("78,103"); // the first letters as a list of bytes
});

test("the facts that were handed in stay as they were", () => {
  const { log } = recordLog();
  const facts = { reader: "front", person: { name: "Trần Thị Thử" } };
  log.info(facts, "said");
  expect(facts.person.name).toBe("Trần Thị Thử");
});

test("an error shows its code, sentence, calls and cause", () => {
  const { log, last } = recordLog();
  const cause = Object.assign(new Error("no such device"), { code: "ENODEV" });
  log.error({ error: new Error("Port lost", { cause }) }, "Reader went away");
  expect(last().error).toMatchObject({ type: "Error", message: "Port lost", cause: { code: "ENODEV" } });
  expect(last().error.stack).toContain("log.test.ts");
});

test("an error that quotes what it could not read keeps the quote to itself", () => {
  const { log, lines } = recordLog();
  for (const attempt of [
    () => JSON.parse('{"a": Nguyễn Văn Mẫu 001090999901}'),
    () => {
      throw new Error("Failed on 001090999901\nNguyễn".replace("Nguyễn", "001090999902"));
    },
  ]) {
    try {
      attempt();
    } catch (error) {
      log.error({ error }, "failed");
    }
  }
  expect(lines).toHaveLength(2);
  expect(lines.join("")).not.toMatch(/Mẫu|00109099990/);
});

test("a client id keeps its words and loses a run of digits that may be somebody's number", () => {
  const lines: string[] = [];
  const log = openLog({ level: "info", service: "broker", destination: { write: (line) => lines.push(line) } });
  for (const clientId of ["38xxx:quay-01", "x-001090999901", undefined]) log.info({ clientId }, "seen");
  expect(lines.map((line) => JSON.parse(line).clientId)).toEqual(["38xxx:quay-01", "x-[digits]", undefined]);
});

test("something thrown that is no error tells its type only", () => {
  const { log, last } = recordLog();
  log.error({ error: "Nguyễn Văn Mẫu" }, "failed");
  expect(last().error).toEqual({ type: "string" });
});
