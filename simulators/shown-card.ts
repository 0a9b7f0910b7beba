// Turns the cards of a simulated queue over: the zone on the back, or the chip inside, in place of the QR code on the front.

import { isoDate } from "../protocol/document/calendar.ts";
import { cardExpiry } from "../protocol/document/card-expiry.ts";
import { writtenDate } from "./card-dates.ts";
import { encodeChipCard, plainCapitals } from "./chip-reader/chip-card.ts";
import type { PowerDevice } from "./device.ts";
import { encodeZone, zoneLines } from "./zone.ts";

/** Eleven fields mark the card of 2024. */
const canCuocFields = 11;

/** A device that is shown this side of each card; what is no QR code of a card is shown as it is. */
export const showing =
  (power: PowerDevice, side: (code: Uint8Array) => Uint8Array | undefined): PowerDevice =>
  (surroundings) => {
    const device = power(surroundings);
    return {
      connected: (nowMs) => device.connected(nowMs),
      receive: (chunk, nowMs) => device.receive(chunk, nowMs),
      wake: (nowMs) => device.wake(nowMs),
      present: (payload, nowMs) => device.present(side(payload) ?? payload, nowMs),
      disconnected: () => device.disconnected(),
      get held() {
        return device.held;
      },
    };
  };

/** The three lines on the back. Undefined for codes of another form, and for people whose birthday is not known whole. */
export function zoneSide(code: Uint8Array): Uint8Array | undefined {
  const card = readCode(code);
  if (card === undefined) return undefined;
  const { number, name, birthDate, sex, expiryDate } = card;
  return encodeZone(zoneLines({ number, name: plainCapitals(name), birthDate, sex, expiryDate }));
}

/** The chip's texts. What is no card has a chip that says nothing. */
export function chipSide(code: Uint8Array): Uint8Array {
  const card = readCode(code);
  if (card === undefined) return encodeChipCard({});
  const { number, name, birthDate, sex, address, issueDate, expiryDate } = card;
  return encodeChipCard({
    ...{ number, name, address },
    birthDate: writtenDate(birthDate),
    sex: sex === "male" ? "Nam" : "Nữ",
    issueDate: writtenDate(issueDate),
    expiryDate: expiryDate === "unlimited" ? "Không thời hạn" : writtenDate(expiryDate),
  });
}

function readCode(code: Uint8Array) {
  const fields = new TextDecoder().decode(code).split("|");
  const [number = "", , name = "", birth = "", sexWord = "", address = "", issue = ""] = fields;
  if (!/^\d{12}$/.test(number) || !/^\d{8}$/.test(birth) || !/^\d{8}$/.test(issue)) return undefined;
  const expiry = cardExpiry(dateOf(birth), dateOf(issue), fields.length >= canCuocFields);
  return {
    number,
    name,
    address,
    birthDate: isoDate(dateOf(birth)),
    sex: sexWord === "Nam" ? ("male" as const) : ("female" as const),
    issueDate: isoDate(dateOf(issue)),
    expiryDate: expiry === undefined || expiry === "unlimited" ? ("unlimited" as const) : isoDate(expiry),
  };
}

/** ddMMyyyy to the core's form of a date. */
const dateOf = (digits: string): number => Number(digits.slice(4) + digits.slice(2, 4) + digits.slice(0, 2));
