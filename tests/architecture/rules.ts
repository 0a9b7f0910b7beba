// Who may import whom, and through which file each outside library enters; the whole architecture as two tables.

/** The product's folders, and the folders that each may import besides itself. */
export const directions: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  service: ["protocol"],
  store: ["protocol"],
  agent: ["protocol", "service", "store"],
  broker: ["protocol", "service", "store"],
  simulators: ["protocol"],
  cluster: ["protocol"],
  "command-line": ["protocol", "service", "store", "agent", "broker", "simulators", "cluster"],
};

/** The doors: files, or folders when they end in a slash. A library that is not named here may not be used by the product. */
export const libraryDoors: Readonly<Record<string, readonly string[]>> = {
  "@peculiar/x509": ["broker/authority/x509.ts"],
  aedes: ["broker/"],
  "aedes-persistence": ["broker/"],
  "better-sqlite3": ["store/sqlite.ts", "store/better-sqlite3-napi.d.ts"],
  "better-sqlite3-napi": ["store/sqlite.ts"],
  commander: ["command-line/"],
  jose: ["agent/registry/"],
  mqtt: ["agent/publisher/mqtt-link.ts"],
  "mqtt-packet": ["broker/", "agent/publisher/mqtt-link.ts"],
  "node-hid": ["agent/ports/hid-port.ts"],
  pino: ["service/log.ts"],
  "prom-client": ["broker/observation/metrics-page.ts"],
  protobufjs: ["protocol/"],
  serialport: ["agent/ports/serial-port.ts"],
  "socket.io": ["simulators/chip-reader/"],
  "socket.io-client": ["agent/ports/socket-io-port.ts"],
  yaml: ["service/", "command-line/"],
  zod: Object.keys(directions).map((folder) => `${folder}/`),
};

/** `node:` modules are libraries of the machine; the pure core has none, nor has what is only generated and computed. */
export const foldersWithoutNode: readonly string[] = ["protocol", "cluster"];
