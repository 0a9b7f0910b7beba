// A firmware update over a line of virtual time, cut at every block: the reader always runs an image that is whole and signed.
import { createHash, generateKeyPairSync, sign, verify } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { type FirmwareJob, firmwarePart } from "../../../../../protocol/driver/reader-link/firmware-part.ts";
import { type FirmwareImage, signedFirmware } from "../../../../../protocol/firmware/firmware-image.ts";
import { newUpdate } from "../../../../../protocol/firmware/update-state.ts";
import { decodeEnvelope } from "../../../../../protocol/frame/reader-link/decode-envelope.ts";
import { FrameReader } from "../../../../../protocol/frame/reader-link/frame-reader.ts";
import { bootLoader, Flash } from "../../../../../simulators/reader-link/boot-loader.ts";
import { goodLine, type Medium, Rig } from "./rig.ts";

const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const hardware = "a1-rev2";
const imageBytes = 5_000;
/** Pieces of 1,024 bytes. */
const chunks = 5;

function image(version: string, change: Partial<FirmwareImage> = {}): FirmwareImage {
  const data = Uint8Array.from({ length: imageBytes }, (_, at) => (at * 7 + version.length) % 251);
  const sha256 = new Uint8Array(createHash("sha256").update(data).digest());
  const facts = { hardware, version, sha256, ...change };
  const signature = new Uint8Array(sign(null, signedFirmware(facts), privateKey));
  return { ...facts, signature, keyId: "fw-1", data, ...change };
}

const old = image("1.0.0");
let flash: Flash;
let job: FirmwareJob | undefined;
let states: string[];

beforeEach(() => {
  flash = new Flash(hardware, old, "0.9.0");
  states = [];
  job = undefined;
});

const begin = (wanted: FirmwareImage) => {
  job = {
    image: wanted,
    state: newUpdate(0),
    onChange: (state) => {
      if (states.at(-1) !== state.kind) states.push(state.kind);
    },
  };
};

function rig(medium?: Medium, seed = 1): Rig {
  return new Rig({
    seed,
    ...(medium === undefined ? {} : { medium }),
    driver: {
      parts: [firmwarePart(() => (job?.state.kind === "done" || job?.state.kind === "failed" ? undefined : job))],
    },
    model: {
      firmwareUpdate: true,
      running: () => ({ version: flash.running.version, sha256: flash.running.sha256, info: flash.info() }),
      parts: [
        bootLoader(
          flash,
          (message, signature, keyId) => keyId === "fw-1" && verify(null, message, publicKey, signature),
        ),
      ],
    },
  });
}

/** What runs is one of two: the image before, or the new one whole. */
function expectSound(wanted: FirmwareImage): void {
  const { running } = flash;
  const hash = createHash("sha256").update(running.data).digest("hex");
  expect(hash).toBe(Buffer.from(running.sha256).toString("hex"));
  expect([old.version, wanted.version]).toContain(running.version);
}

/** Lets time pass in small steps and looks at what runs after each. */
function runSoundly(line: Rig, ms: number, wanted: FirmwareImage): void {
  for (let passed = 0; passed < ms; passed += 250) {
    line.run(250);
    expectSound(wanted);
  }
}

function isFirmwareInfo(bytes: Uint8Array): boolean {
  const kinds: (string | undefined)[] = [];
  const payload = (envelope: Uint8Array) => void kinds.push(decodeEnvelope(envelope)?.body.kind);
  new FrameReader({ payload, discarded: () => undefined }).push(bytes);
  return kinds.includes("firmwareInfo");
}

const failure = () => (job?.state.kind === "failed" ? `${job.state.why} ${job.state.detail}`.trim() : job?.state.kind);

describe("an update", () => {
  test("is sent, checked, tried for a minute, and confirmed", () => {
    const wanted = image("1.1.0");
    begin(wanted);
    const line = rig();
    line.open();
    runSoundly(line, 100_000, wanted);
    expect(states).toEqual(["sending", "testing", "proving", "confirming", "done"]);
    expect(job?.state).toEqual({ kind: "done" });
    expect(flash.active.version).toBe("1.1.0");
    expect(flash.floor).toBe("1.1.0");
    expect(line.bodies("to-device", "firmwareChunk")).toHaveLength(chunks);
    expect(line.failures).toEqual([]);
  });

  test("that is not confirmed yet runs at least a minute", () => {
    begin(image("1.1.0"));
    const line = rig();
    line.open();
    line.run(60_000);
    expect(flash.isTesting).toBe(true);
    expect(line.bodies("to-device", "control").map(({ op }) => op)).not.toContain("firmware-confirm");
  });

  test.each([1, 2, 3])("arrives over a line that loses and breaks one message in ten (seed %d)", (seed) => {
    const wanted = image("1.1.0");
    begin(wanted);
    let count = seed * 13;
    const line = rig((bytes, direction) => {
      count = (count * 1_103_515_245 + 12_345) % 2_147_483_648;
      if (count % 10 === 0) return [];
      if (count % 10 === 1) bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 0x55;
      return goodLine(bytes, direction);
    }, seed);
    line.open();
    for (let tries = 0; tries < 40 && job?.state.kind !== "done"; tries += 1) {
      runSoundly(line, 20_000, wanted);
      if (line.failures.length > 0) {
        line.failures.length = 0;
        line.kill();
        line.open();
      }
    }
    expect(failure()).toBe("done");
    expect(flash.active.version).toBe("1.1.0");
  });
});

describe("an update that is interrupted", () => {
  const boundaries = Array.from({ length: chunks + 1 }, (_, block) => block);

  const untilChunk = (line: Rig, block: number) => {
    for (let step = 0; step < 4_000 && line.bodies("to-device", "firmwareChunk").length < block; step += 1) line.run(1);
  };

  test.each(boundaries)("by a power cut of the reader after block %d goes on where it was", (block) => {
    const wanted = image("1.1.0");
    begin(wanted);
    const line = rig();
    line.open();
    untilChunk(line, block);
    line.run(1);
    line.cutPower();
    expectSound(wanted);
    runSoundly(line, 120_000, wanted);
    expect(failure()).toBe("done");
    expect(flash.active.version).toBe("1.1.0");
    // The first block says again which image it is; no other is sent twice but the one that was under way.
    expect(line.bodies("to-device", "firmwareChunk").length).toBeLessThanOrEqual(chunks + 3);
  });

  test.each(boundaries)("by a kill of the agent after block %d goes on where it was", (block) => {
    const wanted = image("1.1.0");
    begin(wanted);
    const line = rig();
    line.open();
    untilChunk(line, block);
    line.run(1);
    line.kill();
    begin(wanted); // a new process begins the same update
    runSoundly(line, 20_000, wanted);
    line.open();
    runSoundly(line, 120_000, wanted);
    expect(failure()).toBe("done");
    expect(flash.active.version).toBe("1.1.0");
  });

  test("by a power cut while the image is tried leaves the firmware before in charge, and says so", () => {
    const wanted = image("1.1.0");
    begin(wanted);
    const line = rig();
    line.open();
    line.run(30_000);
    expect(flash.isTesting).toBe(true);
    line.cutPower();
    runSoundly(line, 20_000, wanted);
    expect(flash.running.version).toBe("1.0.0");
    expect(failure()).toBe("reverted");
  });

  test("by the end of the agent while the image is tried leaves the firmware before in charge after ten minutes", () => {
    const wanted = image("1.1.0");
    begin(wanted);
    const line = rig();
    line.open();
    line.run(30_000);
    line.kill();
    runSoundly(line, 560_000, wanted);
    expect(flash.running.version).toBe("1.1.0");
    runSoundly(line, 60_000, wanted);
    expect(flash.running.version).toBe("1.0.0");
  });

  test("by a reader that never comes back from the test start is given up", () => {
    begin(image("1.1.0"));
    const line = rig();
    line.open();
    line.run(5_000);
    line.medium = () => [];
    line.run(400_000);
    expect(["did-not-return", "waiting"]).toContain(failure());
  });
});

describe("an image that may not run", () => {
  const refused: [what: string, wanted: () => FirmwareImage, why: string, isSent: boolean][] = [
    ["an older version", () => image("0.9.5"), "not-newer", false],
    ["the version that runs", () => image("1.0.0", { sha256: new Uint8Array(32) }), "not-newer", false],
    ["a version that is no number", () => image("latest"), "not-newer", false],
    ["an image for another board", () => image("1.1.0", { hardware: "b7" }), "wrong-hardware", false],
    ["a wrong signature", () => image("1.1.0", { signature: new Uint8Array(64) }), "refused-by-reader signature", true],
    ["an unknown key", () => image("1.1.0", { keyId: "fw-9" }), "refused-by-reader signature", true],
    [
      "a block that was changed after it was signed",
      () => {
        const { data, ...rest } = image("1.1.0");
        const changed = data.slice();
        changed[2_500] = (changed[2_500] ?? 0) ^ 1;
        return { ...rest, data: changed };
      },
      "refused-by-reader hash",
      true,
    ],
  ];

  test.each(refused)("%s is refused and the firmware before runs on", (_what, wanted, why, isSent) => {
    const unwanted = wanted();
    begin(unwanted);
    const line = rig();
    line.open();
    line.run(100_000);
    expect(failure()).toBe(why);
    expect(flash.running).toMatchObject({ version: "1.0.0" });
    expect(flash.active.version).toBe("1.0.0");
    expect(line.bodies("to-device", "firmwareChunk").length > 0).toBe(isSent);
  });

  test("the boot loader refuses what is below its floor, whatever the agent thinks", () => {
    flash = new Flash(hardware, { ...old, version: "1.0.0" }, "2.0.0");
    begin(image("1.5.0"));
    const line = rig();
    line.open();
    line.run(20_000);
    expect(failure()).toBe("below-floor");
    expect(flash.running.version).toBe("1.0.0");
  });

  test("a reader that takes updates and never says what runs is given up a minute after its handshake", () => {
    begin(image("1.1.0"));
    const line = rig((bytes, direction) => (isFirmwareInfo(bytes) ? [] : goodLine(bytes, direction)));
    line.open();
    line.run(59_000);
    expect(failure()).toBe("waiting");
    line.run(2_000);
    expect(failure()).toBe("not-supported");
    expect(line.failures).toEqual([]);
    begin(image("1.1.0")); // later than the minute: nothing more is to be waited for
    line.run(6_000);
    expect(failure()).toBe("not-supported");
  });

  test("a reader without updates is left alone", () => {
    begin(image("1.1.0"));
    const line = new Rig({ driver: { parts: [firmwarePart(() => job)] } });
    line.open();
    line.run(20_000);
    expect(failure()).toBe("not-supported");
  });
});
