// The enrolment's two lines of JSON, inside TLS: the desk's request, and the broker's answer.
import type { Readable } from "node:stream";
import * as z from "zod";

/** Longest line, in bytes: a request of an RSA key of 8,192 bits has 3 KB in PEM, an answer with two certificates 4 KB. */
export const lineBytesMax = 16_384;
/** From the connection to the end of the answer, in milliseconds. */
export const exchangeMsMax = 10_000;

export const requestSchema = z.strictObject({ token: z.string().max(64), request: z.string().max(8_192) });
export const answerSchema = z.union([
  z.strictObject({ certificate: z.string(), authority: z.string() }),
  z.strictObject({
    error: z.enum(["token-unknown", "token-used", "token-expired", "request-invalid", "busy", "failed"]),
  }),
]);
export type Answer = z.infer<typeof answerSchema>;
export type EnrolmentRefusal = Extract<Answer, { error: string }>["error"];

/** Reads up to the first line end. Rejects when more than a line's bytes come, or the other side ends before. */
export async function readLine(socket: Readable): Promise<string> {
  let text = Buffer.alloc(0);
  // Leaving the loop would destroy the socket, and with it the answer.
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    text = Buffer.concat([text, chunk]);
    const end = text.indexOf(0x0a);
    if (end >= 0) return text.subarray(0, end).toString("utf8");
    if (text.length > lineBytesMax) throw new Error("the line is too long");
  }
  throw new Error("the connection ended before its line");
}
