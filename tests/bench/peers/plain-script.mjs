// What many desks would write first: reads lines, splits them, publishes; keeps nothing. A peer for the benchmark.
import { randomUUID } from "node:crypto";
import { ReadlineParser } from "@serialport/parser-readline";
import mqtt from "mqtt";
import { SerialPort } from "serialport";

const [path, url, topic] = process.argv.slice(2);
const client = mqtt.connect(url);
const port = new SerialPort({ path, baudRate: 115_200 });
const lines = port.pipe(new ReadlineParser({ delimiter: "\r" }));

lines.on("data", (line) => {
  const [number, oldNumber, name, birthDate, sex, address, issueDate] = line.split("|");
  if (!/^\d{12}$/.test(number) || !/^\d{8}$/.test(birthDate) || !["Nam", "Nữ"].includes(sex)) return;
  const person = { number, oldNumber, name: name.normalize("NFC").trim(), birthDate, sex, address };
  const event = { id: randomUUID(), time: new Date().toISOString(), person, document: { issueDate } };
  client.publish(topic, JSON.stringify(event), { qos: 1 });
});
