// Writes the JSON messages in which desk readers send a chip's fields (FORMATS §11.2).
import type { ChipField } from "../protocol/document/chip-record.ts";
import { flatLabels, socketLabels } from "../protocol/document/reader-labels.ts";
import type { ChipTexts } from "./chip-group.ts";

/** The text event of a reader over Socket.IO. */
export const socketTextMessage = (texts: ChipTexts): string =>
  JSON.stringify({ id: 2, message: "read card successfully!", data: labelled(texts, socketLabels, 0) });

/** The raw event of the same reader: data groups in base64. */
export const socketRawMessage = (dg13: Uint8Array): string =>
  JSON.stringify({ id: 4, data: { dg13: Buffer.from(dg13).toString("base64") } });

/** A flat object, as webhooks, serial readers and plugins send it. `alias` counts through the labels that one field may have. */
export const flatMessage = (texts: ChipTexts, alias: number): string =>
  JSON.stringify(labelled(texts, flatLabels, alias));

function labelled(texts: ChipTexts, labels: ReadonlyMap<string, ChipField>, alias: number): Record<string, string> {
  const fields = Object.entries(texts) as [ChipField, string][];
  return Object.fromEntries(
    fields.map(([field, text]) => {
      const names = [...labels].filter(([, target]) => target === field).map(([label]) => label);
      return [names[alias % names.length] ?? field, text];
    }),
  );
}
