// The family `datalogic-serial`: one-byte host commands, and scans in plain mode.
import {
  type DatalogicCommand,
  datalogicCommandOf,
  datalogicCommands,
  encodeDatalogicCommand,
} from "../../protocol/frame/datalogic/host-command.ts";
import { type DecodeInput, type Family, type FrameReport, type Members, UnfitLine } from "./family.ts";
import { bytesMember, hexOf, textMember } from "./members.ts";
import { plain } from "./plain.ts";
import { frame, streamOf } from "./walk.ts";

/** Letters are commands only where nothing else stands in the line: a scan may hold the same letters. */
export const datalogicSerial: Family = {
  decode(input: DecodeInput): readonly FrameReport[] {
    const bytes = streamOf(input);
    if (bytes.some((byte) => datalogicCommandOf(byte) === undefined)) return plain.decode(input);
    return Array.from(bytes, (byte) =>
      frame(Uint8Array.of(byte), { command: datalogicCommandOf(byte), needsTerminator: false }),
    );
  },
  encode(members: Members) {
    const payload = bytesMember(members, "payloadHex");
    const command = textMember(members, "command");
    if (command === undefined) return plain.encode(members);
    if (!isCommand(command)) throw new UnfitLine(`\`command\`: ${Object.keys(datalogicCommands).join(", ")}`);
    return hexOf(payload ?? encodeDatalogicCommand(command));
  },
};

const isCommand = (name: string): name is DatalogicCommand => Object.hasOwn(datalogicCommands, name);
