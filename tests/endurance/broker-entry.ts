// A broker as a process of its own, to be killed: open to everyone, in the directory of its only argument.
import { join } from "node:path";
import { startBroker } from "../../broker/broker.ts";
import { brokerConfigSchema } from "../../broker/config.ts";

const directory = process.argv[2] ?? "";
const say = (facts: object, sentence: string) => console.error(sentence, JSON.stringify(facts));
const broker = await startBroker({
  config: brokerConfigSchema.parse({ port: 0, openTo: "everyone" }),
  storePath: join(directory, "broker.sqlite"),
  log: {
    debug: () => {},
    info: () => {},
    warn: say,
    error: (facts, sentence) => say({ ...facts, code: "error" in facts && String(facts.error) }, sentence),
  },
  clock: { now: () => Date.now(), monotonic: () => performance.now(), isSynced: () => true },
});
console.log(broker.address.port);
