// All readers of a desk: made from the configuration, switched on and off, and asked about together.
import type { ScanParts } from "../../protocol/driver/scan-parts.ts";
import type { TakenScans } from "../../protocol/driver/taken-scans.ts";
import type { ReaderConfig } from "../config.ts";
import type { DeviceWatch } from "../devices/device-watch.ts";
import type { FirmwareUpdates } from "../firmware/firmware-updates.ts";
import { configuredReader, type ReaderModel, type ReaderSurroundings } from "./configured-reader.ts";
import { isOpen } from "./life-cycle.ts";
import { type MissingNews, MissingWatch } from "./missing-watch.ts";
import type { Reader } from "./reader.ts";

export interface DeskReadersTools extends Omit<ReaderSurroundings, "taken" | "scanParts" | "onChange"> {
  readonly devices: DeviceWatch;
  readonly takenFrom: (reader: string) => TakenScans;
  readonly scanPartsOf: (reader: string) => ScanParts;
  /** Ids of the readers that IT has switched off. */
  readonly switchedOff: readonly string[];
  readonly onChange: (reader: Reader) => void;
  readonly onMissing: (news: MissingNews, reader: Reader) => void;
}

export class DeskReaders {
  readonly all: readonly Reader[];
  readonly #devices: DeviceWatch;
  readonly #missing: MissingWatch;
  readonly #switchedOff: readonly string[];
  readonly #firmware: FirmwareUpdates;

  /** `models` holds what is known of each reader, by its id. Throws when one is missing: the configuration was not checked. */
  constructor(
    configs: readonly ReaderConfig[],
    models: Readonly<Record<string, ReaderModel>>,
    { takenFrom, scanPartsOf, switchedOff, onChange, onMissing, ...tools }: DeskReadersTools,
  ) {
    this.#devices = tools.devices;
    this.#missing = new MissingWatch(onMissing);
    this.#switchedOff = switchedOff;
    this.#firmware = tools.firmware;
    this.all = configs.map((config) => {
      const model = models[config.id];
      if (model === undefined) throw new Error(`no profile for the reader ${config.id}`);
      const reader: Reader = configuredReader(config, model, {
        ...tools,
        taken: takenFrom(config.id),
        scanParts: scanPartsOf(config.id),
        onChange: () => {
          this.#missing.look(reader);
          onChange(reader);
        },
      });
      return reader;
    });
  }

  /** Looks for devices before the first reader asks for one. */
  async start(): Promise<void> {
    await this.#devices.start();
    for (const reader of this.all) {
      const isFree = !reader.takesFirmware || !this.#firmware.isUnderWay(reader.id);
      reader.setConditions({ isEnabled: !this.#switchedOff.includes(reader.id), isFree });
      reader.start();
    }
  }

  async stop(): Promise<void> {
    this.#devices.stop();
    this.#missing.stop();
    await Promise.all(this.all.map((reader) => reader.stop()));
  }

  with(id: string | undefined): Reader | undefined {
    return this.all.find((reader) => reader.id === id);
  }

  setSpoolWritable(spoolIsWritable: boolean): void {
    for (const reader of this.all) reader.setConditions({ spoolIsWritable });
  }

  /** Whether the registry lets this reader run that version; without an entry for it nothing is said against it. */
  allowsFirmware(id: string, version: string): boolean {
    return this.with(id)?.allowsFirmware(version) ?? false;
  }

  /** The registry or the day has changed. */
  judgeAgain(): void {
    for (const reader of this.all) reader.judgeAgain();
  }

  /** Every reader that is wanted is open. */
  get areOpen(): boolean {
    return this.all.every((reader) => isOpen(reader.state) || !reader.isEnabled);
  }
}
