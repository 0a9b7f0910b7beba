// Every family of reader protocols that `tiepdon frames` knows, by the name that the golden vectors use.

import { cobs } from "./cobs.ts";
import { crc } from "./crc.ts";
import { datalogicSerial } from "./datalogic-serial.ts";
import { elyctis } from "./elyctis.ts";
import type { Family } from "./family.ts";
import { gm65 } from "./gm65.ts";
import { hidpos } from "./hidpos.ts";
import { honeywellSerial } from "./honeywell-serial.ts";
import { mrz } from "./mrz.ts";
import { newlandSerial } from "./newland-serial.ts";
import { plain } from "./plain.ts";
import { readerlink } from "./readerlink.ts";
import { ssi } from "./ssi.ts";
import { tcp } from "./tcp.ts";

export const families: Readonly<Record<string, Family>> = {
  elyctis,
  mrz,
  hidpos,
  plain,
  readerlink,
  cobs,
  crc,
  ssi,
  tcp,
  "honeywell-serial": honeywellSerial,
  "newland-serial": newlandSerial,
  gm65,
  "datalogic-serial": datalogicSerial,
};
