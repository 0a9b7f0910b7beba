// Measures the desk beside Node-RED doing the same: serial in, split and validate, MQTT out.
//
//   npm install --prefix /tmp/node-red node-red@4 node-red-node-serialport@2
//   npx tsx tests/bench/node-red.ts /tmp/node-red
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { desk, medianOf, type Round, runRound } from "./desk.ts";
import { type BenchRow, describeRow } from "./measure.ts";
import { type Contestant, Rig } from "./rig.ts";

const rounds = 3;
const topic = "tiepdon/v1/99999/quay-01/checkin/json";

/** What the function node does: the same checks as the two scripts. */
const validate = `
const [number, oldNumber, name, birthDate, sex, address, issueDate] = msg.payload.trim().split("|");
if (!/^\\d{12}$/.test(number) || !/^\\d{8}$/.test(birthDate) || !["Nam", "Nữ"].includes(sex)) return null;
const person = { number, oldNumber, name: name.normalize("NFC").trim(), birthDate, sex, address };
msg.payload = JSON.stringify({ id: msg._msgid, time: new Date().toISOString(), person, document: { issueDate } });
return msg;`;

function flows(device: string, url: string): object[] {
  const { hostname, port } = new URL(url);
  return [
    { id: "tab", type: "tab", label: "desk" },
    {
      ...{ id: "line", type: "serial-port", serialport: device, serialbaud: "115200", databits: "8", parity: "none" },
      ...{
        stopbits: "1",
        waitfor: "",
        dtr: "none",
        rts: "none",
        cts: "none",
        dsr: "none",
        newline: "\\r",
        bin: "false",
      },
      ...{ out: "char", addchar: "", responsetimeout: "10000" },
    },
    {
      ...{ id: "broker", type: "mqtt-broker", broker: hostname, port, clientid: "", autoConnect: true, usetls: false },
      ...{ protocolVersion: "4", keepalive: "60", cleansession: true },
    },
    { id: "in", type: "serial in", z: "tab", serial: "line", x: 1, y: 1, wires: [["check"]] },
    { id: "check", type: "function", z: "tab", func: validate, outputs: 1, x: 2, y: 1, wires: [["out"]] },
    {
      id: "out",
      type: "mqtt out",
      z: "tab",
      topic,
      qos: "1",
      retain: "false",
      broker: "broker",
      x: 3,
      y: 1,
      wires: [],
    },
  ];
}

function nodeRed(prefix: string): Contestant {
  return {
    name: "Node-RED",
    command: ({ device, url, folder }) => {
      const userDir = join(folder, "node-red");
      mkdirSync(userDir);
      symlinkSync(join(prefix, "node_modules"), join(userDir, "node_modules"));
      writeFileSync(join(userDir, "flows.json"), JSON.stringify(flows(device, url)));
      writeFileSync(
        join(userDir, "settings.js"),
        'module.exports = { flowFile: "flows.json", httpAdminRoot: false, httpNodeRoot: false, uiPort: 0, credentialSecret: false, logging: { console: { level: "error" } } };',
      );
      return { args: [join(prefix, "node_modules/node-red/red.js"), "--userDir", userDir] };
    },
  };
}

const prefix = resolve(process.argv[2] ?? "/tmp/node-red");
const peer = nodeRed(prefix);
const rig = new Rig();
await rig.start();
const ours: Round[] = [];
const theirs: Round[] = [];
try {
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await runRound(rig, desk));
    theirs.push(await runRound(rig, peer));
  }
} finally {
  await rig.stop();
}
const row = (member: keyof Round, name: string, unit: string, bound: Partial<BenchRow>): BenchRow => {
  const [value, peerValue] = [medianOf(ours, member), medianOf(theirs, member)];
  return { group: "desk", name, value, unit, peer: peer.name, peerValue, ratio: value / peerValue, ...bound };
};
for (const line of [
  row("latencyMs", "scan to subscriber, median at 10 a second", "ms", { atMost: 1.2 }),
  row("scansPerSecond", "burst, every commit durable", "scans/s", {}),
  row("cpuMicroseconds", "processor time of one scan in a burst", "µs", {}),
  row("idleMiB", "idle memory", "MiB", { atMost: 0.6 }),
  row("startMs", "start to first event", "ms", { atMost: 0.4 }),
]) {
  console.log(describeRow(line));
}
