// tiepdon reader learn over real lines: a pseudo-terminal, a device server, a wrong speed, a keyboard, and a silent reader.
import { execFileSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { loadProfiles } from "../../agent/profile/load-profiles.ts";
import { testCodeBytes, testCodeText } from "../../protocol/driver/learn/test-code.ts";
import { PlainFramer } from "../../protocol/frame/plain-framer.ts";
import { afterThisTest, temporaryDirectory } from "../fixtures/clean-up.ts";
import { openPseudoTerminal, type PseudoTerminal } from "../fixtures/pseudo-terminal.ts";
import { type Service, startTiepdon, tiepdon } from "../fixtures/tiepdon.ts";
import { waitUntil } from "../fixtures/wait-until.ts";

/** Longer than the silence that parts two scans. */
const betweenScansMs = 600;

const asked = (service: Service) =>
  waitUntil("the scan is asked for", () => service.error.some((line) => /Quét mã thử/.test(line)));
const learn = (...words: string[]): Service => startTiepdon(["reader", "learn", ...words]);

/** The line is open once the terminal has the speed that was asked for. */
const speedOf = ({ path }: PseudoTerminal): number =>
  Number(execFileSync("stty", ["-F", path, "speed"], { encoding: "utf8" }));
const opened = (terminal: PseudoTerminal, baud: number) =>
  waitUntil(`open at ${baud}`, () => speedOf(terminal) === baud);

async function scan(terminal: PseudoTerminal, times: number, bytes: Uint8Array): Promise<void> {
  for (let count = 0; count < times; count += 1) {
    await terminal.send(bytes);
    await sleep(betweenScansMs);
  }
}

test("writes a checked profile that reads the reader", async () => {
  const terminal = await openPseudoTerminal();
  const folder = temporaryDirectory();
  const out = join(folder, "cong-chinh.json");
  const service = learn(
    "--serial",
    terminal.path,
    "--baud",
    "57600",
    "--id",
    "cong-chinh",
    "--vendor",
    "Hãng X",
    "--out",
    out,
  );
  await asked(service);
  await opened(terminal, 57_600);
  const bytes = Buffer.concat([Buffer.from("]Q1"), testCodeBytes, Buffer.from("\r\n")]);
  await scan(terminal, 3, bytes);
  expect(await service.exited).toBe(0);
  expect(service.error.join("\n")).toMatch(
    /Đã nhận 3 lượt mã thử[\s\S]*CR LF[\s\S]*\]Q1[\s\S]*57600 8N1[\s\S]*Đã ghi hồ sơ/,
  );
  expect(statSync(out).mode & 0o777).toBe(0o644);

  const { profiles, faults } = loadProfiles(folder);
  expect(faults).toEqual([]);
  const profile = profiles.get("cong-chinh")?.profile;
  expect(profile).toMatchObject({
    vendor: "Hãng X",
    driver: "serial-text",
    transport: { kind: "serial", baud: 57_600 },
    framing: { end: ["crlf"], aim: "optional", stxEtx: false },
  });
  const scans: string[] = [];
  const framing = profile?.framing;
  const framer = new PlainFramer(
    {
      stx: false,
      terminators: framing?.end ?? [],
      aim: framing?.aim ?? "none",
      scanBytesMax: 8_192,
      refuseTelnet: false,
    },
    { scan: ({ raw }) => void scans.push(Buffer.from(raw).toString()), discarded: () => undefined },
  );
  framer.push(bytes);
  expect(scans).toEqual([testCodeText]);
});

test("tries one speed after the other until the code can be read", async () => {
  const terminal = await openPseudoTerminal();
  const service = learn("--serial", terminal.path, "--scans", "1");
  await asked(service);
  await opened(terminal, 9_600);
  await terminal.send(Uint8Array.from({ length: 60 }, (_, at) => (at * 73 + 5) % 256));
  await opened(terminal, 115_200);
  await terminal.send(Buffer.concat([testCodeBytes, Buffer.from("\r")]));
  expect(await service.exited).toBe(0);
  const profile = JSON.parse(service.out.join("\n"));
  expect(profile).toMatchObject({
    id: "site-serial",
    transport: { baud: 115_200 },
    framing: { end: ["cr"], idleMs: 60 },
  });
  expect(service.error.join("\n")).toContain("thử 115200 baud");
});

describe("over TCP", () => {
  async function deviceServer(serve: (socket: Socket) => unknown): Promise<string> {
    const server = createServer((socket) => void serve(socket));
    server.listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    afterThisTest(() => server.close());
    const address = server.address();
    return `127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  }

  test("learns STX and ETX, and the pauses that the device server makes", async () => {
    const place = await deviceServer(async (socket) => {
      socket.setNoDelay(true);
      const bytes = Buffer.concat([Buffer.from("\x02"), testCodeBytes, Buffer.from("\x03")]);
      for (let count = 0; count < 2; count += 1) {
        socket.write(bytes.subarray(0, 50));
        await sleep(150);
        socket.write(bytes.subarray(50));
        await sleep(betweenScansMs);
      }
    });
    const service = learn("--tcp", place, "--scans", "2", "--json");
    expect(await service.exited).toBe(0);
    const { profile, findings } = JSON.parse(service.out.join("\n"));
    expect(findings).toMatchObject({ codes: 2, stxEtx: true, remarks: [] });
    expect(profile).toMatchObject({
      id: "site-tcp",
      transport: { kind: "tcp", baud: null },
      framing: { stxEtx: true },
    });
    expect(profile.framing.idleMs).toBeGreaterThanOrEqual(280);
  });

  test("refuses telnet, and says what to set", async () => {
    const place = await deviceServer((socket) => socket.write(Uint8Array.of(0xff, 0xfd, 0x2c, 0xff, 0xfb, 0x2c)));
    const service = learn("--tcp", place, "--wait", "2");
    expect(await service.exited).toBe(1);
    expect(service.error.join("\n")).toMatch(/telnet\/RFC 2217[\s\S]*raw TCP/);
    expect(service.out).toEqual([]);
  });

  test("tells damaged text, writes what is certain, and ends with 1", async () => {
    const spoilt = Buffer.from(testCodeText.replace(/[^\0-\x7f]/g, "?"));
    const place = await deviceServer((socket) => socket.write(spoilt));
    const service = learn("--tcp", place, "--scans", "1");
    expect(await service.exited).toBe(1);
    expect(service.error.join("\n")).toMatch(/✖ .*dấu hỏi.*\[question-marks\]\n {4}→ .*UTF-8/);
    expect(JSON.parse(service.out.join("\n"))).toMatchObject({ framing: { end: [] } });
  });

  test("keeps quiet about another code", async () => {
    const place = await deviceServer((socket) => socket.write("001099012345|Nguyễn Văn An|01011990\r"));
    const service = learn("--tcp", place, "--wait", "2");
    expect(await service.exited).toBe(1);
    const said = [...service.error, ...service.out].join("\n");
    expect(said).toContain("[other-code]");
    expect(said).not.toMatch(/0010|Văn An|1990/);
  });
});

test("notices that the reader types into the terminal", async () => {
  const terminal = await openPseudoTerminal();
  const service = learn("--serial", terminal.path);
  await asked(service);
  service.child.stdin.write(`${testCodeText.replace("aaddeeoowwaf", "âđêôưà").replace("\x1d", "")}\r`);
  expect(await service.exited).toBe(1);
  expect(service.error.join("\n")).toMatch(/\[keyboard-mode\][\s\S]*HID POS[\s\S]*\[typed-by-keyboard\]/);
});

test("says after the wait that nothing came, and what to do", () => {
  const { status, error } = tiepdon(["reader", "learn", "--tcp", "127.0.0.1:1", "--wait", "1"]);
  expect([status, error]).toEqual([1, expect.stringContaining("từ chối kết nối")]);
});

test("a silent reader may be in keyboard mode", async () => {
  const terminal = await openPseudoTerminal();
  const service = learn("--serial", terminal.path, "--wait", "1");
  expect(await service.exited).toBe(1);
  expect(service.error.join("\n")).toMatch(/chế độ bàn phím[\s\S]*USB-CDC[\s\S]*không ghi hồ sơ/);
});

describe("wrong usage ends with 2", () => {
  test.each([
    [["--tcp", "x"], "--tcp"],
    [[], "--serial, --tcp, --hid"],
    [["--serial", "/dev/null", "--tcp", "a:1"], "--serial, --tcp, --hid"],
    [["--serial", "/dev/null", "--out", "/dev/null"], "--out"],
    [["--serial", "/dev/null", "--out", "/nowhere/x.json"], "--out"],
  ])("%j", (words, said) => {
    const { status, error } = tiepdon(["reader", "learn", ...words]);
    expect([status, error]).toEqual([2, expect.stringContaining(said)]);
  });

  test("a name that fits no profile", async () => {
    const terminal = await openPseudoTerminal();
    const service = learn("--serial", terminal.path, "--scans", "1", "--id", "Cổng Chính");
    await asked(service);
    await opened(terminal, 9_600);
    await scan(terminal, 1, testCodeBytes);
    expect(await service.exited).toBe(2);
    expect(service.error.join("\n")).toMatch(/profile:3:\d+ id: /);
  });
});

test("leaves a file alone that is there", () => {
  const file = join(temporaryDirectory(), "mine.json");
  execFileSync("touch", [file]);
  expect(tiepdon(["reader", "learn", "--serial", "/dev/null", "--out", file]).status).toBe(2);
  expect(readFileSync(file, "utf8")).toBe("");
});
