// A ReaderLink reader gets new firmware over its line: signed on the command line, begun over MQTT, told step by step, and refused where it may not run.
import { execFileSync } from "node:child_process";
import { createHash, createPublicKey, verify } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { systemClock } from "../../service/clock.ts";
import { DeviceRunner } from "../../simulators/device-runner.ts";
import { bootLoader, Flash } from "../../simulators/reader-link/boot-loader.ts";
import { readerLinkDevice } from "../../simulators/reader-link/reader-link-device.ts";
import { defaultReaderLinkModel } from "../../simulators/reader-link/reader-link-model.ts";
import { SeededRandom } from "../../simulators/seeded-random.ts";
import { listenTcp } from "../../simulators/tcp-medium.ts";
import { startProgram } from "../fixtures/child-process.ts";
import { afterThisTest, temporaryDirectory } from "../fixtures/clean-up.ts";
import { deskConfig, startDesk, topics } from "../fixtures/desk.ts";
import { freePort } from "../fixtures/free-port.ts";
import { startMosquitto } from "../fixtures/mosquitto.ts";
import { subscribe } from "../fixtures/mosquitto-sub.ts";
import { waitUntil } from "../fixtures/wait-until.ts";

const product = new URL("../../dist/tiepdon.cjs", import.meta.url).pathname;
const tiepdon = (...words: string[]) => execFileSync(process.execPath, [product, ...words], { encoding: "utf8" });
const hardware = "a1-rev2";

function slot(version: string) {
  const data = new Uint8Array(Buffer.from(`firmware ${version} `.repeat(200)));
  return { version, data, sha256: new Uint8Array(createHash("sha256").update(data).digest()) };
}

test("an image that is newer and signed is sent and tried; others are refused, and the reader runs on", async () => {
  const keys = temporaryDirectory();
  tiepdon("registry", "keygen", "--kid", "fw-1", "--out", keys);
  const publicKey: { x: string } = JSON.parse(readFileSync(join(keys, "fw-1.public.jwk"), "utf8"));
  const verifier = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: publicKey.x }, format: "jwk" });

  const dataDir = temporaryDirectory();
  const folder = join(dataDir, "firmware");
  mkdirSync(folder);
  const sign = (version: string) => {
    const image = join(keys, `${version}.bin`);
    writeFileSync(image, slot(version).data);
    const facts = ["--hardware", hardware, "--firmware-version", version];
    const file = tiepdon("reader", "firmware", "sign", "--key", join(keys, "fw-1.private.jwk"), ...facts, image);
    writeFileSync(join(folder, `${version}.json`), file);
    return file;
  };
  writeFileSync(join(folder, "forged.json"), sign("1.1.0").replace('"version": "1.1.0"', '"version": "1.9.0"'));
  sign("0.9.0");
  tiepdon("reader", "firmware", "verify", join(folder, "1.1.0.json"), "--key", join(keys, "fw-1.public.jwk"));

  const flash = new Flash(hardware, slot("1.0.0"));
  const medium = await listenTcp("127.0.0.1", await freePort());
  const runner = new DeviceRunner({
    power: readerLinkDevice({
      ...defaultReaderLinkModel,
      random: new SeededRandom(7),
      firmwareUpdate: true,
      running: () => ({ version: flash.running.version, sha256: flash.running.sha256, info: flash.info() }),
      parts: [bootLoader(flash, (message, signature) => verify(null, message, verifier, signature))],
    }),
    medium,
    clock: systemClock(),
  });
  afterThisTest(async () => {
    await medium.close();
    await runner.stop();
  });

  const broker = await startMosquitto(await freePort());
  const it = await subscribe(broker.port, [topics.response("#"), topics.event, topics.readerState("rl-1")]);
  const [host, port] = medium.place.split(":");
  const readers = [{ id: "rl-1", profile: "readerlink", tcp: { host, port: Number(port) } }];
  const config = {
    ...deskConfig({ url: broker.url, serial: "unused" }),
    readers,
    firmware: { keys: [{ kid: "fw-1", x: publicKey.x }] },
  };
  await startDesk(config, { dataDir });
  const state = () => it.json(topics.readerState("rl-1")).at(-1)?.["state"];
  await waitUntil("the reader is armed", () => state() === "armed");

  let transactions = 0;
  const begin = async (file: string): Promise<Record<string, unknown>> => {
    transactions += 1;
    const transaction = `t${transactions}`;
    const request = JSON.stringify({ transaction, data: { reader: "rl-1", file } });
    const words = ["-h", "127.0.0.1", "-p", String(broker.port), "-q", "1", "-t", topics.request("reader/firmware")];
    await startProgram("mosquitto_pub", [...words, "-m", request]).exited;
    const answer = () =>
      it.json(topics.response("reader/firmware")).find((each) => each["transaction"] === transaction);
    await waitUntil("the desk answers", () => answer() !== undefined);
    return answer() ?? {};
  };
  const steps = (version: string) =>
    it
      .json(topics.event)
      .filter((event) => event["kind"] === "reader_firmware" && event["version"] === version)
      .map((event) => event["reason"] ?? event["state"]);

  expect(await begin("forged.json")).toMatchObject({ error: { code: "bad-signature" } });
  expect(await begin("nowhere.json")).toMatchObject({ error: { code: "no-file" } });
  expect(await begin("../spool.db")).toMatchObject({ error: { code: "no-file" } });

  expect(await begin("0.9.0.json")).toMatchObject({ status: "ok" });
  await waitUntil("the older image is refused", () => steps("0.9.0").includes("not-newer"));
  expect(flash.staged).toBeUndefined();

  expect(await begin("1.1.0.json")).toMatchObject({ status: "ok" });
  expect(await begin("1.1.0.json")).toMatchObject({ error: { code: "busy" } });
  await waitUntil("the image is on test", () => steps("1.1.0").includes("proving"));
  expect(steps("1.1.0").slice(0, 2)).toEqual(["waiting", "sending"]);
  expect(flash.running.version).toBe("1.1.0");
  expect(flash.active.version).toBe("1.0.0");
  await waitUntil("the reader is busy and takes no scans", () => state() === "busy");
});
