// Names, ports and directories in the descriptions of engines: of letters that need no quotes in any of their configurations.
import * as z from "zod";

export const port = z.int().min(1).max(65_535);
export const host = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9.:-]{0,252}$/, "tên máy hoặc IP | a host name or an IP address")
  .refine((name) => name.split(":").length !== 2, { error: "không kèm cổng | without a port" })
  .describe("Name or address by which desks and the other servers reach it; it stands in its certificate");
export const directory = z
  .string()
  .regex(/^\/[A-Za-z0-9._/-]*$/, "đường dẫn tuyệt đối | an absolute path of plain letters");
