// Breaks the rules on purpose: a type from the broker, the MQTT client beside its door, and a library nobody knows.
export type { Facility } from "../broker/facility.ts";

export interface Desk {
  readonly path: string;
  readonly client: import("mqtt").MqttClient;
}
export const pad = () => import("typescript");
