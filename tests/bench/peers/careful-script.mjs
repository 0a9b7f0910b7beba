// The plain script made careful: every event is in a SQLite outbox, synced, before it is sent. A peer for the benchmark.
import { randomUUID } from "node:crypto";
import { ReadlineParser } from "@serialport/parser-readline";
import Database from "better-sqlite3";
import mqtt from "mqtt";
import { SerialPort } from "serialport";

const [path, url, topic, file] = process.argv.slice(2);
const db = new Database(file);
db.pragma("journal_mode = WAL");
db.pragma("synchronous = FULL");
db.exec("CREATE TABLE IF NOT EXISTS outbox (id TEXT PRIMARY KEY, json TEXT NOT NULL)");
const insert = db.prepare("INSERT INTO outbox VALUES (?, ?)");
const remove = db.prepare("DELETE FROM outbox WHERE id = ?");

const client = mqtt.connect(url);
const send = (id, json) => client.publish(topic, json, { qos: 1 }, (error) => error || remove.run(id));
client.once("connect", () => {
  for (const { id, json } of db.prepare("SELECT * FROM outbox").all()) send(id, json);
});
const port = new SerialPort({ path, baudRate: 115_200 });
const lines = port.pipe(new ReadlineParser({ delimiter: "\r" }));

lines.on("data", (line) => {
  const [number, oldNumber, name, birthDate, sex, address, issueDate] = line.split("|");
  if (!/^\d{12}$/.test(number) || !/^\d{8}$/.test(birthDate) || !["Nam", "Nữ"].includes(sex)) return;
  const person = { number, oldNumber, name: name.normalize("NFC").trim(), birthDate, sex, address };
  const event = { id: randomUUID(), time: new Date().toISOString(), person, document: { issueDate } };
  const json = JSON.stringify(event);
  insert.run(event.id, json);
  send(event.id, json);
});
