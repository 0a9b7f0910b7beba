// Joins a driver to the port it talks over, for one opening: bytes in, bytes out, and the wishes to be woken.
import type { Discard } from "../../protocol/driver/discard.ts";
import type { Driver, DriverFailure, DriverFault, DriverHost, ReaderSelfReport } from "../../protocol/driver/driver.ts";
import type { Outcome } from "../../protocol/driver/outcome.ts";
import type { Clock } from "../../protocol/host.ts";
import type { Scan } from "../../protocol/message/scan.ts";
import type { Port, PortErrorCode } from "../../protocol/port.ts";
import { Alarm } from "./alarm.ts";

/** A port that may know HID feature reports. */
export type FeaturePort = Port & { writeFeature?(report: Uint8Array): Promise<void> };

/** Told while the conversation lasts, never from inside a call of the driver but for `scan`, `discarded` and `fault`. */
export interface ConversationListener {
  scan(scan: Scan): void;
  discarded(why: Discard, bytes: number): void;
  fault(fault: DriverFault): void;
  ready(report: ReaderSelfReport): void;
  /** It is over by the driver's word. */
  failed(why: DriverFailure): void;
  /** It is over because the line is gone. */
  lost(why: PortErrorCode): void;
}

/** Writes that the line has not taken yet: several whole commits of a burst, and less than a megabyte when it takes none at all. */
const untakenMax = 4_096;

/** Single use. Nothing is told after `close`. */
export class Conversation {
  readonly #port: FeaturePort;
  readonly #driver: Driver;
  readonly #clock: Clock;
  readonly #listener: ConversationListener;
  readonly #alarm: Alarm;
  #isOver = false;
  #untaken = 0;
  /** A driver is not called back from inside its own call; what it caused waits here until it has returned. */
  #isInDriver = false;
  readonly #later: (() => void)[] = [];

  constructor(
    port: FeaturePort,
    makeDriver: (host: DriverHost) => Driver,
    clock: Clock,
    listener: ConversationListener,
  ) {
    this.#port = port;
    this.#clock = clock;
    this.#listener = listener;
    this.#alarm = new Alarm(clock, (now) => this.#call((driver) => driver.wake(now)));
    this.#driver = makeDriver(this.#host());
  }

  /** Begins the handshake, then lets the port deliver. */
  start(): void {
    this.#call((driver) => driver.start(this.#clock.monotonic()));
    if (this.#isOver) return;
    this.#port.start(
      (chunk) => this.#received(chunk),
      (error) => {
        if (!this.#isOver) this.#listener.lost(error.code);
      },
    );
  }

  setArmed(isArmed: boolean): void {
    this.#call((driver) => driver.setArmed(isArmed, this.#clock.monotonic()));
  }

  /** Ignored for a scan whose conversation is over. */
  settle(scan: Scan, outcome: Outcome): void {
    this.#call((driver) => driver.settle(scan, outcome, this.#clock.monotonic()));
  }

  signal(outcome: Outcome): void {
    this.#call((driver) => driver.signal(outcome, this.#clock.monotonic()));
  }

  checkHealth(): void {
    this.#call((driver) => driver.checkHealth(this.#clock.monotonic()));
  }

  /** Resolves when the port is closed. What is half read is dropped and counted. */
  close(): Promise<void> {
    if (!this.#isOver) {
      this.#driver.close();
      this.#isOver = true;
      this.#alarm.clear();
    }
    return this.#port.close();
  }

  #host(): DriverHost {
    const { scan, discarded, fault, ready, failed } = this.#listener;
    return {
      write: (bytes) => this.#write((port) => port.write(bytes)),
      writeFeature: (report) => this.#write((port) => port.writeFeature?.(report)),
      scan,
      discarded,
      fault,
      ready: (report) => this.#soon(() => ready(report)),
      failed: (why) => this.#soon(() => failed(why)),
      wakeAt: (timeMs) => this.#alarm.set(timeMs),
    };
  }

  #received(chunk: Uint8Array): void {
    if (this.#isOver) return;
    this.#isInDriver = true;
    this.#driver.receive(chunk, this.#clock.monotonic());
    this.#isInDriver = false;
    if (this.#later.length > 0) this.#doLater();
  }

  #call(work: (driver: Driver) => void): void {
    this.#soon(() => {
      this.#isInDriver = true;
      work(this.#driver);
      this.#isInDriver = false;
      if (this.#later.length > 0) this.#doLater();
    });
  }

  /** Now, or when the driver has returned from the call under way; not at all when it is over by then. */
  #soon(work: () => void): void {
    if (this.#isInDriver) this.#later.push(work);
    else if (!this.#isOver) work();
  }

  #doLater(): void {
    for (const work of this.#later.splice(0)) if (!this.#isOver) work();
  }

  /** A line that takes nothing is not filled without bound; what it does not take is a beep at the most, or sent again. */
  #write(send: (port: FeaturePort) => Promise<void> | undefined): void {
    if (this.#untaken >= untakenMax) return;
    this.#untaken += 1;
    Promise.resolve(send(this.#port))
      .catch(() => undefined) // a lost line is told by the port itself
      .finally(() => {
        this.#untaken -= 1;
      });
  }
}
