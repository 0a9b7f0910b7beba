// What is known of the readers in a configuration: their profiles, the site's own among them.
import type { AgentConfig } from "../agent/config.ts";
import { type LoadedProfile, loadProfiles } from "../agent/profile/load-profiles.ts";
import type { ProfileFile } from "../agent/profile/profile-schema.ts";
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
  for (const reader of config.readers) {
    if (
      "tcp" in reader &&
      profiles.get(reader.profile)?.profile.driver === "readerlink" &&
      !isLoopback(reader.tcp.host)
    )
      words.push(openLink(path, reader.id));
  }
  if (words.length > 0) throw new CommandFailure(exitCodes.wrongUsage, words.join("\n"));
  return Object.fromEntries(
    config.readers.flatMap(({ id, profile }) => {
      const loaded = profiles.get(profile);
      return loaded === undefined ? [] : [[id, { file: loaded.file, isChanged: loaded.isChanged }]];
    }),
  );
}

/** ReaderLink has no protection of its own: beyond this machine it goes through a tunnel with mutual TLS (READERS chapter 10). */
const isLoopback = (host: string): boolean => /^(127\.\d{1,3}\.\d{1,3}\.\d{1,3}|localhost|\[?::1\]?)$/.test(host);

function openLink(path: string, id: string): string {
  return [
    `${path} agent.readers.${id}.tcp: ReaderLink không được mã hóa | ReaderLink is not encrypted`,
    "    → 127.0.0.1 và đường hầm TLS hai chiều (stunnel), hoặc cáp USB | 127.0.0.1 and a tunnel with mutual TLS (stunnel), or a USB cable",
  ].join("\n");
}

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
