// The simulated devices of the command line: the host is heard, faults strike, and the report says so.
import { connect } from "node:net";
import { expect, it } from "vitest";
import { encodeMenuCommand } from "../../protocol/frame/honeywell/menu-command.ts";
import { startTiepdon, tiepdon } from "../fixtures/tiepdon.ts";
import { waitUntil } from "../fixtures/wait-until.ts";

it("answers commands, sends scans in pieces, and reports them", async () => {
  const words = ["--tcp-listen", "0", "--protocol", "honeywell", "--fault", "split", "--count", "3", "--rate", "5"];
  const simulator = startTiepdon(["sim", "reader", ...words, "--json"]);
  const place = () => /127\.0\.0\.1:(\d+)/.exec(simulator.error.join("\n"))?.[1];
  await waitUntil("the reader listens", () => place() !== undefined);
  const host = connect(Number(place()), "127.0.0.1");
  let heard = "";
  host.on("data", (bytes) => {
    heard += bytes.toString("latin1");
  });
  host.write(encodeMenuCommand({ entries: [{ tag: "REVINF", data: "^" }], storage: "ram" }));
  expect(await simulator.exited).toBe(0);
  expect(heard).toContain("REVINF\x06!");
  expect(heard.split("\r").filter((scan) => scan.includes("|"))).toHaveLength(3);
  const report = JSON.parse(simulator.out.join("\n"));
  expect(report).toMatchObject({ scans: 3, lost: 0, signs: { "good-read": 3 } });
  expect(report.faults.split).toBeGreaterThan(3);
});

it.each([
  [["--protocol", "osdp"], "honeywell-dechdr"],
  [["--fault", "sunspots"], "never-acknowledging"],
  [["--fault", "drop:2"], "never-acknowledging"],
  [["--protocol", "plain", "--chunking", "bytes"], "--fault split"],
])("refuses %j with a hint", (words, hint) => {
  const { status, error } = tiepdon(["sim", "reader", "--tcp-listen", "0", ...words]);
  expect(status).toBe(2);
  expect(error).toContain(hint);
});
