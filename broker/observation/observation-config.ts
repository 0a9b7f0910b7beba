// What can be configured of what the broker tells about itself, with the default and the reason of each setting.
import * as z from "zod";
import { isLoopback } from "../loopback.ts";

export const observationConfigSchema = z
  .strictObject({
    host: z
      .string()
      .min(1)
      .default("127.0.0.1")
      .describe("Address of the HTTP page; another than this machine's own needs tokenFile"),
    port: z
      .int()
      .min(0)
      .max(65_535)
      .optional()
      .describe("TCP port of /metrics, /health and /live over HTTP; 0 takes a free one, without it there is no page"),
    tokenFile: z
      .string()
      .min(1)
      .optional()
      .describe(
        "File with one line of 32 characters or more, which has to be shown as bearer token; read at each request",
      ),
    sysSeconds: z
      .int()
      .min(1)
      .max(3_600)
      .default(60)
      .describe("How often the values under $SYS/broker are published; alarms are at once"),
  })
  .refine(({ host, port, tokenFile }) => port === undefined || isLoopback(host) || tokenFile !== undefined, {
    path: ["tokenFile"],
    error: "host ngoài máy này cần có tokenFile | a host beyond this machine needs tokenFile",
  })
  .prefault({})
  .describe("Metrics for Prometheus, health for monitoring, $SYS for IT; nothing of patients, no client ids");

export type ObservationConfig = z.infer<typeof observationConfigSchema>;
