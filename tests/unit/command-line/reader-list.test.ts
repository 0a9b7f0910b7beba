// tiepdon reader list on a machine of folders: what is shown of readers, keyboards, converters and mice.
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { runReaderList } from "../../../command-line/commands/reader-list.ts";
import { afterThisTest, temporaryDirectory } from "../../fixtures/clean-up.ts";
import { FakeMachine } from "../../fixtures/fake-machine.ts";

async function list(machine: FakeMachine, json: boolean): Promise<string> {
  const folder = temporaryDirectory();
  let printed = "";
  const write = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  afterThisTest(() => write.mockRestore());
  const options = { config: join(folder, "none.yaml"), dataDir: folder, profilesDir: join(folder, "profiles") };
  await runReaderList({ ...options, json, roots: machine.roots });
  return printed;
}

/** Application collection of page 01 (keyboard). */
const keyboard = Uint8Array.of(0x05, 0x01, 0x09, 0x06, 0xa1, 0x01, 0xc0);

function desk(): FakeMachine {
  const machine = new FakeMachine();
  machine.plug({ node: "ttyACM0", port: "1-1", vid: "1eab", pid: "8206", serial: "A7", product: "NLS-FM" });
  machine.plug({ node: "ttyUSB0", port: "1-2", vid: "1a86", pid: "7523" });
  machine.plug({ node: "hidraw0", port: "1-3", vid: "0c2e", pid: "0b61", descriptor: keyboard });
  machine.plug({ node: "hidraw1", port: "1-4", vid: "046d", pid: "c31c", descriptor: keyboard });
  return machine;
}

test("as JSON lines", async () => {
  const rows = (await list(desk(), true))
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(rows).toEqual([
    expect.objectContaining({
      ...{ key: "1eab:8206:A7", kind: "tty", port: "1-1", product: "NLS-FM", isBehindBridge: false },
      ...{ profiles: ["newland-cdc", "generic-serial"], certification: "no-registry" },
    }),
    expect.objectContaining({ key: "1a86:7523@1-2", profiles: ["generic-serial"], isBehindBridge: true }),
    expect.objectContaining({ vid: "0c2e", profiles: [], hint: expect.stringContaining("131") }),
  ]);
});

test("for people", async () => {
  const words = await list(desk(), false);
  expect(words).toMatch(/^1eab:8206:A7 {2}\S+ttyACM0 {2}NLS-FM {2}USB 1-1\n {4}hồ sơ \| profile: newland-cdc/);
  expect(words).toContain("mạch chuyển");
  expect(words).not.toContain("046d");
});
