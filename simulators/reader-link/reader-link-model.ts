// What a ReaderLink reader is made of, as plain facts with defaults; a test changes the one that it is about.
import { proofMessage } from "../../protocol/driver/reader-link/attestation.ts";
import type { BodyDraft } from "../../protocol/frame/reader-link/messages.ts";
import type { Random } from "../../protocol/host.ts";
import type { MakeDevicePart } from "./device-part.ts";

export interface ReaderLinkModel {
  readonly vendor: string;
  readonly model: string;
  readonly serial: string;
  readonly firmware: string;
  /** Versions of the protocol that it speaks. */
  readonly versions: { readonly min: number; readonly max: number };
  readonly maxFrame: number;
  /** Scans that it holds until they are acknowledged. */
  readonly ringSize: number;
  /** Scans that it sends before the first of them is acknowledged. */
  readonly window: number;
  /** Whether its scans outlive a loss of power. */
  readonly persistentRing: boolean;
  /** A fault: every start has the same boot id, and counts from 1 again. */
  readonly reusesBootId: boolean;
  readonly symbologies: readonly string[];
  /** Whether a chip can be spoken to: it answers each command with its own bytes and 90 00. */
  readonly chip: boolean;
  readonly maxCommand: number;
  readonly maxResponse: number;
  readonly firmwareUpdate: boolean;
  /** Signs a proof; undefined: no attestation. */
  readonly sign: ((message: Uint8Array) => Uint8Array) | undefined;
  /** SHA-256 of the image that runs. */
  readonly imageSha256: Uint8Array;
  /** What runs, where a boot loader changes it; asked at each Hello. */
  readonly running:
    | (() => { readonly version: string; readonly sha256: Uint8Array; readonly info: BodyDraft })
    | undefined;
  readonly parts: readonly MakeDevicePart[];
  readonly random: Random;
}

export const defaultReaderLinkModel: Omit<ReaderLinkModel, "random"> = {
  vendor: "Example",
  model: "A1",
  serial: "SIM-0001",
  firmware: "1.0.0",
  versions: { min: 1, max: 1 },
  maxFrame: 4_096,
  ringSize: 16,
  window: 4,
  persistentRing: false,
  reusesBootId: false,
  symbologies: ["QRCode", "DataMatrix", "PDF417"],
  chip: false,
  maxCommand: 261,
  maxResponse: 258,
  firmwareUpdate: false,
  sign: undefined,
  imageSha256: new Uint8Array(32),
  running: undefined,
  parts: [],
};

/** What the model says of itself. An empty `nonce`: the host has not asked for a proof. */
export function helloOf(model: ReaderLinkModel, bootId: Uint8Array, nonce: Uint8Array): BodyDraft {
  const { vendor, serial, versions, sign } = model;
  const { version: firmware, sha256: imageSha256 } = model.running?.() ?? {
    version: model.firmware,
    sha256: model.imageSha256,
  };
  const isAsked = sign !== undefined && nonce.length > 0;
  return {
    kind: "hello",
    minVersion: versions.min,
    maxVersion: versions.max,
    vendor,
    model: model.model,
    serial,
    firmware,
    ...(isAsked ? { proof: sign(proofMessage(nonce, bootId, imageSha256)) } : {}),
  };
}

export function capabilitiesOf(model: ReaderLinkModel): BodyDraft {
  const { maxFrame, ringSize, window, persistentRing, symbologies, chip, maxCommand, maxResponse } = model;
  return {
    kind: "capabilities",
    maxFrame,
    ringSize,
    window,
    persistentRing,
    symbologies,
    chip,
    ...(chip ? { maxCommand, maxResponse } : {}),
    firmwareUpdate: model.firmwareUpdate,
    attestation: model.sign !== undefined,
  };
}
