// The number of an earlier identity card (CMND) as other documents quote it.
import { areDigits } from "./digits.ts";

/** Normally nine digits, twelve on cards of 2012 to 2015; what else has been seen lies between 8 and 12. */
const digitsMin = 8;
const digitsMax = 12;

export const oldNumberRule = `${digitsMin}–${digitsMax} chữ số; sai dạng thì bỏ | ${digitsMin} to ${digitsMax} digits, else dropped`;

export const isOldNumber = (text: string): boolean =>
  text.length >= digitsMin && text.length <= digitsMax && areDigits(text);
