// What can be configured of the broker's TLS listener, with the default and the reason of each setting.
import * as z from "zod";

const file = z.string().min(1);

export const tlsConfigSchema = z
  .strictObject({
    host: z
      .string()
      .min(1)
      .default("0.0.0.0")
      .describe("Address to listen on; the network, since certificates guard it"),
    port: z.int().min(0).max(65_535).default(8883).describe("TCP port for MQTT over TLS; 0 takes a free one"),
    certFile: file.describe("The broker's certificate, PEM, with those between it and the authority behind it"),
    keyFile: file.describe("The private key of it, PEM; for the service's user alone"),
    caFile: file.describe("The authorities whose client certificates are trusted, PEM; no others are"),
    crlFile: file
      .optional()
      .describe("Revocation lists, PEM, one for each authority of caFile; connections of revoked certificates end"),
    requireClientCertificate: z
      .boolean()
      .default(true)
      .describe("false: a client without a certificate may log in by user and password, inside TLS"),
  })
  .describe("MQTT over TLS 1.2 or 1.3 with client certificates; files are read again when they change");

export type TlsConfig = z.infer<typeof tlsConfigSchema>;
