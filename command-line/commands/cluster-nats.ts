// `tiepdon cluster nats`: writes what each nats-server of a cluster needs, certificates included, from one description.
import { existsSync, mkdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { Authority, AuthorityError, newRequest, type Subject } from "../../broker/authority/authority.ts";
import { brokerUrls, natsFiles, nodeConfig, usersConfig } from "../../cluster/nats-config.ts";
import { type NatsDescription, type NatsNode, natsDescriptionSchema } from "../../cluster/nats-description.ts";
import { describeFaults } from "../../service/config-fault.ts";
import { CommandFailure, exitCodes } from "../../service/exit-codes.ts";
import { loadConfigFile } from "../../service/read-config-file.ts";
import { replaceFile } from "../../store/durable-file.ts";
import { natsExample } from "../nats-example.ts";
import { print, say } from "../terminal.ts";

export interface ClusterNatsOptions {
  readonly out: string;
  readonly authorityDir: string;
  readonly externalAuthority?: boolean;
  readonly example?: boolean;
}

/** Users and topology for IT alone; keys for the server alone. */
const privateMode = 0o600;

/**
 * Writes one directory for each node. Run again after a change: configuration is replaced, certificates that are there stay.
 * Throws `CommandFailure`: 2 for a faulty description, 5 when files can't be written.
 */
export async function runClusterNats(path: string | undefined, options: ClusterNatsOptions): Promise<void> {
  if (options.example === true) {
    process.stdout.write(natsExample);
    return;
  }
  if (path === undefined)
    throw new CommandFailure(
      exitCodes.wrongUsage,
      "Thiếu tệp mô tả | The description is missing\n    → `tiepdon cluster nats --example > nats.yaml`",
    );
  const loaded = loadConfigFile(path, natsDescriptionSchema);
  if (loaded.kind === "faulty") throw new CommandFailure(exitCodes.wrongUsage, describeFaults(loaded.faults));
  const description = loaded.config;
  await reporting(async () => {
    for (const node of description.nodes) await writeConfig(description, node, join(options.out, node.name));
    if (options.externalAuthority !== true) await issueForClients(description, options);
    if (description.nodes.length > 1) await issueForRoutes(description, options.out);
  });
  say(advice(description, options));
}

async function writeConfig(description: NatsDescription, node: NatsNode, directory: string): Promise<void> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  await write(join(directory, natsFiles.config), nodeConfig(description, node));
  await write(join(directory, natsFiles.users), usersConfig(description));
}

/** What desks and hospital software see: signed by the authority that signs them too. */
async function issueForClients(description: NatsDescription, options: ClusterNatsOptions): Promise<void> {
  const authority = await Authority.open(options.authorityDir);
  try {
    for (const node of description.nodes) {
      const at = (file: string) => join(options.out, node.name, file);
      await write(at(natsFiles.authority), authority.pem);
      if (existsSync(at(natsFiles.key))) continue;
      const subject: Subject = { purpose: "server", name: node.host, hosts: [node.host] };
      await issue(authority, subject, at(natsFiles.key), at(natsFiles.certificate));
    }
  } finally {
    authority.close();
  }
}

/**
 * What the servers show each other. Its authority signs nothing but these and its key is thrown away, so nobody can make
 * another server; a new node means new certificates for all of them.
 */
async function issueForRoutes({ nodes, name }: NatsDescription, out: string): Promise<void> {
  const at = (node: NatsNode, file: string) => join(out, node.name, file);
  if (nodes.every((node) => existsSync(at(node, natsFiles.routeKey)))) return;
  // Gone first: cut off half way, this begins anew, and leaves no node with an authority that the others don't know.
  for (const node of nodes) await rm(at(node, natsFiles.routeKey), { force: true });
  const directory = await mkdtemp(join(out, ".routes-"));
  try {
    const authority = await Authority.create(join(directory, "ca"), `${name} routes`);
    for (const node of nodes) {
      await write(at(node, natsFiles.routeAuthority), authority.pem);
      const subject: Subject = { purpose: "node", name: node.host, hosts: [node.host] };
      await issue(authority, subject, at(node, natsFiles.routeKey), at(node, natsFiles.routeCertificate));
    }
    authority.close();
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function issue(authority: Authority, subject: Subject, key: string, certificate: string): Promise<void> {
  const made = await newRequest(subject.name);
  const signed = await authority.issue(made.request, subject);
  await write(certificate, signed);
  await write(key, made.key);
}

async function write(path: string, text: string): Promise<void> {
  await replaceFile(path, text, privateMode);
  print(path);
}

function advice(description: NatsDescription, options: ClusterNatsOptions): string {
  const urls = brokerUrls(description);
  const missing = `${natsFiles.certificate}, ${natsFiles.key}, ${natsFiles.authority}`;
  return [
    `Chép mỗi thư mục vào máy của nó, quyền 0600 | copy each directory to its machine: ${options.out}/<node> → ${description.directory}`,
    ...(options.externalAuthority === true ? [`Thêm chứng thư của CA | add from your authority: ${missing}`] : []),
    "Đổi người dùng: chép users.conf rồi | after a change of users copy users.conf, then: nats-server --signal reload",
    `agent.mqtt: url: [${urls.join(", ")}], subscribeQos: 0`,
    description.natsVersion === "2.9"
      ? "agent.publish.receipt: result (2.9 xác nhận trước khi ghi đĩa | acknowledges before the disk has it)"
      : "agent.publish.receipt: puback, từ 2.10.23; dùng bản vá mới nhất | from 2.10.23 on; run the latest patch release",
  ].join("\n");
}

async function reporting(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof AuthorityError)
      throw new CommandFailure(exitCodes.wrongUsage, `${error.message} (--authority-dir, --external-authority)`);
    const cause = error instanceof Error ? error.message : String(error);
    throw new CommandFailure(exitCodes.diskTrouble, `Không ghi được tệp | The files can't be written: ${cause}`);
  }
}
