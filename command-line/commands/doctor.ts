// tiepdon doctor: checks what a desk and a broker on this machine need, and says how to mend what is wrong.
import { constants, existsSync } from "node:fs";
import { access, statfs } from "node:fs/promises";
import { join } from "node:path";
import { type AgentConfig, brokerAddresses } from "../../agent/config.ts";
import { DeviceReading, machineRoots } from "../../agent/devices/read-devices.ts";
import { loadProfiles } from "../../agent/profile/load-profiles.ts";
import { LinkError, openMqttLink } from "../../agent/publisher/mqtt-link.ts";
import { readStatus, spoolFileName } from "../../agent/spool/read-spool.ts";
import { deskTopics } from "../../protocol/topics.ts";
import { systemClock } from "../../service/clock.ts";
import { describeFaults } from "../../service/config-fault.ts";
import { CommandFailure, exitCodes } from "../../service/exit-codes.ts";
import { readSqliteFile } from "../../store/read-sqlite-file.ts";
import { partOf, readConfig } from "../config-schema.ts";
import { checkBrokerHere } from "../doctor/broker-checks.ts";
import { checkCertification, checkRegistry } from "../doctor/certification.ts";
import { type Finding, findingLine } from "../doctor/finding.ts";
import { checkHidLibrary } from "../doctor/hid-library.ts";
import { checkModel } from "../doctor/reader-model.ts";
import { checkPlace } from "../doctor/reader-place.ts";
import { readSecret } from "../read-secret.ts";
import { print } from "../terminal.ts";

/** Below this a busy day may not fit. */
const diskFreeBytesMin = 200 * 1024 * 1024;
/** A broker that is there answers at once. */
const connectMsMax = 10_000;
const oldestWaitingMsMax = 15 * 60_000;

/** Prints one line a check. Throws `CommandFailure`: 2 for a faulty configuration, else the code of what fails, 1 for several. */
export async function runDoctor(options: { config: string; dataDir: string; json?: boolean }): Promise<void> {
  const { config: file, dataDir } = options;
  const config = readConfig(file);
  const { broker } = config;
  const agent = broker === undefined ? partOf(config, "agent", file) : config.agent;
  const findings = [
    ...(agent === undefined ? [] : await checkReaders(agent, dataDir, file)),
    await checkDisk(dataDir),
    ...(agent === undefined ? [] : await checkDesk(agent, dataDir)),
    ...(broker === undefined ? [] : await checkBrokerHere(broker, dataDir, Date.now())),
    checkClock(),
  ];
  for (const finding of findings) print(options.json ? JSON.stringify(finding) : findingLine(finding));
  const bad = findings.filter(({ isGood }) => !isGood);
  const [code = exitCodes.failed, ...others] = new Set(bad.map(({ exitCode }) => exitCode ?? exitCodes.failed));
  if (bad.length === 0) return;
  const exitCode = others.length === 0 ? code : exitCodes.failed;
  throw new CommandFailure(exitCode, `${bad.length} mục cần xử lý | ${bad.length} to mend`);
}

async function checkDesk(config: AgentConfig, dataDir: string): Promise<readonly Finding[]> {
  const brokers = brokerAddresses(config.mqtt.url).map((url) => checkBroker(config, url));
  return [checkSpool(dataDir), ...(await Promise.all(brokers)), checkModemManager()];
}

/** Place, profile and certification of every reader, and the list that they are judged by. */
async function checkReaders(config: AgentConfig, dataDir: string, configFile: string): Promise<readonly Finding[]> {
  const { profiles, faults } = loadProfiles(config.profilesDir);
  const devices = (await new DeviceReading(machineRoots).read()) ?? [];
  const clock = systemClock();
  const { finding, list } = await checkRegistry(config.registry, dataDir, clock);
  const ofReaders = config.readers.map(async (reader): Promise<readonly Finding[]> => {
    const model = profiles.get(reader.profile);
    if (model === undefined) return [unknownProfile(reader, configFile)];
    const { finding: place, identity, isAbsent } = await checkPlace(reader, model.profile, devices);
    const findings = [place, ...checkModel(reader, model)];
    if (isAbsent) return findings;
    const judged = { list, config: config.registry, dataDir, clock };
    return [...findings, await checkCertification({ reader, model, identity }, judged)];
  });
  const hasHid = config.readers.some(({ profile }) => profiles.get(profile)?.profile.transport.kind === "hid");
  return [
    ...(await Promise.all(ofReaders)).flat(),
    finding,
    ...faults.map((fault) => ({ check: "Hồ sơ | profiles", isGood: false, words: describeFaults([fault]) })),
    ...(hasHid ? [checkHidLibrary()] : []),
  ];
}

const unknownProfile = ({ id, profile }: AgentConfig["readers"][number], file: string): Finding => ({
  check: `Hồ sơ | profile ${id}`,
  isGood: false,
  words: `Không có hồ sơ ${profile} | There is no profile ${profile}: ${file}`,
  fix: "`tiepdon reader profiles`",
  exitCode: exitCodes.wrongUsage,
});

async function checkDisk(dataDir: string): Promise<Finding> {
  const check = "Ổ đĩa | disk";
  try {
    await access(dataDir, constants.W_OK);
    const { bavail, bsize } = await statfs(dataDir);
    const freeMiB = Math.floor((bavail * bsize) / 1024 / 1024);
    if (bavail * bsize >= diskFreeBytesMin) return { check, isGood: true, words: `${freeMiB} MiB` };
    return { check, isGood: false, words: `còn | left: ${freeMiB} MiB`, fix: "Giải phóng ổ đĩa | Free some space" };
  } catch {
    return {
      ...{ check, isGood: false, words: `Không ghi được | Can't be written: ${dataDir}` },
      exitCode: exitCodes.diskTrouble,
      fix: "Tạo thư mục cho người dùng tiepdon, hoặc chọn --data-dir | Make it for the user tiepdon, or give --data-dir",
    };
  }
}

function checkSpool(dataDir: string): Finding {
  const check = "Hàng đợi | spool";
  const path = join(dataDir, spoolFileName);
  if (!existsSync(path)) return { check, isGood: true, words: "chưa có | not there yet" };
  try {
    const db = readSqliteFile(path);
    const { waiting, parked, oldestWaitingAtMs } = readStatus(db);
    db.close();
    const isOld = oldestWaitingAtMs !== undefined && Date.now() - oldestWaitingAtMs > oldestWaitingMsMax;
    const words = `${waiting} chờ gửi | waiting, ${parked} bị từ chối | parked`;
    if (!isOld && parked === 0) return { check, isGood: true, words };
    return {
      check,
      isGood: false,
      words,
      fix: "Xem dòng broker bên dưới; `tiepdon spool list` | See the broker's line below; `tiepdon spool list`",
    };
  } catch (error) {
    return {
      check,
      isGood: false,
      words: String(error),
      fix: "`tiepdon agent` tự để riêng tệp hỏng | `tiepdon agent` sets a damaged file aside",
    };
  }
}

/** CONNACK's return code for a client id that is refused (MQTT 3.1.1 clause 3.2.2.3). */
const identifierRejected = 2;

async function checkBroker(config: AgentConfig, url: string): Promise<Finding> {
  const { username, passwordFile, certFile } = config.mqtt;
  const check = `Broker ${url}`;
  const password = passwordFile === undefined ? undefined : readSecret(passwordFile);
  // The desk's own client id would throw the running agent out.
  const link = {
    url,
    tls: config.mqtt,
    username,
    password,
    clientId: `${config.facility}:${config.desk}:doctor`,
    keepaliveSeconds: 30,
    will: undefined,
  };
  try {
    const opened = await openMqttLink(
      link,
      { onMessage: () => undefined, onLost: () => undefined },
      AbortSignal.timeout(connectMsMax),
    );
    const denied = await opened.subscribe([deskTopics(config.facility, config.desk).result]);
    await opened.close();
    if (denied.length === 0) return { check, isGood: true, words: "kết nối được | connected" };
    // An engine such as NATS acknowledges what it denies: every check-in would be lost without a word.
    return {
      ...{ check, isGood: false, exitCode: exitCodes.brokerRefused },
      words: "kết nối được, nhưng không được đọc chủ đề của chính quầy | connected, but not to this desk's own topics",
      fix: `Chứng thư hoặc tài khoản có đúng là của | Does the certificate or account belong to ${config.facility}:${config.desk}?`,
    };
  } catch (error) {
    if (certFile !== undefined && error instanceof LinkError && error.connack === identifierRejected) {
      // The broker took the certificate, and only refused an id that is not the certificate's name.
      return { check, isGood: true, words: "chứng thư được chấp nhận | the certificate is accepted" };
    }
    const isDenied = error instanceof LinkError && error.code === "denied";
    return {
      ...{ check, isGood: false, words: error instanceof Error ? error.message : String(error) },
      exitCode: exitCodes.brokerRefused,
      fix: isDenied
        ? "Đặt lại mật khẩu: `tiepdon broker user add` | Set the password again: `tiepdon broker user add`"
        : "Broker có chạy không? `systemctl status tiepdon-broker`; xem địa chỉ và tường lửa | Is it running? Check address and firewall",
    };
  }
}

function checkClock(): Finding {
  const check = "Đồng hồ | clock";
  if (systemClock().isSynced()) return { check, isGood: true, words: "đồng bộ | synced" };
  return {
    check,
    isGood: false,
    words: "chưa đồng bộ | not synced",
    fix: "Bật NTP, hoặc gắn RTC | Switch NTP on, or fit an RTC: `timedatectl`",
  };
}

/** ModemManager talks to every new serial device and so disturbs a reader. */
function checkModemManager(): Finding {
  const check = "ModemManager";
  const rules = ["/etc/udev/rules.d/60-tiepdon-readers.rules", "/usr/lib/udev/rules.d/60-tiepdon-readers.rules"];
  const isInstalled = existsSync("/usr/sbin/ModemManager");
  if (!isInstalled) return { check, isGood: true, words: "không cài | not installed" };
  if (rules.some((path) => existsSync(path)))
    return { check, isGood: true, words: "có luật udev | udev rules installed" };
  return {
    check,
    isGood: false,
    words: "có thể làm phiền đầu đọc | may disturb the reader",
    fix: "Cài systemd/60-tiepdon-readers.rules | Install systemd/60-tiepdon-readers.rules",
  };
}
