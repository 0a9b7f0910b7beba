// What is known of the readers in a configuration: their profiles, the site's own among them.
import type { AgentConfig, ReaderConfig } from "../agent/config.ts";
import { type LoadedProfile, loadProfiles } from "../agent/profile/load-profiles.ts";
import type { ProfileFile } from "../agent/profile/profile-schema.ts";
import type { Profile } from "../protocol/driver/profile.ts";
import { describeFaults } from "../service/config-fault.ts";
import { CommandFailure, exitCodes } from "../service/exit-codes.ts";

/** A reader's profile as plain JSON, by the reader's id. */
export type ModelFiles = Readonly<Record<string, { readonly file: ProfileFile; readonly isChanged: boolean }>>;

/** Throws `CommandFailure` (2) when a profile that a reader names is not there, or the site's file of it is faulty. */
export function modelFiles(config: AgentConfig, path: string): ModelFiles {
  const { profiles, faults } = loadProfiles(config.profilesDir, new Set(config.readers.map(({ profile }) => profile)));
  const unknown = config.readers.filter(({ profile }) => !profiles.has(profile));
  const words = [
    ...(faults.length > 0 ? [describeFaults(faults)] : []),
    ...unknown.map(({ id, profile }) => unknownProfile(path, id, profile, loadProfiles(config.profilesDir).profiles)),
  ];
  for (const [index, reader] of config.readers.entries()) {
    const profile = profiles.get(reader.profile)?.profile;
    if (profile !== undefined)
      words.push(...placeFaults(reader, profile).map((fault) => faultLine(path, reader, fault)));
    const twin = config.readers.slice(0, index).find((other) => placeOf(other) === placeOf(reader));
    if (twin !== undefined) words.push(faultLine(path, reader, sharedPlace(twin)));
  }
  if (words.length > 0) throw new CommandFailure(exitCodes.wrongUsage, words.join("\n"));
  return Object.fromEntries(
    config.readers.flatMap(({ id, profile }) => {
      const loaded = profiles.get(profile);
      return loaded === undefined ? [] : [[id, { file: loaded.file, isChanged: loaded.isChanged }]];
    }),
  );
}

type Place = "serial" | "tcp" | "usb" | "hid" | "socketio";
const placeNames: readonly Place[] = ["serial", "tcp", "usb", "hid", "socketio"];

/** Where the readers of each transport may be. */
const placesOf: Readonly<Record<Profile["transport"]["kind"], readonly Place[]>> = {
  serial: ["serial", "tcp", "usb"],
  tcp: ["tcp", "serial", "usb"],
  hid: ["usb", "hid"],
  socketio: ["socketio"],
};

interface PlaceFault {
  readonly key: Place;
  readonly what: string;
  readonly fix: string;
}

const placeNameOf = (reader: ReaderConfig): Place => placeNames.find((name) => name in reader) ?? "serial";

/** What would only show as a reader that never comes. */
function placeFaults(reader: ReaderConfig, profile: Profile): PlaceFault[] {
  const key = placeNameOf(reader);
  const places = placesOf[profile.transport.kind];
  const faults: PlaceFault[] = [];
  if (!places.includes(key)) {
    const what = `Đầu đọc của hồ sơ ${profile.id} không nối qua ${key} | Readers of this profile are not reached by ${key}`;
    faults.push({ key, what, fix: places.join(", ") });
  } else if ("usb" in reader && !isFindable(reader.usb, profile)) {
    const what = "Hồ sơ không có số USB: không biết tìm gì | The profile names no USB numbers: nothing to look for";
    faults.push({ key, what, fix: "usb: { port: 1-1.2 } (tiepdon reader list), serial: /dev/serial/by-path/…" });
  }
  if ("tcp" in reader && profile.driver === "readerlink" && !isLoopback(reader.tcp.host)) faults.push(openLink);
  return faults;
}

/** Bar code scanners in HID mode say what they are. */
const isFindable = (usb: Extract<ReaderConfig, { usb: unknown }>["usb"], { transport, match }: Profile): boolean =>
  transport.kind === "hid" || match.length > 0 || Object.values(usb).some((value) => value !== undefined);

/** The same text for readers that would open the same device. */
function placeOf(reader: ReaderConfig): string {
  const name = placeNameOf(reader);
  const model = name === "usb" ? reader.profile : "";
  return JSON.stringify([name, model, Object.entries(reader).find(([key]) => key === name)]);
}

const sharedPlace = (twin: ReaderConfig): PlaceFault => ({
  key: placeNameOf(twin),
  what: `Trùng chỗ với đầu đọc ${twin.id} | The same place as the reader ${twin.id}`,
  fix: "Mỗi đầu đọc một cổng, ví dụ usb: { port: 1-1.2 } | A port of its own for each, such as usb: { port: 1-1.2 }",
});

/** ReaderLink has no protection of its own: beyond this machine it goes through a tunnel with mutual TLS (READERS chapter 10). */
const isLoopback = (host: string): boolean => /^(127\.\d{1,3}\.\d{1,3}\.\d{1,3}|localhost|\[?::1\]?)$/.test(host);

const openLink: PlaceFault = {
  key: "tcp",
  what: "ReaderLink không được mã hóa | ReaderLink is not encrypted",
  fix: "127.0.0.1 và đường hầm TLS hai chiều (stunnel), hoặc cáp USB | 127.0.0.1 and a tunnel with mutual TLS (stunnel), or a USB cable",
};

const faultLine = (path: string, { id }: ReaderConfig, { key, what, fix }: PlaceFault): string =>
  `${path} agent.readers.${id}.${key}: ${what}\n    → ${fix}`;

function unknownProfile(
  path: string,
  id: string,
  profile: string,
  profiles: ReadonlyMap<string, LoadedProfile>,
): string {
  return [
    `${path} agent.readers.${id}.profile: Không có hồ sơ ${profile} | There is no profile ${profile}`,
    `    → ${[...profiles.keys()].join(", ")}`,
  ].join("\n");
}
