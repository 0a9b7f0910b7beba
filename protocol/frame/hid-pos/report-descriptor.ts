// Walks a HID report descriptor: which fields its reports have, and at which bit each lies (USB HID 1.11, clause 6.2.2).

/** Longest descriptor that is read; Linux keeps no longer one (HID_MAX_DESCRIPTOR_SIZE). */
export const descriptorBytesMax = 4_096;
/** Fields that are recorded; the largest composites have some dozens. */
const fieldsMax = 512;
/** Usages that are recorded for one field; further ones repeat nothing that we look for. */
const usagesMax = 256;
/** Global states on the stack, and collections inside one another; a real descriptor has one and three or four. */
const depthMax = 32;
/** Bits of one report, its id included; Linux refuses longer reports (HID_MAX_BUFFER_SIZE is 16 KiB). */
const reportBitsMax = 16_384 * 8;
const reportIdBits = 8;

export type ReportKind = "input" | "output" | "feature";

/** One main item: `count` elements of `bits` bits each. */
export interface ReportField {
  readonly kind: ReportKind;
  /** 0 where the device numbers no reports; else the report's first byte. */
  readonly reportId: number;
  /** Where the first element begins, counted from the report's first bit; the report id is counted where there is one. */
  readonly bitOffset: number;
  readonly bits: number;
  readonly count: number;
  /** Padding. */
  readonly isConstant: boolean;
  /** `page << 16 | usage`, one for each element as far as the descriptor names them; the last holds for the rest. */
  readonly usages: readonly number[];
}

export interface ReportDescriptor {
  readonly usesReportIds: boolean;
  /** Usages (`page << 16 | usage`) of the application collections: what the device says it is. */
  readonly applications: readonly number[];
  readonly fields: readonly ReportField[];
}

interface Globals {
  usagePage: number;
  bits: number;
  count: number;
  reportId: number;
}

/** A usage as it was written: 32 bits bring their page along, fewer take the page that holds at the main item. */
interface LocalUsage {
  readonly value: number;
  readonly isWhole: boolean;
}

const itemTypes = { main: 0, global: 1, local: 2 } as const;
const longItem = 0xfe;
const mainKinds: Readonly<Record<number, ReportKind>> = { 8: "input", 9: "output", 11: "feature" };
const collection = 0xa;
const endCollection = 0xc;
const applicationCollection = 0x01;
const constantBit = 0x01;

/** Undefined for bytes that are no descriptor: cut off, over a limit, or with a stack that does not fit. Linear in its length. */
export function readReportDescriptor(bytes: Uint8Array): ReportDescriptor | undefined {
  if (bytes.length > descriptorBytesMax) return undefined;
  const walk = new Walk();
  for (let at = 0; at < bytes.length; ) {
    const prefix = bytes[at] ?? 0;
    if (prefix === longItem) {
      at += 3 + (bytes[at + 1] ?? 0); // no long item has ever been given a meaning
      if (at > bytes.length) return undefined;
      continue;
    }
    const size = (prefix & 0x03) === 3 ? 4 : prefix & 0x03;
    if (at + size >= bytes.length) return undefined;
    let value = 0;
    for (let byte = size; byte > 0; byte -= 1) value = (value << 8) | (bytes[at + byte] ?? 0);
    if (!walk.take((prefix >> 2) & 0x03, prefix >> 4, value >>> 0, size)) return undefined;
    at += size + 1;
  }
  return walk.end();
}

class Walk {
  #globals: Globals = { usagePage: 0, bits: 0, count: 0, reportId: 0 };
  readonly #stack: Globals[] = [];
  #usages: LocalUsage[] = [];
  #usageMinimum: LocalUsage | undefined;
  #depth = 0;
  readonly #applications: number[] = [];
  readonly #fields: ReportField[] = [];
  /** Bits of each report so far, by kind and report id, without the id. */
  readonly #bitsUsed = new Map<string, number>();
  #usesReportIds = false;

  /** Whether the descriptor still makes sense. */
  take(type: number, tag: number, value: number, size: number): boolean {
    if (type === itemTypes.main) return this.#takeMain(tag, value);
    if (type === itemTypes.global) return this.#takeGlobal(tag, value);
    if (type === itemTypes.local) this.#takeLocal(tag, { value, isWhole: size === 4 });
    return true;
  }

  end(): ReportDescriptor | undefined {
    if (this.#depth !== 0) return undefined;
    const shift = this.#usesReportIds ? reportIdBits : 0;
    return {
      usesReportIds: this.#usesReportIds,
      applications: this.#applications,
      fields: this.#fields.map((field) => ({ ...field, bitOffset: field.bitOffset + shift })),
    };
  }

  #takeMain(tag: number, value: number): boolean {
    const kind = mainKinds[tag];
    let fits = true;
    if (kind !== undefined) fits = this.#addField(kind, (value & constantBit) !== 0);
    else if (tag === collection) fits = this.#openCollection(value);
    else if (tag === endCollection) fits = this.#closeCollection();
    this.#usages = [];
    this.#usageMinimum = undefined;
    return fits;
  }

  #openCollection(collectionKind: number): boolean {
    if (collectionKind === applicationCollection && this.#applications.length < fieldsMax)
      this.#applications.push(this.#wholeUsages()[0] ?? 0);
    this.#depth += 1;
    return this.#depth <= depthMax;
  }

  #closeCollection(): boolean {
    this.#depth -= 1;
    return this.#depth >= 0;
  }

  #addField(kind: ReportKind, isConstant: boolean): boolean {
    const { bits, count, reportId } = this.#globals;
    const report = `${kind} ${reportId}`;
    const bitOffset = this.#bitsUsed.get(report) ?? 0;
    const bitsAfter = bitOffset + bits * count;
    if (bitsAfter > reportBitsMax || this.#fields.length === fieldsMax) return false;
    this.#bitsUsed.set(report, bitsAfter);
    this.#fields.push({ kind, reportId, bitOffset, bits, count, isConstant, usages: this.#wholeUsages() });
    return true;
  }

  #takeGlobal(tag: number, value: number): boolean {
    switch (tag) {
      case 0x0:
        this.#globals.usagePage = value & 0xffff;
        return true;
      case 0x7:
        this.#globals.bits = value;
        return true;
      case 0x8:
        this.#globals.reportId = value;
        this.#usesReportIds = true;
        return value > 0 && value <= 0xff;
      case 0x9:
        this.#globals.count = value;
        return true;
      case 0xa:
        this.#stack.push({ ...this.#globals });
        return this.#stack.length <= depthMax;
      case 0xb:
        return this.#pop();
      default: // logical and physical bounds, units
        return true;
    }
  }

  #pop(): boolean {
    const globals = this.#stack.pop();
    if (globals === undefined) return false;
    this.#globals = globals;
    return true;
  }

  #takeLocal(tag: number, usage: LocalUsage): void {
    if (tag === 0x0) this.#addUsage(usage);
    else if (tag === 0x1) this.#usageMinimum = usage;
    else if (tag === 0x2 && this.#usageMinimum !== undefined) this.#addRange(this.#usageMinimum, usage.value);
  }

  #addRange(minimum: LocalUsage, maximum: number): void {
    const last = Math.min(maximum, minimum.value + usagesMax);
    for (let value = minimum.value; value <= last; value += 1) this.#addUsage({ ...minimum, value });
    this.#usageMinimum = undefined;
  }

  #addUsage(usage: LocalUsage): void {
    if (this.#usages.length < usagesMax) this.#usages.push(usage);
  }

  #wholeUsages(): number[] {
    const page = this.#globals.usagePage * 0x10000;
    return this.#usages.map(({ value, isWhole }) => (isWhole ? value : page + value));
  }
}

/** A usage's page. */
export const pageOf = (usage: number): number => Math.floor(usage / 0x10000);
