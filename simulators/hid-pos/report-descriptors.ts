// What simulated HID POS readers say of their reports.

const bytesOf = (hex: string): Uint8Array => Buffer.from(hex.replaceAll(/\s/g, ""), "hex");

/** Layout `honeywell-64`, declared in full: input 02, command report FD, feature FE. */
export const honeywellDescriptor = bytesOf(`
  058c 0902 a101
    0912 a102 8502 1500 26ff00 7508 9501 0501 093b 8102
      9503 058c 09fb 09fc 09fd 8102 9538 09fe 820201
      0666ff 9502 0904 0900 8102 058c 2501 7501 9501 09ff 8102 7507 8103 c0
    0666ff 26ff00 7508 0903 a102 85fe 9501 0903 b28201 c0
    0901 a102 85fd 9501 0921 9102 953e 0922 928201 c0
  c0`);

/** Layout `newland-64`, as its maker may declare it: one input and one output report of bytes without a meaning. */
export const newlandDescriptor = bytesOf(`
  058c 0902 a101 1500 26ff00 7508 953f
    8502 0600ff 0901 8102
    8504 0902 9102
  c0`);
