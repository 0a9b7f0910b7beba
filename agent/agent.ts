// One desk: its readers, pipeline, spool and publisher, put together and kept in order.
import { join } from "node:path";
import { vietnamDate } from "../protocol/check-in/vietnam-time.ts";
import type { Clock, Log, Random } from "../protocol/host.ts";
import { deskTopics } from "../protocol/topics.ts";
import { decodeText } from "../service/decode-text.ts";
import { reportOpening } from "../store/report-opening.ts";
import { codeKeyFileName, openKeyedHash } from "./check-in/code-key.ts";
import { DeskCounts } from "./check-in/desk-counts.ts";
import { Pipeline } from "./check-in/pipeline.ts";
import { warmUp } from "./check-in/warm-up.ts";
import { Commands } from "./commands/commands.ts";
import { RecentArrivals } from "./commands/recent-arrivals.ts";
import { readResult } from "./commands/result-signal.ts";
import { type AgentConfig, brokerAddresses } from "./config.ts";
import { DeskReport } from "./desk-report.ts";
import { DeviceWatch } from "./devices/device-watch.ts";
import { type DeviceRoots, machineRoots } from "./devices/read-devices.ts";
import { FirmwareUpdates } from "./firmware/firmware-updates.ts";
import { Connection } from "./publisher/connection.ts";
import { eventMessages } from "./publisher/event-messages.ts";
import { Inbox } from "./publisher/inbox.ts";
import { openMqttLink } from "./publisher/mqtt-link.ts";
import { Presence } from "./publisher/presence.ts";
import { Publisher } from "./publisher/publisher.ts";
import { Certifier } from "./reader/certifier.ts";
import type { ReaderModel, ReaderSurroundings } from "./reader/configured-reader.ts";
import { DeskReaders } from "./reader/desk-readers.ts";
import { readerNews } from "./reader/reader-news.ts";
import { registryEvent } from "./registry/registry-keeper.ts";
import { spoolFileName } from "./spool/read-spool.ts";
import { openSpool, type Spool } from "./spool/spool.ts";

export interface AgentOptions {
  readonly config: AgentConfig;
  /** What is known of each reader's model, by the reader's id. */
  readonly models: Readonly<Record<string, ReaderModel>>;
  /** Directory of the spool, made if it is not there. */
  readonly dataDir: string;
  readonly password: string | undefined;
  readonly version: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Where devices are looked for, and how HID ones are opened; as this machine has it by default. */
  readonly devices?: Pick<ReaderSurroundings, "loadHidBinding"> & { readonly roots: DeviceRoots };
  /** A part of the agent made progress: what the watchdog lives on. */
  readonly onProgress: (part: AgentPart) => void;
}
export const agentParts = ["loop", "spool", "connection"] as const;
export type AgentPart = (typeof agentParts)[number];

export interface RunningAgent {
  /** One line for `systemctl status`. */
  status(): string;
  /** Takes no more scans, says goodbye to the broker, and closes the spool. What is waiting stays in it. */
  stop(): Promise<void>;
}

/** How often the agent looks after itself: stuck connections, overdue answers, the watchdog. */
const careMs = 2_000;
const healthMs = 60_000;
/** Parked events get another chance this often; the broker's rules may have been mended. */
const unparkMs = 3_600_000;
const hourMs = 3_600_000;
/** Certificates run out at midnight; a reader is told so within this time. */
const judgeMs = 600_000;

/** Opens the spool and starts everything. Throws when the spool or the key of code hashes can't be opened; a reader or broker that is away is no error. */
export async function startAgent(options: AgentOptions): Promise<RunningAgent> {
  const agent = new Agent(options);
  await agent.start();
  return agent;
}

class Agent implements RunningAgent {
  readonly #options: AgentOptions;
  readonly #counts = new DeskCounts();
  readonly #boot: string;
  readonly #spool: Spool;
  readonly #report: DeskReport;
  readonly #presence: Presence;
  readonly #publisher: Publisher;
  readonly #connection: Connection;
  readonly #readers: DeskReaders;
  readonly #certifier: Certifier;
  readonly #firmware: FirmwareUpdates;
  readonly #commands: Commands;
  readonly #arrivals = new RecentArrivals();
  readonly #timers: NodeJS.Timeout[] = [];
  #spoolIsWritable = true;

  constructor(options: AgentOptions) {
    const { config, clock, random, log } = options;
    this.#options = options;
    this.#boot = Buffer.from(random.bytes(4)).toString("hex");
    const { spool, opened } = openSpool(join(options.dataDir, spoolFileName), config.spool, () => clock.now());
    reportOpening(opened, log);
    this.#spool = spool;

    const topics = deskTopics(config.facility, config.desk);
    const report = new DeskReport({ ...options, spool, counts: this.#counts });
    this.#report = report;
    this.#presence = new Presence(topics, {
      boot: this.#boot,
      stateWord: () => (this.#isWell() ? "online" : "degraded"),
      lastSequence: () => spool.lastCheckIn,
      now: () => clock.now(),
      info: () => report.info(),
      health: () => report.health(this.#spoolIsWritable),
      readers: () => this.#readers.all.map(readerNews),
    });
    const inbox = new Inbox(config, log, {
      onOwnState: (payload) => this.#presence.onOwnState(payload),
      onResult: (payload) => this.#onResult(payload),
      onRegistry: (jws) => this.#certifier.offer(jws),
      onRequest: (command, payload, isRetained) => this.#commands.onRequest(command, payload, isRetained),
    });
    this.#publisher = new Publisher(
      spool,
      {
        receipt: config.publish.receipt,
        windowMax: config.publish.windowMax,
        resultMsMax: config.publish.resultSeconds * 1_000,
        messagesOf: (entry) => eventMessages(entry, config.publish.formats, topics),
        onParked: (entry) => this.#presence.sendEvent("event_parked", { event: entry.id }),
      },
      clock,
      log,
    );
    this.#connection = new Connection(
      {
        ...{ clock, random, log, addresses: brokerAddresses(config.mqtt.url) },
        open: (address, listener, giveUp) => openMqttLink(this.#linkOptions(address), listener, giveUp),
      },
      {
        onUp: (link) => {
          this.#presence.onUp(link);
          this.#publisher.onUp(link);
          inbox.subscribe(link);
        },
        onDown: (how) => {
          this.#presence.onDown();
          this.#publisher.onDown(how);
        },
        onMessage: (topic, payload, isRetained) => inbox.take(topic, payload, isRetained),
      },
    );
    const pipeline = new Pipeline({
      desk: { facility: config.facility, desk: config.desk, boot: this.#boot },
      spool,
      clock,
      random,
      decodeText,
      keyedHash: openKeyedHash(join(options.dataDir, codeKeyFileName), random),
      counts: this.#counts,
      log,
      duplicateWindowMs: config.duplicates.windowMs,
      optionalFields: config.chip.optionalFields,
      onKept: (entry, source) => {
        this.#arrivals.add(entry.id, source.facts.id);
        this.#publisher.offer(entry);
      },
      onSpool: (isWritable) => this.#setSpoolWritable(isWritable),
    });
    const devices = new DeviceWatch({ log, roots: options.devices?.roots ?? machineRoots });
    this.#certifier = new Certifier({
      ...{ dataDir: options.dataDir, config: config.registry, devices, clock, log },
      onVerdict: (verdict) => {
        const event = registryEvent(verdict);
        if (event !== undefined) this.#presence.sendEvent(event.kind, event.facts);
      },
      onChange: () => this.#readers.judgeAgain(),
    });
    this.#firmware = new FirmwareUpdates({
      ...{ dataDir: options.dataDir, keys: config.firmware.keys, clock, log },
      isAllowed: (reader, version) => this.#readers.allowsFirmware(reader, version),
      onState: (reader, news, isOver) => {
        this.#presence.sendEvent("reader_firmware", news);
        this.#readers.with(reader)?.setConditions({ isFree: isOver });
      },
    });
    this.#readers = new DeskReaders(config.readers, options.models, {
      clock,
      random,
      log,
      devices,
      loadHidBinding: options.devices?.loadHidBinding,
      optionalFields: config.chip.optionalFields,
      firmware: this.#firmware,
      takenFrom: (reader) => spool.takenFrom(reader),
      scanPartsOf: (reader) => spool.scanPartsOf(reader),
      switchedOff: spool.switchedOff,
      judge: (reader) => this.#certifier.judge(reader),
      allowsFirmware: (reader, version) => this.#certifier.allowsFirmware(reader, version),
      verifyProof: () => this.#certifier.verifyProof,
      onScan: (scan, source) => pipeline.take(scan, source),
      onDiscard: (why) => this.#counts.count(this.#counts.discarded, why),
      onFault: (fault, reader) => this.#presence.sendEvent("reader_fault", { reader, fault }),
      onMissing: (kind, { id }) => this.#presence.sendEvent(kind, { reader: id }),
      onChange: (reader) => {
        this.#presence.sendReader(readerNews(reader));
        this.#presence.sendState();
      },
    });
    this.#commands = new Commands({
      readers: this.#readers.all,
      beginUpdate: (id, file) => this.#firmware.begin(id, file),
      switchReader: (id, isOn, done) => spool.switchReader(id, isOn, done),
      clock,
      log,
      respond: (command, payload) => this.#presence.respond(command, payload),
    });
  }

  async start(): Promise<void> {
    const { config } = this.#options;
    await this.#spool.unpark();
    await this.#report.measureDisk();
    this.#connection.start();
    const now = this.#options.clock.now();
    warmUp(vietnamDate(now), now);
    await this.#certifier.start();
    await this.#firmware.start();
    await this.#readers.start();
    this.#every(careMs, () => this.#care());
    this.#every(healthMs, () => {
      this.#presence.sendHealth();
      void this.#report.measureDisk();
    });
    this.#every(healthMs, () => {
      const before = this.#options.clock.now() - config.spool.keepHours * hourMs;
      this.#spool.wipe(before).catch(() => undefined); // tried again in a minute
    });
    this.#every(judgeMs, () => this.#readers.judgeAgain());
    this.#every(unparkMs, () => {
      this.#spool.unpark().then(
        (events) => {
          if (events > 0) this.#publisher.startOver();
        },
        () => undefined, // tried again in an hour
      );
    });
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await Promise.all([this.#certifier.stop(), this.#readers.stop()]);
    this.#publisher.flush();
    this.#spool.flush();
    if (this.#connection.isUp) await Promise.race([this.#presence.sayGoodbye(), pauseMs(goodbyeMsMax)]);
    await this.#connection.stop();
    this.#publisher.flush();
    this.#spool.close();
  }

  status(): string {
    const readers = this.#readers.all.map((reader) => `${reader.id} ${reader.state.kind}`).join(", ");
    const broker = this.#connection.isUp ? "broker connected" : "broker away";
    return `${readers}; ${broker}; ${this.#counts.accepted} accepted, ${this.#spool.waiting} waiting`;
  }

  /** Looks after what could hang without an error, and reports progress. */
  #care(): void {
    const { onProgress } = this.#options;
    onProgress("loop");
    if (this.#publisher.isStuck()) this.#connection.abandon("the broker acknowledges nothing");
    else onProgress("connection"); // down and retrying is progress; up and deaf is not
    this.#firmware.care();
    this.#publisher.sendOverdue();
    this.#publisher.flush();
    onProgress("spool"); // commits run within the loop: if it turns, they are done
    if (this.#spoolIsWritable) return;
    // Only now: a write every two seconds for nothing would wear the storage card.
    this.#spool.probe((error) => {
      this.#setSpoolWritable(error === undefined && this.#spool.waiting < this.#options.config.spool.waitingMax);
    });
  }

  #setSpoolWritable(isWritable: boolean): void {
    if (isWritable === this.#spoolIsWritable) return;
    this.#spoolIsWritable = isWritable;
    const { log } = this.#options;
    if (isWritable) log.info({}, "scans can be kept again");
    else log.error({}, "scans can't be kept: the disk is full or too many events wait; readers are disarmed");
    this.#presence.sendEvent(isWritable ? "spool_writable" : "spool_full");
    this.#readers.setSpoolWritable(isWritable);
    this.#presence.sendState();
  }

  #isWell(): boolean {
    return this.#spoolIsWritable && this.#readers.areOpen;
  }

  #onResult(payload: Uint8Array): void {
    const result = readResult(payload);
    if (result === undefined) {
      this.#options.log.warn({ size: payload.length }, "a result without `subject` was ignored");
      return;
    }
    this.#publisher.onResult(result.subject);
    this.#readers.with(this.#arrivals.take(result.subject))?.signal(result.signal);
  }

  #linkOptions(url: string) {
    const { config, password } = this.#options;
    return {
      url,
      tls: config.mqtt,
      clientId: `${config.facility}:${config.desk}`,
      username: config.mqtt.username,
      password,
      keepaliveSeconds: config.mqtt.keepaliveSeconds,
      subscribeQos: config.mqtt.subscribeQos,
      will: this.#presence.will(),
    };
  }

  #every(ms: number, work: () => void): void {
    this.#timers.push(setInterval(work, ms));
  }
}

/** How long the "offline" message of an orderly end may take. */
const goodbyeMsMax = 500;

const pauseMs = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
