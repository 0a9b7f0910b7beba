// What is known of the reader on a ReaderLink line since its last Hello.
import { bytesAreEqual } from "../../bytes/bytes-are-equal.ts";
import type { FirmwareInfo, Hello } from "../../frame/reader-link/messages.ts";
import type { ReaderSelfReport } from "../driver.ts";
import { proofMessage, type VerifyProof } from "./attestation.ts";

export class Partner {
  readonly bootId: Uint8Array;
  readonly #hello: Pick<Hello, "vendor" | "model" | "serial" | "firmware" | "proof">;
  /** The image that runs, once FirmwareInfo has told. */
  #imageSha256: Uint8Array | undefined;

  /** `before`: the same start of the reader, greeted earlier. */
  constructor(bootId: Uint8Array, hello: Hello, before: Partner | undefined) {
    this.bootId = bootId.slice();
    this.#hello = { ...hello, proof: hello.proof.slice() };
    this.#imageSha256 = before?.isStart(bootId) ? before.#imageSha256 : undefined;
  }

  isStart(bootId: Uint8Array): boolean {
    return bytesAreEqual(this.bootId, bootId);
  }

  takeFirmware({ sha256 }: FirmwareInfo): void {
    this.#imageSha256 = sha256.slice();
  }

  get knowsFirmware(): boolean {
    return this.#imageSha256 !== undefined;
  }

  /** `nonce` is what our Hello asked to be signed. */
  report(nonce: Uint8Array, verifyProof: VerifyProof | undefined): ReaderSelfReport {
    const { firmware, model, serial } = this.#hello;
    const said = Object.entries({ firmware, model, serial }).filter(([, text]) => text !== "");
    const isProven = this.#isProven(nonce, verifyProof);
    return { ...Object.fromEntries(said), ...(isProven === undefined ? {} : { isProven }) };
  }

  #isProven(nonce: Uint8Array, verifyProof: VerifyProof | undefined): boolean | undefined {
    const { proof, vendor, model, serial } = this.#hello;
    if (verifyProof === undefined || proof.length === 0 || this.#imageSha256 === undefined) return undefined;
    return verifyProof({ vendor, model, serial }, proofMessage(nonce, this.bootId, this.#imageSha256), proof);
  }
}
