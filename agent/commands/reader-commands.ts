// The commands that concern readers, as a table: what each needs and what it does.
import { type Outcome, outcomes } from "../../protocol/driver/outcome.ts";
import type { Reader } from "../reader/reader.ts";
import { readerNews } from "../reader/reader-news.ts";
import type { Answer, CommandError, Request } from "./request.ts";

export interface ReaderCommandTools {
  readonly readers: readonly Reader[];
  /** Begins an update of the reader's firmware; resolves with what forbids it. Rejects when it can't be written down. */
  readonly beginUpdate: (id: string, file: string) => Promise<CommandError | undefined>;
  /** Keeps over a restart whether the reader is switched on; `done` gets the error that kept it off the disk. */
  readonly switchReader: (id: string, isOn: boolean, done: (error: Error | undefined) => void) => void;
}

type Command = (request: Request, tools: ReaderCommandTools, answer: (answer: Answer) => void) => void;

const done: Answer = { kind: "ok", data: {} };

export const readerCommands: ReadonlyMap<string, Command> = new Map([
  ["reader/list", (_request, { readers }, answer) => answer({ kind: "ok", data: { readers: readers.map(listed) } })],
  [
    "reader/restart",
    withReader((reader, _request, _tools, answer) => {
      reader.restart();
      answer(done);
    }),
  ],
  ["reader/identify", withReader((reader, _request, _tools, answer) => answer(signalled(reader, "identify")))],
  ["reader/enable", withReader((reader, _request, tools, answer) => turn(reader, true, tools, answer))],
  ["reader/disable", withReader((reader, _request, tools, answer) => turn(reader, false, tools, answer))],
  [
    "reader/feedback",
    withReader((reader, { data }, _tools, answer) => {
      const outcome = outcomes.find((known) => known === data["outcome"]);
      if (outcome !== undefined) answer(signalled(reader, outcome));
      else answer({ kind: "error", code: "bad-request", detail: `outcome: ${outcomes.join(", ")}` });
    }),
  ],
  [
    "reader/firmware",
    withReader((reader, { data }, { beginUpdate }, answer) => {
      const { file } = data;
      if (typeof file !== "string") {
        answer({ kind: "error", code: "bad-request", detail: "file: a name in the folder firmware" });
        return;
      }
      // It would wait for ever, and scan nothing meanwhile.
      if (!reader.takesFirmware) {
        answer({ kind: "error", code: "not-supported" });
        return;
      }
      beginUpdate(reader.id, file).then(
        (code) => answer(code === undefined ? done : { kind: "error", code }),
        () => answer({ kind: "error", code: "not-kept" }),
      );
    }),
  ],
] satisfies [string, Command][]);

function listed(reader: Reader): object {
  const { id, state, reason, info } = readerNews(reader);
  return { id, state, reason, ...info };
}

function turn(reader: Reader, isOn: boolean, tools: ReaderCommandTools, answer: (answer: Answer) => void): void {
  tools.switchReader(reader.id, isOn, (error) => {
    if (error === undefined) reader.setConditions({ isEnabled: isOn });
    answer(error === undefined ? done : { kind: "error", code: "not-kept" });
  });
}

const signalled = (reader: Reader, outcome: Outcome): Answer =>
  reader.signal(outcome) ? done : { kind: "error", code: "reader-not-open" };

/** A desk with one reader need not name it. */
function withReader(command: (reader: Reader, ...rest: Parameters<Command>) => void): Command {
  return (request, tools, answer) => {
    const { reader: id } = request.data;
    const [only, second] = tools.readers;
    const isOnly = id === undefined && second === undefined;
    const reader = isOnly ? only : tools.readers.find((known) => known.id === id);
    if (reader !== undefined) command(reader, request, tools, answer);
    else if (typeof id === "string") answer({ kind: "error", code: "unknown-reader" });
    else answer({ kind: "error", code: "bad-request", detail: "reader: the id of one of the desk's readers" });
  };
}
